#include "mote/runtime/kernels/mote_dequantize_s16_f32.h"

void mote_dequantize_s16_f32(const mote_dequantize_s16_f32_params* params, const int16_t* input, float* output) {
  const float scale = params->scale;
  for (int32_t i = 0; i < params->count; ++i) output[i] = scale * (float)input[i];
}
