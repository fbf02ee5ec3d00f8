/* Fully connected layer of int16 activations with int8 weights (16x8). Activations have zero point 0; weights are
 * symmetric, scaled per tensor (scaling.count 1) or per output. No scratch.
 *
 * output[r,o] = clamp(requantize_wide(bias[o] + sum input[r]·weights[o])), see requantize_s16.h. Limit, checked by
 * mote_init: |bias| + 2^22·inputs < 2^47.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_DENSE_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_DENSE_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_dense_s16_params {
  int32_t rows;   /* vectors in the input, usually 1 */
  int32_t inputs; /* length of each */
  int32_t outputs;
  mote_activation activation;
  mote_channel_scaling scaling; /* as of mote_dense_s8; shifts <= 7 */
} mote_dense_s16_params;

/* input [rows·inputs], weights [outputs,inputs], bias [outputs] or null, output [rows·outputs]; no two overlap. */
void mote_dense_s16(const mote_dense_s16_params* params, const int16_t* input, const int8_t* weights,
                    const int64_t* bias, int16_t* output);

/* Step: inputs {input of any shape, weights, bias or MOTE_NO_TENSOR}, outputs {output}. The weights' mote_tensor.scale
 * as of mote_dense_s8. */
extern const mote_op mote_dense_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_DENSE_S16_H_ */
