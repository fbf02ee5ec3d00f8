/* relu and relu6 on their own (not fused into a layer) in int8, with a change of scale. No scratch.
 *
 * output = clamp(requantize(input + input_offset) + output_offset)
 *
 * Where input and output share scale and zero point, set scaling {2^30, 1}: the factor 1 exactly, so that this is a
 * clamp. TensorFlow Lite Micro's RELU6 never rescales. Source: TensorFlow Lite Micro kernels/activations_common.cc.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_RELU_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_RELU_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_relu_s8_params {
  int32_t count;         /* elements */
  int32_t input_offset;  /* -(input zero point) */
  int32_t output_offset; /* output zero point */
  mote_activation
      activation;       /* relu: [max(-128, zero point), 127]; relu6: up to min(127, zero point + round(6.0f/scale)) */
  mote_scaling scaling; /* (double)(s_in/s_out), the quotient in float */
} mote_relu_s8_params;

/* input, output [count]; may be the same. */
void mote_relu_s8(const mote_relu_s8_params* params, const int8_t* input, int8_t* output);

/* Step: inputs {input}, outputs {output}. */
extern const mote_op mote_relu_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_RELU_S8_H_ */
