#include "mote/runtime/dsp/blocks.h"
#include "mote/runtime/dsp/math.h"

void mote_log_offset_f32(float* x, int32_t count, float offset, float factor) {
  int32_t i;
  for (i = 0; i < count; ++i) x[i] = factor * mote_log_f32(x[i] + offset);
}

void mote_log_floor_f32(float* x, int32_t count, float floor, float factor) {
  int32_t i;
  for (i = 0; i < count; ++i) x[i] = factor * mote_log_f32(x[i] > floor ? x[i] : floor);
}
