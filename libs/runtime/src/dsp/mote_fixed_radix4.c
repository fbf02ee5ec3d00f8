#include "mote_fixed_fft.h"

int32_t mote_fixed_bits(const int32_t* x, int32_t count) {
  const int32_t* const end = x + count;
  uint32_t seen = 0;
  int32_t bits = 0;
  for (; x < end; x += 4) {
    seen |= (uint32_t)(x[0] ^ (x[0] >> 31));
    seen |= (uint32_t)(x[1] ^ (x[1] >> 31));
    seen |= (uint32_t)(x[2] ^ (x[2] >> 31));
    seen |= (uint32_t)(x[3] ^ (x[3] >> 31));
  }
  for (; seen != 0; seen >>= 1) ++bits;
  return bits;
}

/* x (cos - i sin) / 2^shift with three products. The sums of products fit 32 bits, what is between them need not: it is
 * taken modulo 2^32. */
static inline void turn(const int32_t* x, const int32_t* w, int32_t shift, int32_t* re, int32_t* im) {
  const uint32_t a = (uint32_t)x[0];
  const uint32_t b = (uint32_t)x[1];
  const uint32_t common = (a + b) * (uint32_t)w[0] + (UINT32_C(1) << (shift - 1));
  *re = (int32_t)(common + b * (uint32_t)w[1]) >> shift;
  *im = (int32_t)(common - a * (uint32_t)w[2]) >> shift;
}

static inline void butterfly(int32_t* x, int32_t span, const int32_t* w, int32_t shift) {
  int32_t* const x1 = x + 2 * span;
  int32_t* const x2 = x1 + 2 * span;
  int32_t* const x3 = x2 + 2 * span;
  const int32_t half = (1 << shift) >> 1;
  const int32_t a_re = (x[0] + half) >> shift;
  const int32_t a_im = (x[1] + half) >> shift;
  int32_t b_re, b_im, c_re, c_im, d_re, d_im;
  turn(x2, w, MOTE_FIXED_TWIDDLE_BITS + shift, &c_re, &c_im);
  turn(x3, w + 3, MOTE_FIXED_TWIDDLE_BITS + shift, &d_re, &d_im);
  turn(x1, w + 6, MOTE_FIXED_TWIDDLE_BITS + shift, &b_re, &b_im);
  x[0] = a_re + b_re + (c_re + d_re);
  x[1] = a_im + b_im + (c_im + d_im);
  x1[0] = a_re - b_re + (c_im - d_im);
  x1[1] = a_im - b_im - (c_re - d_re);
  x2[0] = a_re + b_re - (c_re + d_re);
  x2[1] = a_im + b_im - (c_im + d_im);
  x3[0] = a_re - b_re - (c_im - d_im);
  x3[1] = a_im - b_im + (c_re - d_re);
}

void mote_fixed_radix4(int32_t* data, const int32_t* twiddle, int32_t points, int32_t span, int32_t stride,
                       int32_t shift) {
  int32_t* const end = data + 2 * points;
  int32_t j;
  for (; data < end; data += 8 * span) {
    for (j = 0; j < span; ++j) butterfly(data + 2 * j, span, twiddle + 9 * stride * j, shift);
  }
}
