/* Fully connected layer of int8 activations whose weights are packed or sparse in flash (coding.h). All else, the
 * numbers included, as mote_dense_s8.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_DENSE_CODED_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_DENSE_CODED_S8_H_

#include "mote/runtime/coding.h"
#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_dense_coded_s8_params {
  int32_t rows;   /* vectors in the input, usually 1 */
  int32_t inputs; /* length of each */
  int32_t outputs;
  int32_t input_offset;  /* -(input zero point) */
  int32_t output_offset; /* output zero point */
  int32_t coding;        /* mote_coding */
  mote_activation activation;
  mote_channel_scaling scaling; /* as of mote_dense_s8 */
} mote_dense_coded_s8_params;

/* input [rows·inputs], weights coded [outputs,inputs], bias [outputs] or null, output [rows·outputs]; no two overlap.
 */
void mote_dense_coded_s8(const mote_dense_coded_s8_params* params, const int8_t* input, const uint8_t* weights,
                         const int32_t* bias, int8_t* output);

/* Step: inputs {input of any shape, weights (MOTE_TYPE_U8), bias or MOTE_NO_TENSOR}, outputs {output}. The weights'
 * mote_tensor.scale as of mote_dense_s8. */
extern const mote_op mote_dense_coded_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_DENSE_CODED_S8_H_ */
