#include "mote/runtime/kernels/mote_quantize_f32_s16.h"

#include "mote/runtime/requantize.h"

/* Beyond this the result saturates; within it, the integer part and the remainder are exact in float32. */
static const float saturation = 65536.0F;

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

void mote_quantize_f32_s16(const mote_quantize_f32_s16_params* params, const float* input, int16_t* output) {
  for (int32_t i = 0; i < params->count; ++i) {
    output[i] = (int16_t)mote_clamp(round_half_away(input[i] / params->scale), INT16_MIN, INT16_MAX);
  }
}
