#include "mote/runtime/kernels/mote_pad_s8.h"

#include "mote_kernel.h"

/* Whether an output coordinate of `axis` lies in the input. */
static int is_inside(const mote_pad_s8_params* params, int32_t axis, int32_t position) {
  return position >= params->before[axis] && position < params->before[axis] + params->input_dims[axis];
}

static int32_t output_extent(const mote_pad_s8_params* params, int32_t axis) {
  return params->before[axis] + params->input_dims[axis] + params->after[axis];
}

void mote_pad_s8(const mote_pad_s8_params* params, const int8_t* input, int8_t* output) {
  const int8_t value = (int8_t)params->value;
  const int32_t width = params->input_dims[3];
  const int32_t output_width = output_extent(params, 3);
  const int32_t rows1 = output_extent(params, 1);
  const int32_t rows2 = output_extent(params, 2);
  const int32_t rows = output_extent(params, 0) * rows1 * rows2;
  for (int32_t row = 0; row < rows; ++row, output += output_width) {
    const int32_t outer = row / rows2;
    if (!is_inside(params, 2, row % rows2) || !is_inside(params, 1, outer % rows1) ||
        !is_inside(params, 0, outer / rows1)) {
      mote_fill(output, value, output_width);
      continue;
    }
    mote_fill(output, value, params->before[3]);
    mote_copy(output + params->before[3], input, width);
    mote_fill(output + params->before[3] + width, value, params->after[3]);
    input += width;
  }
}
