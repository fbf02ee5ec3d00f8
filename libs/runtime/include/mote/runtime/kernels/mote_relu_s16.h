/* relu and relu6 on their own (not fused into a layer) in int16, with a change of scale. No scratch.
 *
 * output = clamp(requantize(input)). Source: TensorFlow Lite Micro kernels/activations_common.cc.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_RELU_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_RELU_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_relu_s16_params {
  int32_t count;              /* elements */
  mote_activation activation; /* relu: [0, 32767]; relu6: up to min(32767, round(6.0f/scale)) */
  mote_scaling scaling;       /* s_in/s_out in double */
} mote_relu_s16_params;

/* input, output [count]; may be the same. */
void mote_relu_s16(const mote_relu_s16_params* params, const int16_t* input, int16_t* output);

/* Step: inputs {input}, outputs {output}. */
extern const mote_op mote_relu_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_RELU_S16_H_ */
