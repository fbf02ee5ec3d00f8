#include "mote/runtime/kernels/mote_add_s8.h"

#include "mote/runtime/requantize.h"

static int32_t scale_operand(int32_t value, mote_scaling scaling) {
  return mote_requantize(value * (INT32_C(1) << MOTE_ADD_S8_LEFT_SHIFT), scaling.multiplier, scaling.shift);
}

void mote_add_s8(const mote_add_s8_params* params, const int8_t* input1, const int8_t* input2, int8_t* output) {
  const mote_add_s8_params p = *params; /* a copy: the output may alias anything in memory, but not this */
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t sum =
        scale_operand(input1[i] + p.input1_offset, p.input1) + scale_operand(input2[i] + p.input2_offset, p.input2);
    output[i] = mote_requantize_s8(sum, p.output.multiplier, p.output.shift, p.output_offset, p.activation);
  }
}
