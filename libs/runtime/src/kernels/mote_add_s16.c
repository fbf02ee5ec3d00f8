#include "mote/runtime/kernels/mote_add_s16.h"

#include "mote/runtime/requantize.h"

static int32_t scale_operand(int32_t value, mote_scaling scaling) {
  return mote_requantize(value * (INT32_C(1) << MOTE_ADD_S16_LEFT_SHIFT), scaling.multiplier, scaling.shift);
}

void mote_add_s16(const mote_add_s16_params* params, const int16_t* input1, const int16_t* input2, int16_t* output) {
  const mote_add_s16_params p = *params; /* a copy: the output may alias anything in memory, but not this */
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t sum = scale_operand(input1[i], p.input1) + scale_operand(input2[i], p.input2);
    const int32_t scaled = mote_requantize(sum, p.output.multiplier, p.output.shift);
    output[i] = (int16_t)mote_clamp(scaled, p.activation.min, p.activation.max);
  }
}
