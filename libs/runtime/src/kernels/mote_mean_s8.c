#include "mote/runtime/kernels/mote_mean_s8.h"

#include "mote/runtime/requantize.h"
#include "mote_kernel.h"

/* Averages `count` <= MOTE_CHANNEL_BLOCK neighbouring inner elements; `input` and `output` point at the first. */
static void mean_block(const mote_mean_s8_params* params, const int8_t* input, int32_t count, int8_t* output) {
  static const mote_activation whole_range = {INT8_MIN, INT8_MAX};
  int32_t sums[MOTE_CHANNEL_BLOCK];
  for (int32_t i = 0; i < count; ++i) sums[i] = params->reduced * params->input_offset;
  for (int32_t r = 0; r < params->reduced; ++r, input += params->inner) {
    for (int32_t i = 0; i < count; ++i) sums[i] += input[i];
  }
  for (int32_t i = 0; i < count; ++i) {
    output[i] = mote_requantize_s8(sums[i], params->scaling.multiplier, params->scaling.shift, params->output_offset,
                                   whole_range);
  }
}

void mote_mean_s8(const mote_mean_s8_params* params, const int8_t* input, int8_t* output) {
  const int32_t inner = params->inner;
  for (int32_t o = 0; o < params->outer; ++o, input += params->reduced * inner, output += inner) {
    for (int32_t i = 0; i < inner; i += MOTE_CHANNEL_BLOCK) {
      mean_block(params, input + i, mote_min(MOTE_CHANNEL_BLOCK, inner - i), output + i);
    }
  }
}
