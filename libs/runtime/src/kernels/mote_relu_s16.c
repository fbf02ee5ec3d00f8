#include "mote/runtime/kernels/mote_relu_s16.h"

#include "mote/runtime/requantize.h"

void mote_relu_s16(const mote_relu_s16_params* params, const int16_t* input, int16_t* output) {
  const mote_relu_s16_params p = *params; /* a copy: the output may alias anything in memory, but not this */
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t scaled = mote_requantize(input[i], p.scaling.multiplier, p.scaling.shift);
    output[i] = (int16_t)mote_clamp(scaled, p.activation.min, p.activation.max);
  }
}
