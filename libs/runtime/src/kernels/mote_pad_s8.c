#include "mote/runtime/kernels/mote_pad_s8.h"

#include "mote_kernel.h"

/* Whether an output coordinate of `axis` lies in the input. */
static int is_inside(const mote_pad_s8_params* params, int32_t axis, int32_t position) {
  return position >= params->before[axis] && position < params->before[axis] + params->input_dims[axis];
}

static int32_t output_extent(const mote_pad_s8_params* params, int32_t axis) {
  return params->before[axis] + params->input_dims[axis] + params->after[axis];
}

/* Whether row `row` of the output, counted over all axes outside of `axis`, has anything of the input in it. */
static int has_input(const mote_pad_s8_params* params, int32_t axis, int32_t row) {
  for (int32_t outer = axis - 1; outer >= 0; --outer) {
    const int32_t extent = output_extent(params, outer);
    if (!is_inside(params, outer, row % extent)) return 0;
    row /= extent;
  }
  return 1;
}

void mote_pad_s8(const mote_pad_s8_params* params, const int8_t* input, int8_t* output) {
  const int8_t value = (int8_t)params->value;
  /* What lies inside the innermost padded axis is one run of bytes. */
  int32_t axis = 3;
  int32_t cell = 1;
  for (; axis > 0 && params->before[axis] == 0 && params->after[axis] == 0; --axis) cell *= params->input_dims[axis];
  const int32_t before = params->before[axis] * cell;
  const int32_t copied = params->input_dims[axis] * cell;
  const int32_t after = params->after[axis] * cell;
  int32_t rows = 1;
  for (int32_t outer = 0; outer < axis; ++outer) rows *= output_extent(params, outer);
  for (int32_t row = 0; row < rows; ++row, output += before + copied + after) {
    if (!has_input(params, axis, row)) {
      mote_fill(output, value, before + copied + after);
      continue;
    }
    mote_fill(output, value, before);
    mote_copy(output + before, input, copied);
    mote_fill(output + before + copied, value, after);
    input += copied;
  }
}
