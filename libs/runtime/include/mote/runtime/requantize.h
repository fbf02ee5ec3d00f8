/* Requantization: an int32 accumulator times a real factor, rounded as TensorFlow Lite Micro does by default.
 *
 * The rule is double rounding: a saturating rounding doubling high multiply (ties up, toward plus infinity), then a
 * rounding right shift (ties away from zero). Source: gemmlowp fixedpoint/fixedpoint.h and TensorFlow Lite
 * kernels/internal/common.h, MultiplyByQuantizedMultiplier without TFLITE_SINGLE_ROUNDING. Everything that requantizes
 * int32 in mote calls these functions, QAT included.
 *
 * Right shifts of negative numbers are taken to be arithmetic, as on every compiler that mote targets.
 */
#ifndef MOTE_RUNTIME_REQUANTIZE_H_
#define MOTE_RUNTIME_REQUANTIZE_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether the core multiplies 32×32 bits into 64. ARMv6-M and ARMv8-M Baseline would call a routine for each product.
 * Tests define it to run both. */
#ifndef MOTE_LONG_MULTIPLY
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)
#define MOTE_LONG_MULTIPLY 0
#else
#define MOTE_LONG_MULTIPLY 1
#endif
#endif

/* mote_high_multiply without a long multiply: four products of 16-bit halves, none of which overflows. What lies below
 * `middle` cannot change the rounded result. */
static inline int32_t mote_high_multiply_by_halves(int32_t a, int32_t b) {
  const int32_t a_high = a >> 16;
  const int32_t b_high = b >> 16;
  const int32_t a_low = a & 0xffff;
  const int32_t b_low = b & 0xffff;
  const int32_t cross = a_high * b_low + (int32_t)(((uint32_t)a_low * (uint32_t)b_low) >> 16);
  const int32_t middle = a_low * b_high + (cross & 0xffff);
  return (int32_t)(2u * (uint32_t)(a_high * b_high + (cross >> 16)) + (uint32_t)((middle + 0x4000) >> 15));
}

/* round(a·b / 2^31), ties up, for b >= 0: no saturation can occur. gemmlowp subtracts from the nudge of a negative
 * product and truncates; floor of (product + 2^30) / 2^31 is the same number. */
static inline int32_t mote_high_multiply(int32_t a, int32_t b) {
  if (!MOTE_LONG_MULTIPLY) return mote_high_multiply_by_halves(a, b);
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

/* The same for any b: INT32_MIN·INT32_MIN, the only product that does not fit, gives INT32_MAX. */
static inline int32_t mote_saturating_high_multiply(int32_t a, int32_t b) {
  return (a == b && a == INT32_MIN) ? INT32_MAX : mote_high_multiply(a, b);
}

/* round(x / 2^exponent), ties away from zero, exponent in [0, 31]. */
static inline int32_t mote_rounding_shift_right(int32_t x, int32_t exponent) {
  const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1u);
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/* x·multiplier·2^(shift-31), doubly rounded. multiplier >= 0, shift in [-31, 30]. A left shift that would overflow is
 * excluded at plan time; should it happen, bits are lost as in two's complement.
 *
 * The right shift rounds as mote_rounding_shift_right does, in fewer instructions: a high product is above INT32_MIN,
 * so that 1 can be taken from it. */
static inline int32_t mote_requantize(int32_t x, int32_t multiplier, int32_t shift) {
  if (shift >= 0) return mote_high_multiply((int32_t)((uint32_t)x << shift), multiplier);
  const int32_t product = mote_high_multiply(x, multiplier);
  return (((product + (product >> 31)) >> (-shift - 1)) + 1) >> 1;
}

static inline int32_t mote_clamp(int32_t x, int32_t min, int32_t max) {
  const int32_t at_least = x < min ? min : x;
  return at_least > max ? max : at_least;
}

/* The end of every layer: accumulator -> int8. Clamps before it adds the offset, which gives the same number and cannot
 * overflow. */
static inline int8_t mote_requantize_s8(int32_t accumulator, int32_t multiplier, int32_t shift, int32_t output_offset,
                                        mote_activation activation) {
  const int32_t scaled = mote_requantize(accumulator, multiplier, shift);
  return (int8_t)(mote_clamp(scaled, activation.min - output_offset, activation.max - output_offset) + output_offset);
}

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_REQUANTIZE_H_ */
