#include "mote_apply_filters_s16.h"

#include "mote/runtime/requantize_s16.h"
#include "mote_kernel.h"

/* Filters that are summed before any of them is written, and products whose sum stays in int32: 511·2^22 < 2^31. */
enum { MOTE_FILTER_RUN = 16, MOTE_EXACT_PRODUCTS = 510 };

/* Exact: parts are summed in int32, the whole in int64. */
static int64_t dot(const int16_t* restrict input, const int8_t* restrict weights, int32_t length, int64_t sum) {
  while (length > 0) {
    const int32_t part = mote_min(length, MOTE_EXACT_PRODUCTS);
    int32_t partial = 0;
    for (int32_t i = 0; i < part; ++i) partial += input[i] * (int16_t)weights[i];
    sum += partial;
    input += part;
    weights += part;
    length -= part;
  }
  return sum;
}

void mote_apply_filters_s16(const mote_filters_s16* filters, const int16_t* input, int16_t* output) {
  const mote_channel_scaling* const scaling = &filters->scaling;
  for (int32_t first = 0; first < filters->count; first += MOTE_FILTER_RUN) {
    int64_t sums[MOTE_FILTER_RUN];
    const int32_t run = mote_min(filters->count - first, MOTE_FILTER_RUN);
    for (int32_t i = 0; i < run; ++i) {
      const int8_t* const weights = filters->weights + (first + i) * filters->length;
      sums[i] = dot(input, weights, filters->length, filters->bias ? filters->bias[first + i] : 0);
    }
    for (int32_t i = 0; i < run; ++i) {
      const int32_t factor = scaling->count == 1 ? 0 : first + i;
      output[first + i] =
          mote_requantize_wide_s16(sums[i], scaling->multipliers[factor], scaling->shifts[factor], filters->activation);
    }
  }
}
