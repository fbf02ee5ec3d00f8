#include "mote_fixed_spectrum.h"

/* Where an instruction counts leading zeros it takes the place of a search by halves. x > 0. */
#if defined(__GNUC__) && \
    (defined(__ARM_FEATURE_CLZ) || defined(__aarch64__) || defined(__x86_64__) || defined(__riscv_zbb))
#define MOTE_LEADING_ZEROS(x) ((uint32_t)__builtin_clz(x))
#endif

static uint32_t root(const uint16_t* table, uint32_t x) {
  uint32_t shift = 0;
  if (x == 0) return 0;
#ifdef MOTE_LEADING_ZEROS
  shift = MOTE_LEADING_ZEROS(x) / 2u;
  x <<= 2u * shift;
#else
  if (x >> 16 == 0) {
    x <<= 16;
    shift = 8;
  }
  if (x >> 24 == 0) {
    x <<= 8;
    shift += 4;
  }
  if (x >> 28 == 0) {
    x <<= 4;
    shift += 2;
  }
  if (x >> 30 == 0) {
    x <<= 2;
    shift += 1;
  }
#endif
  table += (x >> 25) - MOTE_FIXED_ROOT_BEGIN;
  x = table[0] + (((uint32_t)(table[1] - table[0]) * ((x >> 9) & 0xffffu)) >> 16);
  return (x + ((1u << shift) >> 1)) >> shift;
}

void mote_fixed_root(const uint16_t* table, uint32_t* x, int32_t count) {
  int32_t i;
  for (i = 0; i < count; ++i) x[i] = root(table, x[i]);
}

/* A sum as mantissa 2^exponent, the mantissa in 32 bits. */
typedef struct band_sum {
  uint32_t mantissa;
  int32_t exponent;
} band_sum;

static band_sum sum_magnitude(const uint32_t* bins, const uint16_t* weights, int32_t count) {
  band_sum sum = {0, 0};
  int32_t k;
  for (k = 0; k < count; ++k) sum.mantissa += bins[k] * weights[k];
  return sum;
}

/* Powers have 31 bits: their halves are summed apart. */
static band_sum sum_power(const uint32_t* bins, const uint16_t* weights, int32_t count) {
  band_sum sum = {0, 0};
  uint32_t high = 0;
  uint32_t low = 0;
  int32_t k;
  for (k = 0; k < count; ++k) {
    const uint32_t bin = bins[k];
    high += (bin >> 16) * weights[k];
    low += (bin & 0xffffu) * weights[k];
  }
  high += low >> 16;
  if (high >> 16 == 0) {
    sum.mantissa = (high << 16) | (low & 0xffffu);
    return sum;
  }
  sum.mantissa = high;
  sum.exponent = 16;
  return sum;
}

/* log2(x) in 1/1024, x > 0: the place of the first one, then a line between two of 33 points. */
static int32_t log2_of(const uint16_t* table, uint32_t x) {
  int32_t whole = 31;
#ifdef MOTE_LEADING_ZEROS
  whole -= (int32_t)MOTE_LEADING_ZEROS(x);
  x <<= 31 - whole;
#else
  if (x >> 16 == 0) {
    x <<= 16;
    whole -= 16;
  }
  if (x >> 24 == 0) {
    x <<= 8;
    whole -= 8;
  }
  if (x >> 28 == 0) {
    x <<= 4;
    whole -= 4;
  }
  if (x >> 30 == 0) {
    x <<= 2;
    whole -= 2;
  }
  if (x >> 31 == 0) {
    x <<= 1;
    whole -= 1;
  }
#endif
  table += (x >> 26) & 31u;
  x = (x >> 10) & 0xffffu;
  return (int32_t)((uint32_t)whole << MOTE_FIXED_LOG_BITS) + table[0] +
         (int32_t)(((uint32_t)(table[1] - table[0]) * x + 0x8000u) >> 16);
}

/* log2(2^a + 2^b), a >= b: a + log2(1 + 2^(b - a)). */
static int32_t log2_of_sum(const uint16_t* table, int32_t a, int32_t b) {
  const uint32_t distance = (uint32_t)(a - b);
  const uint32_t index = distance >> (MOTE_FIXED_LOG_BITS - 2);
  const uint32_t rest = distance & ((1u << (MOTE_FIXED_LOG_BITS - 2)) - 1u);
  if (index >= MOTE_FIXED_SOFTENER_SIZE - 1) return a;
  table += index;
  return a + table[0] - (int32_t)(((uint32_t)(table[0] - table[1]) * rest) >> (MOTE_FIXED_LOG_BITS - 2));
}

void mote_fixed_log_mel(const mote_fixed_frontend* f, const uint32_t* bins, int32_t exponent, int32_t* base) {
  const int32_t is_power = f->spectrum == MOTE_SPECTRUM_POWER;
  const int32_t unit = f->log_unit + (is_power ? 2 : 1) * exponent * (1 << MOTE_FIXED_LOG_BITS);
  const uint16_t* weights = f->mel_weights;
  int32_t m;
  for (m = 0; m < f->mel_count; ++m) {
    const uint32_t* const band = bins + (f->mel_begin[m] - f->bin_begin);
    const int32_t size = f->mel_size[m];
    const band_sum sum = is_power ? sum_power(band, weights, size) : sum_magnitude(band, weights, size);
    int32_t log = f->log_floor;
    weights += size;
    if (sum.mantissa != 0) {
      const int32_t value = log2_of(f->log2, sum.mantissa) + sum.exponent * (1 << MOTE_FIXED_LOG_BITS) + unit;
      const int32_t greater = value > log ? value : log;
      log = f->log == MOTE_LOG_FLOOR ? greater : log2_of_sum(f->softener, greater, greater == value ? log : value);
    }
    base[m] = log;
  }
}
