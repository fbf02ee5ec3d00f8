/* int16 -> float32: scale · input. No scratch. */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_DEQUANTIZE_S16_F32_H_
#define MOTE_RUNTIME_KERNELS_MOTE_DEQUANTIZE_S16_F32_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_dequantize_s16_f32_params {
  int32_t count; /* elements */
  float scale;   /* > 0 */
} mote_dequantize_s16_f32_params;

/* input, output [count]; no overlap. */
void mote_dequantize_s16_f32(const mote_dequantize_s16_f32_params* params, const int16_t* input, float* output);

/* Step: inputs {int16 input}, outputs {float32 output} of equal shape. */
extern const mote_op mote_dequantize_s16_f32_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_DEQUANTIZE_S16_F32_H_ */
