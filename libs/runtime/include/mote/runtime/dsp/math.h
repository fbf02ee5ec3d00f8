/* Logarithm and square root in float without libm: the same bits on every machine with IEEE single precision, with or
 * without an FPU. Also the definition for the desktop's vector path, which repeats these steps lane by lane. */
#ifndef MOTE_RUNTIME_DSP_MATH_H_
#define MOTE_RUNTIME_DSP_MATH_H_

#include <stdint.h>

static inline uint32_t mote_float_bits(float x) {
  union {
    float f;
    uint32_t u;
  } pun;
  pun.f = x;
  return pun.u;
}

static inline float mote_bits_float(uint32_t bits) {
  union {
    float f;
    uint32_t u;
  } pun;
  pun.u = bits;
  return pun.f;
}

/* Natural logarithm of a normal x > 0, within 2 ulp of the result or 1e-7. x = m 2^e with m in [sqrt(1/2), sqrt(2));
 * ln m = 2 atanh(s), s = (m - 1) / (m + 1), by its series up to s^9 (the rest is below 3e-9 of the result). */
static inline float mote_log_f32(float x) {
  const uint32_t half_root = 0x3f3504f3u; /* sqrt(1/2) */
  const uint32_t offset = mote_float_bits(x) - half_root;
  const float e = (float)((int32_t)offset >> 23);
  const float m = mote_bits_float((offset & 0x007fffffu) + half_root);
  const float s = (m - 1.0f) / (m + 1.0f);
  const float z = s * s;
  float tail = z * (2.0f / 9.0f) + (2.0f / 7.0f);
  tail = tail * z + (2.0f / 5.0f);
  tail = tail * z + (2.0f / 3.0f);
  /* ln 2 in two parts: e times the first one is exact. */
  return e * 0.693359375f + (2.0f * s + (s * (z * tail) - e * 2.12194440e-4f));
}

/* Square root of x >= 0 within 1 ulp; 0 for x below the least normal number. Newton's method on 1 / sqrt(x) from a
 * guess by halving the exponent, then one step on the root itself. */
static inline float mote_sqrt_f32(float x) {
  const float half = 0.5f * x;
  float r;
  float root;
  if (!(x >= 1.17549435e-38f)) return 0.0f;
  r = mote_bits_float(0x5f375a86u - (mote_float_bits(x) >> 1));
  r = r * (1.5f - half * r * r);
  r = r * (1.5f - half * r * r);
  r = r * (1.5f - half * r * r);
  root = x * r;
  return root + 0.5f * r * (x - root * root);
}

#endif /* MOTE_RUNTIME_DSP_MATH_H_ */
