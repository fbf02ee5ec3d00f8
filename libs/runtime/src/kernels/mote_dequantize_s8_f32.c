#include "mote/runtime/kernels/mote_dequantize_s8_f32.h"

void mote_dequantize_s8_f32(const mote_dequantize_s8_f32_params* params, const int8_t* input, float* output) {
  const float scale = params->scale;
  const int32_t zero_point = params->zero_point;
  for (int32_t i = 0; i < params->count; ++i) output[i] = scale * (float)(input[i] - zero_point);
}
