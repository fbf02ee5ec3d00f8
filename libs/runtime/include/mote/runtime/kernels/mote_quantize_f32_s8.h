/* float32 -> int8: clamp(round(input / scale) + zero_point), rounding half away from zero, the division in float32. No
 * scratch. Source: TensorFlow Lite kernels/internal/reference/quantize.h, AffineQuantize. */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_QUANTIZE_F32_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_QUANTIZE_F32_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_quantize_f32_s8_params {
  int32_t count; /* elements */
  float scale;   /* > 0 */
  int32_t zero_point;
} mote_quantize_f32_s8_params;

/* input, output [count]; no overlap. Infinities saturate; a NaN gives the zero point. */
void mote_quantize_f32_s8(const mote_quantize_f32_s8_params* params, const float* input, int8_t* output);

/* Step: inputs {float32 input}, outputs {int8 output} of equal shape. */
extern const mote_op mote_quantize_f32_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_QUANTIZE_F32_S8_H_ */
