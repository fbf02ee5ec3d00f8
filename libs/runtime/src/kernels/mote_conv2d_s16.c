#include "mote/runtime/kernels/mote_conv2d_s16.h"

#include "mote_apply_filters_s16.h"
#include "mote_gather_patch.h"

void mote_conv2d_s16(const mote_conv2d_s16_params* params, const int16_t* input, const int8_t* weights,
                     const int64_t* bias, int16_t* output, int16_t* scratch) {
  const mote_window* window = &params->window;
  const mote_filters_s16 filters = {
      weights,         bias, params->scaling, params->activation, window->kernel_h * window->kernel_w * params->input_c,
      params->output_c};
  const int32_t cell_bytes = 2 * params->input_c;
  const int in_place = mote_patch_lies_in_place(window);
  for (int32_t y = 0; y < window->output_h; ++y) {
    const mote_taps rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += params->output_c) {
      const int32_t cell = rows.first * window->input_w + x * window->stride_w;
      const int16_t* patch = input + cell * params->input_c;
      if (!in_place) {
        mote_gather_patch(window, cell_bytes, 0, (const int8_t*)input, rows, mote_clip_columns(window, x),
                          (int8_t*)scratch);
        patch = scratch;
      }
      mote_apply_filters_s16(&filters, patch, output);
    }
  }
}
