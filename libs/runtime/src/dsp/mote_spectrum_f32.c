#include "mote/runtime/dsp/blocks.h"
#include "mote/runtime/dsp/math.h"

void mote_power_f32(const float* spectrum, int32_t size, int32_t begin, int32_t count, float* out) {
  const float last = spectrum[1];
  int32_t i;
  for (i = 0; i < count; ++i) {
    const int32_t bin = begin + i;
    const float re = bin == size / 2 ? last : spectrum[2 * bin];
    const float im = bin == 0 || bin == size / 2 ? 0.0f : spectrum[2 * bin + 1];
    out[i] = re * re + im * im;
  }
}

void mote_sqrt_array_f32(float* x, int32_t count) {
  int32_t i;
  for (i = 0; i < count; ++i) x[i] = mote_sqrt_f32(x[i]);
}
