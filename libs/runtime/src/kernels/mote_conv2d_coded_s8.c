#include "mote/runtime/kernels/mote_conv2d_coded_s8.h"

#include "mote_apply_coded_filters.h"
#include "mote_gather_patch.h"

void mote_conv2d_coded_s8(const mote_conv2d_coded_s8_params* params, const int8_t* input, const uint8_t* weights,
                          const int32_t* bias, int8_t* output, int8_t* scratch) {
  const mote_window* window = &params->window;
  const mote_coded_filters filters = {weights,
                                      bias,
                                      params->scaling,
                                      params->activation,
                                      window->kernel_h * window->kernel_w * params->input_c,
                                      params->output_c,
                                      params->input_offset,
                                      params->output_offset,
                                      params->coding};
  const int8_t zero = (int8_t)-params->input_offset;
  const int in_place = mote_patch_lies_in_place(window);
  for (int32_t y = 0; y < window->output_h; ++y) {
    const mote_taps rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += params->output_c) {
      const int32_t cell = rows.first * window->input_w + x * window->stride_w;
      const int8_t* patch = input + cell * params->input_c;
      if (!in_place) {
        mote_gather_patch(window, params->input_c, zero, input, rows, mote_clip_columns(window, x), scratch);
        patch = scratch;
      }
      mote_apply_coded_filters(&filters, patch, output);
    }
  }
}
