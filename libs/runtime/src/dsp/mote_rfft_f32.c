/* Real FFT by a complex one of half the size: even samples are its real, odd samples its imaginary parts. The complex
 * FFT decimates in time: bit-reversed order, then one stage of radix 2 where the number of stages is odd, then radix 4.
 */
#include "mote/runtime/dsp/blocks.h"

static void swap_complex(float* a, float* b) {
  const float re = a[0];
  const float im = a[1];
  a[0] = b[0];
  a[1] = b[1];
  b[0] = re;
  b[1] = im;
}

static void bit_reverse(float* x, int32_t points) {
  int32_t reversed = 0;
  int32_t i;
  for (i = 1; i < points; ++i) {
    int32_t bit = points >> 1;
    while ((reversed & bit) != 0) {
      reversed ^= bit;
      bit >>= 1;
    }
    reversed |= bit;
    if (i < reversed) swap_complex(x + 2 * i, x + 2 * reversed);
  }
}

static void radix2_stage(float* x, int32_t points) {
  int32_t i;
  for (i = 0; i < 2 * points; i += 4) {
    const float re = x[i + 2];
    const float im = x[i + 3];
    x[i + 2] = x[i] - re;
    x[i + 3] = x[i + 1] - im;
    x[i] += re;
    x[i + 1] += im;
  }
}

/* (re, im) = (x[0], x[1]) * (c - i s) */
#define MOTE_ROTATE(x, c, s, re, im)            \
  const float re = (x)[0] * (c) + (x)[1] * (s); \
  const float im = (x)[1] * (c) - (x)[0] * (s)

/* Four values `span` complex points apart. Their order is bit-reversed: the second one takes the doubled angle. */
static void radix4_butterfly(float* x, int32_t span, const float* sine, int32_t quarter, int32_t angle) {
  float* const x1 = x + 2 * span;
  float* const x2 = x1 + 2 * span;
  float* const x3 = x2 + 2 * span;
  MOTE_ROTATE(x1, sine[2 * angle + quarter], sine[2 * angle], b_re, b_im);
  MOTE_ROTATE(x2, sine[angle + quarter], sine[angle], c_re, c_im);
  MOTE_ROTATE(x3, sine[3 * angle + quarter], sine[3 * angle], d_re, d_im);
  const float sum_re = x[0] + b_re;
  const float sum_im = x[1] + b_im;
  const float difference_re = x[0] - b_re;
  const float difference_im = x[1] - b_im;
  const float cross_re = c_re + d_re;
  const float cross_im = c_im + d_im;
  const float turned_re = c_im - d_im; /* -i (c - d) */
  const float turned_im = d_re - c_re;
  x[0] = sum_re + cross_re;
  x[1] = sum_im + cross_im;
  x1[0] = difference_re + turned_re;
  x1[1] = difference_im + turned_im;
  x2[0] = sum_re - cross_re;
  x2[1] = sum_im - cross_im;
  x3[0] = difference_re - turned_re;
  x3[1] = difference_im - turned_im;
}

static void complex_fft(float* x, const float* sine, int32_t points) {
  const int32_t quarter = points / 2; /* of the table, which holds a turn in 2 * points steps */
  int32_t span = 1;
  int32_t j;
  int32_t i;
  bit_reverse(x, points);
  while (span * 4 <= points) span *= 4;
  span = span == points ? 1 : 2;
  if (span == 2) radix2_stage(x, points);
  for (; span < points; span *= 4) {
    const int32_t step = points / (2 * span);
    for (j = 0; j < span; ++j) {
      for (i = j; i < points; i += 4 * span) radix4_butterfly(x + 2 * i, span, sine, quarter, j * step);
    }
  }
}

/* From the half-size spectrum Z to bins k and m = points - k of the real one: X[k] = E + w^k O, X[m] = conj(E - w^k O).
 */
static void split_pair(float* a, float* b, float c, float s) {
  const float even_re = 0.5f * (a[0] + b[0]);
  const float even_im = 0.5f * (a[1] - b[1]);
  const float odd[2] = {0.5f * (a[1] + b[1]), 0.5f * (b[0] - a[0])};
  MOTE_ROTATE(odd, c, s, odd_re, odd_im);
  a[0] = even_re + odd_re;
  a[1] = even_im + odd_im;
  b[0] = even_re - odd_re;
  b[1] = odd_im - even_im;
}

void mote_rfft_f32(float* x, const float* sine, int32_t size) {
  const int32_t points = size / 2;
  float first;
  int32_t k;
  complex_fft(x, sine, points);
  first = x[0];
  x[0] = first + x[1];
  x[1] = first - x[1];
  for (k = 1; k <= points / 2; ++k) split_pair(x + 2 * k, x + 2 * (points - k), sine[k + size / 4], sine[k]);
}
