#include "mote/runtime/kernels/mote_conv2d_s8.h"

#include "mote_apply_filters.h"
#include "mote_kernel.h"

/* One row of a patch: kernel_w cells of input_c channels; cells beside the input get the zero point, which counts as 0.
 */
static void gather_row(const mote_conv2d_s8_params* params, const int8_t* input_row, mote_taps columns, int8_t* patch) {
  const mote_window* window = &params->window;
  const int32_t channels = params->input_c;
  const int8_t zero = (int8_t)-params->input_offset;
  mote_fill(patch, zero, columns.begin * channels);
  mote_fill(patch + columns.end * channels, zero, (window->kernel_w - columns.end) * channels);
  if (window->dilation_w == 1) {
    mote_copy(patch + columns.begin * channels, input_row + (columns.first + columns.begin) * channels,
              (columns.end - columns.begin) * channels);
    return;
  }
  for (int32_t j = columns.begin; j < columns.end; ++j) {
    mote_copy(patch + j * channels, input_row + (columns.first + j * window->dilation_w) * channels, channels);
  }
}

static void gather_patch(const mote_conv2d_s8_params* params, const int8_t* input, mote_taps rows, mote_taps columns,
                         int8_t* patch) {
  const mote_window* window = &params->window;
  const int32_t patch_row = window->kernel_w * params->input_c;
  const int32_t input_row = window->input_w * params->input_c;
  const int8_t zero = (int8_t)-params->input_offset;
  mote_fill(patch, zero, rows.begin * patch_row);
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    const int32_t y = rows.first + i * window->dilation_h;
    gather_row(params, input + y * input_row, columns, patch + i * patch_row);
  }
  mote_fill(patch + rows.end * patch_row, zero, (window->kernel_h - rows.end) * patch_row);
}

void mote_conv2d_s8(const mote_conv2d_s8_params* params, const int8_t* input, const int8_t* weights,
                    const int32_t* bias, int8_t* output, int8_t* scratch) {
  const mote_window* window = &params->window;
  const mote_filters filters = {weights,
                                bias,
                                params->scaling,
                                params->activation,
                                window->kernel_h * window->kernel_w * params->input_c,
                                params->output_c,
                                params->input_offset,
                                params->output_offset};
  const int in_place = mote_conv2d_s8_scratch_bytes(params) == 0;
  for (int32_t y = 0; y < window->output_h; ++y) {
    const mote_taps rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += params->output_c) {
      if (in_place) {
        const int32_t cell = rows.first * window->input_w + x * window->stride_w;
        mote_apply_filters(&filters, input + cell * params->input_c, output);
        continue;
      }
      gather_patch(params, input, rows, mote_clip_columns(window, x), scratch);
      mote_apply_filters(&filters, scratch, output);
    }
  }
}
