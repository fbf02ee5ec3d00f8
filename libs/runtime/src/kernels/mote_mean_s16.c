#include "mote/runtime/kernels/mote_mean_s16.h"

#include "mote/runtime/requantize.h"
#include "mote_kernel.h"

/* Averages `count` <= MOTE_CHANNEL_BLOCK neighbouring inner elements; `input` and `output` point at the first. */
static void mean_block(const mote_mean_s16_params* params, const int16_t* input, int32_t count, int16_t* output) {
  int32_t sums[MOTE_CHANNEL_BLOCK] = {0};
  for (int32_t r = 0; r < params->reduced; ++r, input += params->inner) {
    for (int32_t i = 0; i < count; ++i) sums[i] += input[i];
  }
  for (int32_t i = 0; i < count; ++i) {
    const int32_t mean = mote_requantize(sums[i], params->scaling.multiplier, params->scaling.shift);
    output[i] = (int16_t)mote_clamp(mean, INT16_MIN, INT16_MAX);
  }
}

void mote_mean_s16(const mote_mean_s16_params* params, const int16_t* input, int16_t* output) {
  const int32_t inner = params->inner;
  for (int32_t o = 0; o < params->outer; ++o, input += params->reduced * inner, output += inner) {
    for (int32_t i = 0; i < inner; i += MOTE_CHANNEL_BLOCK) {
      mean_block(params, input + i, mote_min(MOTE_CHANNEL_BLOCK, inner - i), output + i);
    }
  }
}
