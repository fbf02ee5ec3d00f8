#include "mote/runtime/kernels/mote_softmax_s8.h"

#include "mote/runtime/requantize.h"

/* Fixed point as gemmlowp has it: Qn is an int32 with n integer bits, a sign and 31 - n fractional bits; the product of
 * a Qa and a Qb is mote_saturating_high_multiply and a Q(a+b). Every operation below rounds where gemmlowp's does, so
 * that all bits agree. */

/* x·2^exponent, saturating; exponent in [1, 30]. */
static int32_t saturating_shift_left(int32_t x, int32_t exponent) {
  const int32_t limit = INT32_MAX >> exponent;
  if (x > limit) return INT32_MAX;
  if (x < -limit - 1) return INT32_MIN;
  return x * (INT32_C(1) << exponent);
}

/* exp(a) in Q0 for a in [-1/4, 0) in Q0: Taylor around -1/8 to the fourth power. */
static int32_t exp_last_quarter(int32_t a) {
  const int32_t exp_minus_eighth = 1895147668; /* Q0 */
  const int32_t third = 715827883;             /* Q0 */
  const int32_t x = a + (INT32_C(1) << 28);
  const int32_t x2 = mote_saturating_high_multiply(x, x);
  const int32_t x3 = mote_saturating_high_multiply(x2, x);
  const int32_t x4_quarter = mote_rounding_shift_right(mote_saturating_high_multiply(x2, x2), 2);
  const int32_t higher = mote_rounding_shift_right(mote_saturating_high_multiply(x4_quarter + x3, third) + x2, 1);
  return exp_minus_eighth + mote_saturating_high_multiply(exp_minus_eighth, x + higher);
}

/* exp(a) in Q0 for a <= 0 in Q5: the last quarter by series, then a factor exp(-2^k) for each bit of the rest. */
static int32_t exp_negative(int32_t a) {
  /* exp(-1/4), exp(-1/2), exp(-1) … exp(-16) in Q0 */
  static const int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = INT32_C(1) << 24; /* Q5 */
  if (a == 0) return INT32_MAX;
  const int32_t last_quarter = (a & (quarter - 1)) - quarter;
  const int32_t rest = last_quarter - a;
  int32_t result = exp_last_quarter(saturating_shift_left(last_quarter, 5));
  for (int32_t k = 0; k < (int32_t)(sizeof factors / sizeof factors[0]); ++k) {
    if (rest & (quarter << k)) result = mote_saturating_high_multiply(result, factors[k]);
  }
  return result;
}

/* 1 / (1 + a) in Q0 for a in [0, 1) in Q0: three Newton-Raphson steps on the halved denominator. */
static int32_t reciprocal_one_plus(int32_t a) {
  const int32_t one_q2 = INT32_C(1) << 29;
  const int32_t half_denominator = (int32_t)(((int64_t)a + INT32_MAX + 1) >> 1);
  /* 48/17 - 32/17·denominator in Q2 is the best linear start. */
  int32_t x = 1515870810 + mote_saturating_high_multiply(half_denominator, -1010580540);
  for (int32_t step = 0; step < 3; ++step) {
    const int32_t error = one_q2 - mote_saturating_high_multiply(half_denominator, x);
    x += saturating_shift_left(mote_saturating_high_multiply(x, error), 2);
  }
  return saturating_shift_left(x, 1);
}

static int32_t count_leading_zeros(uint32_t x) {
  int32_t zeros = 0;
  for (; zeros < 32 && (x >> 31) == 0; ++zeros) x <<= 1;
  return zeros;
}

/* exp(scale·difference) in Q0; difference in [diff_min, 0]. */
static int32_t exp_difference(const mote_softmax_s8_params* params, int32_t difference) {
  const mote_scaling scaling = params->scaling;
  return exp_negative(mote_high_multiply(difference * (INT32_C(1) << scaling.shift), scaling.multiplier));
}

static int32_t largest_of(const int8_t* row, int32_t columns) {
  int32_t largest = INT8_MIN;
  for (int32_t c = 0; c < columns; ++c) largest = row[c] > largest ? row[c] : largest;
  return largest;
}

/* Q12: room for 4095 terms of at most 1. */
static int32_t sum_of_exps(const mote_softmax_s8_params* params, const int8_t* row, int32_t largest) {
  int32_t sum = 0;
  for (int32_t c = 0; c < params->columns; ++c) {
    const int32_t difference = row[c] - largest;
    if (difference >= params->diff_min) sum += mote_rounding_shift_right(exp_difference(params, difference), 12);
  }
  return sum;
}

static void softmax_row(const mote_softmax_s8_params* params, const int8_t* input, int8_t* output) {
  const int32_t largest = largest_of(input, params->columns);
  const uint32_t sum = (uint32_t)sum_of_exps(params, input, largest);
  const int32_t zeros = count_leading_zeros(sum);
  /* sum = (1 + fraction)·2^(12 - zeros) */
  const int32_t reciprocal = reciprocal_one_plus((int32_t)((sum << zeros) - (UINT32_C(1) << 31)));
  const int32_t exponent = (12 - zeros) + 31 - 8; /* Q0 to a scale of 1/256 */
  for (int32_t c = 0; c < params->columns; ++c) {
    const int32_t difference = input[c] - largest;
    if (difference < params->diff_min || exponent > 31) { /* below half a unit */
      output[c] = INT8_MIN;
      continue;
    }
    const int32_t product = mote_saturating_high_multiply(reciprocal, exp_difference(params, difference));
    output[c] = (int8_t)mote_clamp(mote_rounding_shift_right(product, exponent) + INT8_MIN, INT8_MIN, INT8_MAX);
  }
}

void mote_softmax_s8(const mote_softmax_s8_params* params, const int8_t* input, int8_t* output) {
  for (int32_t row = 0; row < params->rows; ++row) {
    const int32_t start = row * params->columns;
    softmax_row(params, input + start, output + start);
  }
}
