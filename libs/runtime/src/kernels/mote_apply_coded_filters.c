#include "mote_apply_coded_filters.h"

#include "mote_kernel.h"

/* Filters that are requantized together. */
enum { MOTE_FILTER_RUN = 16 };

/* Each of the functions below adds one filter's products to *sum and returns the start of the next filter. */

static int32_t low_nibble(uint8_t byte) {
  return (int8_t)(uint8_t)(byte << 4) >> 4;
}

static int32_t high_nibble(uint8_t byte) {
  return (int8_t)byte >> 4;
}

static const uint8_t* dot_s4(const int8_t* restrict input, int32_t offset, const uint8_t* restrict weights,
                             int32_t length, int32_t* sum) {
  int32_t low = *sum;
  int32_t high = 0;
  for (; length >= 2; length -= 2, input += 2) {
    const uint8_t byte = *weights++;
    low += (input[0] + offset) * low_nibble(byte);
    high += (input[1] + offset) * high_nibble(byte);
  }
  if (length > 0) low += (*input + offset) * low_nibble(*weights++);
  *sum = low + high;
  return weights;
}

/* The two bits from `at` on, as -1, 0 or 1. */
static int32_t ternary(uint8_t byte, int32_t at) {
  return (int32_t)((uint32_t)byte << (30 - at)) >> 30;
}

static const uint8_t* dot_ternary(const int8_t* restrict input, int32_t offset, const uint8_t* restrict weights,
                                  int32_t length, int32_t* sum) {
  int32_t total = *sum;
  for (; length >= 4; length -= 4, input += 4) {
    const uint8_t byte = *weights++;
    if (byte == 0) continue;
    total += (input[0] + offset) * ternary(byte, 0);
    total += (input[1] + offset) * ternary(byte, 2);
    total += (input[2] + offset) * ternary(byte, 4);
    total += (input[3] + offset) * ternary(byte, 6);
  }
  for (int32_t i = 0; i < length; ++i) total += (input[i] + offset) * ternary(*weights, 2 * i);
  *sum = total;
  return weights + (length > 0 ? 1 : 0);
}

static const uint8_t* dot_binary(const int8_t* restrict input, int32_t offset, const uint8_t* restrict weights,
                                 int32_t length, int32_t* sum) {
  int32_t total = *sum;
  for (; length > 0; length -= 8) {
    int32_t signs = *weights++;
    const int32_t count = mote_min(length, 8);
    for (int32_t i = 0; i < count; ++i, signs >>= 1) {
      const int32_t x = *input++ + offset;
      total += (signs & 1) ? -x : x;
    }
  }
  *sum = total;
  return weights;
}

static int32_t entries_of(const uint8_t* filter) {
  return filter[0] | filter[1] << 8;
}

static const uint8_t* dot_sparse_s8(const int8_t* restrict input, int32_t offset, const uint8_t* restrict weights,
                                    int32_t* sum) {
  int32_t total = *sum;
  int32_t pairs = entries_of(weights) / 2;
  for (weights += 2; pairs > 0; --pairs, weights += 3) {
    const int32_t gaps = weights[0];
    input += gaps & 15;
    total += (*input + offset) * (int8_t)weights[1];
    input += gaps >> 4;
    total += (*input + offset) * (int8_t)weights[2];
  }
  *sum = total;
  return weights;
}

static const uint8_t* dot_sparse_s8_far(const int8_t* restrict input, int32_t offset, const uint8_t* restrict weights,
                                        int32_t* sum) {
  int32_t total = *sum;
  int32_t entries = entries_of(weights);
  for (weights += 2; entries > 0; --entries, weights += 2) {
    input += weights[0];
    total += (*input + offset) * (int8_t)weights[1];
  }
  *sum = total;
  return weights;
}

static const uint8_t* dot_sparse_s4(const int8_t* restrict input, int32_t offset, const uint8_t* restrict weights,
                                    int32_t* sum) {
  int32_t total = *sum;
  int32_t entries = entries_of(weights);
  for (weights += 2; entries > 0; --entries) {
    const uint8_t entry = *weights++;
    input += entry >> 4;
    total += (*input + offset) * low_nibble(entry);
  }
  *sum = total;
  return weights;
}

static const uint8_t* dot(const mote_coded_filters* filters, const int8_t* input, const uint8_t* weights,
                          int32_t* sum) {
  const int32_t offset = filters->input_offset;
  switch (filters->coding) {
    case MOTE_CODING_S4:
      return dot_s4(input, offset, weights, filters->length, sum);
    case MOTE_CODING_TERNARY:
      return dot_ternary(input, offset, weights, filters->length, sum);
    case MOTE_CODING_BINARY:
      return dot_binary(input, offset, weights, filters->length, sum);
    case MOTE_CODING_SPARSE_S8:
      return dot_sparse_s8(input, offset, weights, sum);
    case MOTE_CODING_SPARSE_S8_FAR:
      return dot_sparse_s8_far(input, offset, weights, sum);
    default:
      return dot_sparse_s4(input, offset, weights, sum);
  }
}

void mote_apply_coded_filters(const mote_coded_filters* filters, const int8_t* input, int8_t* output) {
  const int32_t* bias = filters->bias;
  const uint8_t* weights = filters->weights;
  mote_finish finish = {filters->scaling.multipliers, filters->scaling.shifts, filters->scaling.count == 1 ? 0 : 1,
                        filters->output_offset, filters->activation};
  for (int32_t left = filters->count; left > 0; left -= MOTE_FILTER_RUN) {
    int32_t sums[MOTE_FILTER_RUN];
    const int32_t run = mote_min(left, MOTE_FILTER_RUN);
    bias = mote_start_sums(bias, run, sums);
    for (int32_t i = 0; i < run; ++i) weights = dot(filters, input, weights, &sums[i]);
    mote_finish_s8(&finish, sums, run, output);
    output += run;
  }
}
