/* Requantization of the int16 path (16x8): a wide accumulator times a real factor, rounded once.
 *
 * The multiplier is cut to 16 bits and the product rounded once, ties up. Source: TensorFlow Lite
 * kernels/internal/common.h, MultiplyByQuantizedMultiplier(int64_t, int32_t, int). Sums of int32 (add, mean, relu) go
 * through mote_requantize as int8 ones do.
 */
#ifndef MOTE_RUNTIME_REQUANTIZE_S16_H_
#define MOTE_RUNTIME_REQUANTIZE_S16_H_

#include "mote/runtime/requantize.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Largest magnitude of an accumulator, and the largest shift. */
#define MOTE_WIDE_LIMIT (INT64_C(1) << 47)
enum { MOTE_MAX_WIDE_SHIFT = 7 };

/* multiplier / 2^16 rounded, ties up, in 15 bits. */
static inline int32_t mote_reduced_multiplier(int32_t multiplier) {
  return multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
}

/* x·multiplier·2^(shift-31), saturated to int32. |x| < 2^47, multiplier >= 0, shift in [-31, 7]. */
static inline int32_t mote_requantize_wide(int64_t x, int32_t multiplier, int32_t shift) {
  const int32_t right = 15 - shift;
  const int64_t product = x * mote_reduced_multiplier(multiplier) + (INT64_C(1) << (right - 1));
  const int64_t scaled = product >> right;
  if (scaled > INT32_MAX) return INT32_MAX;
  return scaled < INT32_MIN ? INT32_MIN : (int32_t)scaled;
}

/* The end of a layer with weights: accumulator -> int16. */
static inline int16_t mote_requantize_wide_s16(int64_t accumulator, int32_t multiplier, int32_t shift,
                                               mote_activation activation) {
  return (int16_t)mote_clamp(mote_requantize_wide(accumulator, multiplier, shift), activation.min, activation.max);
}

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_REQUANTIZE_S16_H_ */
