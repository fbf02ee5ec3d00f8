#include "mote/runtime/kernels/mote_relu_s8.h"

#include "mote/runtime/requantize.h"

void mote_relu_s8(const mote_relu_s8_params* params, const int8_t* input, int8_t* output) {
  const mote_relu_s8_params p = *params; /* a copy: the output may alias anything in memory, but not this */
  for (int32_t i = 0; i < p.count; ++i) {
    output[i] = mote_requantize_s8(input[i] + p.input_offset, p.scaling.multiplier, p.scaling.shift, p.output_offset,
                                   p.activation);
  }
}
