#include "mote_apply_filters.h"

#include "mote_kernel.h"

/* Filters that share each load of the input, and those that are requantized together. */
enum { MOTE_FILTER_BLOCK = 4, MOTE_FILTER_RUN = 16 };

/* Factors are int16 on purpose: compilers then use their multiply-add of 16-bit pairs (SSE2, NEON). */
static void dot_block_vectors(const int8_t* restrict input, int16_t offset, const int8_t* restrict weights,
                              int32_t length, int32_t* restrict sums) {
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

#define MOTE_MULTIPLY_ACCUMULATE(i)      \
  do {                                   \
    const int32_t x = input[i] + offset; \
    sum0 += x * w0[i];                   \
    sum1 += x * w1[i];                   \
    sum2 += x * w2[i];                   \
    sum3 += x * w3[i];                   \
  } while (0)

/* The same in scalar registers: one index for all pointers where loads take one, by twos elsewhere. */
static MOTE_OUT_OF_LINE void dot_block(const int8_t* restrict input, int32_t offset, const int8_t* restrict weights,
                                       int32_t length, int32_t* restrict sums) {
  const int8_t* w0 = weights;
  const int8_t* w1 = w0 + length;
  const int8_t* w2 = w1 + length;
  const int8_t* w3 = w2 + length;
  int32_t sum0 = sums[0];
  int32_t sum1 = sums[1];
  int32_t sum2 = sums[2];
  int32_t sum3 = sums[3];
  int32_t i = length;
  if (MOTE_INDEXED_LOADS) {
    while (i-- > 0) MOTE_MULTIPLY_ACCUMULATE(i);
  } else {
    if (i % 2 != 0) {
      --i;
      MOTE_MULTIPLY_ACCUMULATE(i);
    }
    for (const int8_t* const end = input + i; input < end; input += 2, w0 += 2, w1 += 2, w2 += 2, w3 += 2) {
      MOTE_MULTIPLY_ACCUMULATE(0);
      MOTE_MULTIPLY_ACCUMULATE(1);
    }
  }
  sums[0] = sum0;
  sums[1] = sum1;
  sums[2] = sum2;
  sums[3] = sum3;
}

#undef MOTE_MULTIPLY_ACCUMULATE

static int32_t dot_one(const int8_t* restrict input, int16_t offset, const int8_t* restrict weights, int32_t length,
                       int32_t sum) {
  for (int32_t i = 0; i < length; ++i) {
    const int16_t x = (int16_t)(input[i] + offset);
    sum += x * (int16_t)weights[i];
  }
  return sum;
}

static void dot_run(const mote_filters* filters, const int8_t* input, const int8_t* weights, int32_t count,
                    int32_t* sums) {
  const int32_t length = filters->length;
  for (; count >= MOTE_FILTER_BLOCK; count -= MOTE_FILTER_BLOCK, sums += MOTE_FILTER_BLOCK) {
    if (MOTE_VECTORS) {
      dot_block_vectors(input, (int16_t)filters->input_offset, weights, length, sums);
    } else {
      dot_block(input, filters->input_offset, weights, length, sums);
    }
    weights += MOTE_FILTER_BLOCK * length;
  }
  for (; count > 0; --count, ++sums, weights += length) {
    *sums = dot_one(input, (int16_t)filters->input_offset, weights, length, *sums);
  }
}

void mote_apply_filters(const mote_filters* filters, const int8_t* input, int8_t* output) {
  const int32_t* bias = filters->bias;
  const int8_t* weights = filters->weights;
  mote_finish finish = {filters->scaling.multipliers, filters->scaling.shifts, filters->scaling.count == 1 ? 0 : 1,
                        filters->output_offset, filters->activation};
  for (int32_t left = filters->count; left > 0; left -= MOTE_FILTER_RUN) {
    int32_t sums[MOTE_FILTER_RUN];
    const int32_t run = mote_min(left, MOTE_FILTER_RUN);
    bias = mote_start_sums(bias, run, sums);
    dot_run(filters, input, weights, run, sums);
    mote_finish_s8(&finish, sums, run, output);
    weights += run * filters->length;
    output += run;
  }
}
