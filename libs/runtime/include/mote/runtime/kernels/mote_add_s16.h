/* Element-wise sum of two int16 tensors of equal shape, each with its own scale and zero point 0. No scratch.
 *
 * Source: TensorFlow Lite kernels/internal/reference/add.h: both operands are brought to a common scale with 15 bits of
 * headroom, added, and scaled to the output.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_ADD_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_ADD_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Headroom of the common scale: operands are shifted left by this before they are scaled. */
enum { MOTE_ADD_S16_LEFT_SHIFT = 15 };

typedef struct mote_add_s16_params {
  int32_t count; /* elements */
  mote_activation activation;
  mote_scaling input1; /* s1 / (2·max(s1, s2)), in double; shift <= 0, here and below */
  mote_scaling input2; /* s2 / (2·max(s1, s2)) */
  mote_scaling output; /* 2·max(s1, s2) / (2^15 · s_out) */
} mote_add_s16_params;

/* input1, input2, output [count]. The output may be either input (in place); no other overlap. */
void mote_add_s16(const mote_add_s16_params* params, const int16_t* input1, const int16_t* input2, int16_t* output);

/* Step: inputs {input1, input2} of equal shape, outputs {output}. */
extern const mote_op mote_add_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_ADD_S16_H_ */
