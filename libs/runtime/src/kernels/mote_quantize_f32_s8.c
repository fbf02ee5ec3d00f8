#include "mote/runtime/kernels/mote_quantize_f32_s8.h"

#include "mote/runtime/requantize.h"

/* Beyond this every zero point saturates; within it, the integer part and the remainder are exact in float32. */
static const float saturation = 512.0F;

static int32_t round_half_away(float x) {
  if (x != x) return 0; /* NaN */
  if (x > saturation) return (int32_t)saturation;
  if (x < -saturation) return -(int32_t)saturation;
  const int32_t whole = (int32_t)x;
  const float rest = x - (float)whole;
  if (rest >= 0.5F) return whole + 1;
  if (rest <= -0.5F) return whole - 1;
  return whole;
}

void mote_quantize_f32_s8(const mote_quantize_f32_s8_params* params, const float* input, int8_t* output) {
  for (int32_t i = 0; i < params->count; ++i) {
    const int32_t raw = round_half_away(input[i] / params->scale) + params->zero_point;
    output[i] = (int8_t)mote_clamp(raw, INT8_MIN, INT8_MAX);
  }
}
