#include "mote/runtime/dsp/blocks.h"

/* Four partial sums: log mels are large beside their differences, and shorter sums round less. */
static float dot(const float* a, const float* b, int32_t count) {
  float part[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  int32_t i;
  for (i = 0; i + 4 <= count; i += 4) {
    part[0] += a[i] * b[i];
    part[1] += a[i + 1] * b[i + 1];
    part[2] += a[i + 2] * b[i + 2];
    part[3] += a[i + 3] * b[i + 3];
  }
  for (; i < count; ++i) part[0] += a[i] * b[i];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

void mote_dct_f32(const float* in, int32_t mels, const float* matrix, int32_t count, float* out) {
  int32_t c;
  for (c = 0; c < count; ++c) out[c] = dot(in, matrix + c * mels, mels);
}
