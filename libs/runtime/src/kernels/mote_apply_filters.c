#include "mote_apply_filters.h"

#include "mote/runtime/requantize.h"

/* Filters that share each load of the input. */
enum { MOTE_FILTER_BLOCK = 4 };

/* Factors are int16 on purpose: compilers then use their multiply-add of 16-bit pairs (SSE2, NEON, DSP extension). */
static void dot_block(const int8_t* restrict input, int16_t offset, const int8_t* restrict weights, int32_t length,
                      int32_t* restrict sums) {
  const int8_t* const w0 = weights;
  const int8_t* const w1 = w0 + length;
  const int8_t* const w2 = w1 + length;
  const int8_t* const w3 = w2 + length;
  int32_t sum0 = sums[0];
  int32_t sum1 = sums[1];
  int32_t sum2 = sums[2];
  int32_t sum3 = sums[3];
  for (int32_t i = 0; i < length; ++i) {
    const int16_t x = (int16_t)(input[i] + offset);
    sum0 += x * (int16_t)w0[i];
    sum1 += x * (int16_t)w1[i];
    sum2 += x * (int16_t)w2[i];
    sum3 += x * (int16_t)w3[i];
  }
  sums[0] = sum0;
  sums[1] = sum1;
  sums[2] = sum2;
  sums[3] = sum3;
}

static int32_t dot(const int8_t* restrict input, int16_t offset, const int8_t* restrict weights, int32_t length,
                   int32_t sum) {
  for (int32_t i = 0; i < length; ++i) {
    const int16_t x = (int16_t)(input[i] + offset);
    sum += x * (int16_t)weights[i];
  }
  return sum;
}

static int8_t finish(const mote_filters* filters, int32_t filter, int32_t sum) {
  const mote_channel_scaling* scaling = &filters->scaling;
  const int32_t factor = scaling->count == 1 ? 0 : filter;
  return mote_requantize_s8(sum, scaling->multipliers[factor], scaling->shifts[factor], filters->output_offset,
                            filters->activation);
}

void mote_apply_filters(const mote_filters* filters, const int8_t* input, int8_t* output) {
  const int32_t length = filters->length;
  const int32_t count = filters->count;
  const int32_t* const bias = filters->bias;
  const int16_t offset = (int16_t)filters->input_offset;
  const int8_t* weights = filters->weights;
  int32_t o = 0;
  for (; o + MOTE_FILTER_BLOCK <= count; o += MOTE_FILTER_BLOCK, weights += MOTE_FILTER_BLOCK * length) {
    int32_t sums[MOTE_FILTER_BLOCK] = {0, 0, 0, 0};
    for (int32_t k = 0; bias && k < MOTE_FILTER_BLOCK; ++k) sums[k] = bias[o + k];
    dot_block(input, offset, weights, length, sums);
    for (int32_t k = 0; k < MOTE_FILTER_BLOCK; ++k) output[o + k] = finish(filters, o + k, sums[k]);
  }
  for (; o < count; ++o, weights += length) {
    output[o] = finish(filters, o, dot(input, offset, weights, length, bias ? bias[o] : 0));
  }
}
