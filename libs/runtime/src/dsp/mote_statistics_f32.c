#include "mote/runtime/dsp/blocks.h"
#include "mote/runtime/dsp/math.h"

void mote_statistics_f32(const float* x, int32_t count, float* out) {
  const float samples = (float)count;
  out[0] = mote_sum_f32(x, count) / samples;
  out[1] = mote_sqrt_f32(mote_squared_distance_f32(x, count, out[0]) / samples);
  out[2] = mote_sqrt_f32(mote_squared_distance_f32(x, count, 0.0f) / samples);
}
