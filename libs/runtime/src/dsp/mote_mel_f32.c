#include "mote/runtime/dsp/blocks.h"

void mote_mel_f32(const float* bins, int32_t first_bin, const uint16_t* begin, const uint16_t* size,
                  const float* weights, int32_t count, float* bands) {
  int32_t m;
  int32_t k;
  for (m = 0; m < count; ++m) {
    const float* const band = bins + (begin[m] - first_bin);
    float sum = 0.0f;
    for (k = 0; k < size[m]; ++k) sum += weights[k] * band[k];
    weights += size[m];
    bands[m] = sum;
  }
}
