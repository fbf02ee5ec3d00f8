/* Softmax over the last axis in int16, in fixed point; output scale 1/32768, zero point 0. No scratch.
 *
 * Exponentials and the reciprocal of their sum are read from tables of 513 values and interpolated. The planner
 * prepares {multiplier, shift} of double(s_in)·double(beta) / (10/65535): differences to the row's maximum then count
 * in steps of 10/65535. Source: TensorFlow Lite kernels/internal/reference/softmax.h, SoftmaxInt16. Limit, checked by
 * mote_init: columns <= 32767.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_SOFTMAX_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_SOFTMAX_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_softmax_s16_params {
  int32_t rows;
  int32_t columns;      /* softmax runs over these, 1 … 32767 */
  mote_scaling scaling; /* multiplier in [2^30, 2^31), shift <= 14 */
} mote_softmax_s16_params;

/* input, output [rows,columns]; may be the same. */
void mote_softmax_s16(const mote_softmax_s16_params* params, const int16_t* input, int16_t* output);

/* Step: inputs {input}, outputs {output} of equal shape; the output has scale 1/32768. */
extern const mote_op mote_softmax_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_SOFTMAX_S16_H_ */
