#include "mote/runtime/dsp/blocks.h"

/* Four partial sums, so that wide machines can add side by side and still give the bits of narrow ones. */
float mote_sum_f32(const float* x, int32_t count) {
  float part[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  int32_t i;
  for (i = 0; i + 4 <= count; i += 4) {
    part[0] += x[i];
    part[1] += x[i + 1];
    part[2] += x[i + 2];
    part[3] += x[i + 3];
  }
  for (; i < count; ++i) part[0] += x[i];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

static float squared(float x) {
  return x * x;
}

float mote_squared_distance_f32(const float* x, int32_t count, float center) {
  float part[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  int32_t i;
  for (i = 0; i + 4 <= count; i += 4) {
    part[0] += squared(x[i] - center);
    part[1] += squared(x[i + 1] - center);
    part[2] += squared(x[i + 2] - center);
    part[3] += squared(x[i + 3] - center);
  }
  for (; i < count; ++i) part[0] += squared(x[i] - center);
  return (part[0] + part[1]) + (part[2] + part[3]);
}

void mote_remove_dc_f32(float* x, int32_t count) {
  const float mean = mote_sum_f32(x, count) / (float)count;
  int32_t i;
  for (i = 0; i < count; ++i) x[i] -= mean;
}

void mote_pre_emphasis_f32(float* x, int32_t count, float factor) {
  int32_t i;
  for (i = count - 1; i > 0; --i) x[i] -= factor * x[i - 1];
  x[0] -= factor * x[0];
}

void mote_window_f32(float* x, const float* window, int32_t count) {
  int32_t i;
  for (i = 0; i < count; ++i) x[i] *= window[i];
}
