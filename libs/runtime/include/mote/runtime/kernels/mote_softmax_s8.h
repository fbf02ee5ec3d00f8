/* Softmax over the last axis in int8, in fixed point; output scale 1/256, zero point -128. No scratch.
 *
 * The planner prepares, with 5 integer bits (source: TensorFlow Lite quantization_util.cc, PreprocessSoftmaxScaling and
 * CalculateInputRadius):
 *   {multiplier, shift} of min(double(beta)·double(s_in)·2^26, 2^31 - 1)
 *   diff_min = -floor(31·2^26 / 2^shift)
 * Arithmetic: kernels/internal/reference/softmax.h and gemmlowp fixedpoint.h. Limit, checked by mote_init: columns <=
 * 4095 (the sum of exponentials has 12 integer bits).
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_SOFTMAX_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_SOFTMAX_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_softmax_s8_params {
  int32_t rows;
  int32_t columns;      /* softmax runs over these, 1 … 4095 */
  mote_scaling scaling; /* multiplier in [2^30, 2^31), shift in [0, 30] */
  int32_t diff_min;     /* differences to the row's maximum below this count as zero; <= 0 */
} mote_softmax_s8_params;

/* input, output [rows,columns]; may be the same. */
void mote_softmax_s8(const mote_softmax_s8_params* params, const int8_t* input, int8_t* output);

/* Step: inputs {input}, outputs {output} of equal shape; the output has scale 1/256 and zero point -128. */
extern const mote_op mote_softmax_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_SOFTMAX_S8_H_ */
