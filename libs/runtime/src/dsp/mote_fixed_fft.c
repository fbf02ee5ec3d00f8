#include "mote_fixed_fft.h"

/* From the bits seen in numbers to the least b with all of them in [-2^b, 2^b). */
static int32_t bit_length(uint32_t seen) {
  int32_t bits = 0;
  for (; seen != 0; seen >>= 1) ++bits;
  return bits;
}

typedef struct point {
  int32_t re;
  int32_t im;
} point;

/* Two samples under the window. |x w| <= 2^(bits + 15), so that the result fits 16 bits. */
static inline point windowed(const int16_t* x, const int16_t* w, int32_t bits) {
  point p;
  p.re = (x[0] * w[0]) >> bits;
  p.im = (x[1] * w[1]) >> bits;
  return p;
}

/* Window, bit-reversed order and the stage without turns: radix 4 ... */
static void first_radix4(const mote_fixed_frontend* f, const int16_t* x, int32_t bits, int32_t* data) {
  const int32_t quarter = f->fft_size / 4; /* samples between legs */
  const int16_t* w = f->window;
  int32_t i;
  for (i = 0; i < quarter / 2; ++i, x += 2, w += 2) {
    int32_t* const out = data + 8 * f->reversed[i];
    const point a = windowed(x, w, bits);
    const point b = windowed(x + 2 * quarter, w + 2 * quarter, bits);
    const point c = windowed(x + quarter, w + quarter, bits);
    const point d = windowed(x + 3 * quarter, w + 3 * quarter, bits);
    out[0] = a.re + b.re + (c.re + d.re);
    out[1] = a.im + b.im + (c.im + d.im);
    out[2] = a.re - b.re + (c.im - d.im);
    out[3] = a.im - b.im - (c.re - d.re);
    out[4] = a.re + b.re - (c.re + d.re);
    out[5] = a.im + b.im - (c.im + d.im);
    out[6] = a.re - b.re - (c.im - d.im);
    out[7] = a.im - b.im + (c.re - d.re);
  }
}

/* ... or radix 2, where the number of stages is odd. */
static void first_radix2(const mote_fixed_frontend* f, const int16_t* x, int32_t bits, int32_t* data) {
  const int32_t half = f->fft_size / 2;
  const int16_t* w = f->window;
  int32_t i;
  for (i = 0; i < half / 2; ++i, x += 2, w += 2) {
    int32_t* const out = data + 4 * f->reversed[i];
    const point a = windowed(x, w, bits);
    const point b = windowed(x + half, w + half, bits);
    out[0] = a.re + b.re;
    out[1] = a.im + b.im;
    out[2] = a.re - b.re;
    out[3] = a.im - b.im;
  }
}

static int32_t is_odd_power(int32_t points) {
  return (points & 0x55555555) == 0; /* 2, 8, 32, ... */
}

/* From parts below 2^bits to |values| <= 2^16.5 behind a stage, and to 2^15.5 behind the last one: four legs of at most
 * sqrt(2) 2^bits add up. */
static int32_t stage_shift(int32_t bits, int32_t is_last) {
  const int32_t shift = bits - (is_last ? 13 : 14);
  return shift < 0 ? 0 : shift;
}

int32_t mote_fixed_fft(const mote_fixed_frontend* f, const int16_t* samples, int32_t* data) {
  const int32_t points = f->fft_size / 2;
  const int32_t odd = is_odd_power(points);
  const int32_t input_bits = bit_length(mote_fixed_seen_sample_bits(samples, f->fft_size));
  int32_t exponent = input_bits;
  int32_t shift = 2; /* the first stage's outputs are bounded by the window: see BakedFixedFrontend */
  int32_t span;
  if (odd) {
    first_radix2(f, samples, input_bits, data);
  } else {
    first_radix4(f, samples, input_bits, data);
  }
  for (span = odd ? 2 : 4; span < points; span *= 4) {
    mote_fixed_radix4(data, f->twiddle, points, span, points / (4 * span), shift);
    exponent += shift;
    if (span * 4 < points) shift = stage_shift(bit_length(mote_fixed_seen_bits(data, 2 * points)), span * 16 >= points);
  }
  data[2 * points] = data[0];
  data[2 * points + 1] = data[1];
  return exponent;
}
