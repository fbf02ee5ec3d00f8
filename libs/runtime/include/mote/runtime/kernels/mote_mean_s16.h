/* Mean over neighbouring axes in int16, such as height and width; unlike an average pool it may change the scale, and
 * it rounds by requantization. No scratch.
 *
 * output = clamp(requantize(sum of input)), the factor as of mote_mean_s8. Limit, checked by mote_init: reduced <=
 * 65535.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_MEAN_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_MEAN_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_mean_s16_params {
  int32_t outer;        /* product of the extents before the reduced axes */
  int32_t reduced;      /* product of the reduced extents: what is averaged */
  int32_t inner;        /* product of the extents after them */
  mote_scaling scaling; /* with 1/reduced folded in; the multiplier may be below 2^30 */
} mote_mean_s16_params;

/* input [outer,reduced,inner], output [outer,inner]; no overlap. */
void mote_mean_s16(const mote_mean_s16_params* params, const int16_t* input, int16_t* output);

/* Step: inputs {input}, outputs {output}. */
extern const mote_op mote_mean_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_MEAN_S16_H_ */
