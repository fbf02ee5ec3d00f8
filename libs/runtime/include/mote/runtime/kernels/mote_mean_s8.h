/* Mean over neighbouring axes in int8, such as height and width; unlike an average pool it may change scale and zero
 * point, and it rounds by requantization. No scratch.
 *
 * output = clamp(requantize(sum of (input + input_offset)) + output_offset) with a factor that holds the division. From
 * {m, shift} = QuantizeMultiplier(double(s_in)/double(s_out)) and n = reduced:
 *   s = min(floor(log2(n)), 32, 31 + shift); multiplier = (int64(m) << s) / n, truncated; shift -= s
 * Source: TensorFlow Lite kernels/internal/reference/reduce.h, QuantizedMeanOrSum. Limit, checked by mote_init: reduced
 * <= 2^22.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_MEAN_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_MEAN_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_mean_s8_params {
  int32_t outer;         /* product of the extents before the reduced axes */
  int32_t reduced;       /* product of the reduced extents: what is averaged */
  int32_t inner;         /* product of the extents after them */
  int32_t input_offset;  /* -(input zero point) */
  int32_t output_offset; /* output zero point */
  mote_scaling scaling;  /* with 1/reduced folded in: see above; the multiplier may be below 2^30 */
} mote_mean_s8_params;

/* input [outer,reduced,inner], output [outer,inner]; no overlap. */
void mote_mean_s8(const mote_mean_s8_params* params, const int8_t* input, int8_t* output);

/* Step: inputs {input}, outputs {output}. */
extern const mote_op mote_mean_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_MEAN_S8_H_ */
