/* float32 -> int16: clamp(round(input / scale)), rounding half away from zero, the division in float32. No scratch.
 * Source: TensorFlow Lite kernels/internal/reference/quantize.h, AffineQuantize. */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_QUANTIZE_F32_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_QUANTIZE_F32_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_quantize_f32_s16_params {
  int32_t count; /* elements */
  float scale;   /* > 0 */
} mote_quantize_f32_s16_params;

/* input, output [count]; no overlap. Infinities saturate; a NaN gives 0. */
void mote_quantize_f32_s16(const mote_quantize_f32_s16_params* params, const float* input, int16_t* output);

/* Step: inputs {float32 input}, outputs {int16 output} of equal shape. */
extern const mote_op mote_quantize_f32_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_QUANTIZE_F32_S16_H_ */
