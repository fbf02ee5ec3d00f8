/* Fully connected layer in int8. Weights are symmetric, scaled per tensor (scaling.count 1) or per output. No scratch.
 *
 * output[r,o] = clamp(requantize(bias[o] + sum (input[r] + input_offset)·weights[o]) + output_offset)
 *
 * Limit, checked by mote_init: |bias| + 255·sum|weights| of a filter < 2^31.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_DENSE_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_DENSE_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_dense_s8_params {
  int32_t rows;   /* vectors in the input, usually 1 */
  int32_t inputs; /* length of each */
  int32_t outputs;
  int32_t input_offset;  /* -(input zero point) */
  int32_t output_offset; /* output zero point */
  mote_activation activation;
  mote_channel_scaling
      scaling; /* count 1: factor (double)(float)(s_in·s_w)/s_out; count == outputs: as a convolution */
} mote_dense_s8_params;

/* input [rows·inputs], weights [outputs,inputs], bias [outputs] or null, output [rows·outputs]; no two overlap. */
void mote_dense_s8(const mote_dense_s8_params* params, const int8_t* input, const int8_t* weights, const int32_t* bias,
                   int8_t* output);

/* Step: inputs {input of any shape, weights, bias or MOTE_NO_TENSOR}, outputs {output}. The weights' mote_tensor.scale
 * is above 0 where they are scaled per tensor and 0 where per output. */
extern const mote_op mote_dense_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_DENSE_S8_H_ */
