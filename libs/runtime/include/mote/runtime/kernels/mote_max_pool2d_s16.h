/* Maximum over a sliding window in int16. A global pool is a window as large as the input. No scratch.
 *
 * Input and output share one scale; the zero point is 0; padded cells do not count.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_MAX_POOL2D_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_MAX_POOL2D_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_max_pool2d_s16_params {
  mote_window window; /* dilation 1; every window covers at least one input cell */
  int32_t channels;
  mote_activation activation;
} mote_max_pool2d_s16_params;

/* input [1,H,W,C], output [1,OH,OW,C]; no overlap. */
void mote_max_pool2d_s16(const mote_max_pool2d_s16_params* params, const int16_t* input, int16_t* output);

/* Step: inputs {input}, outputs {output}. */
extern const mote_op mote_max_pool2d_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_MAX_POOL2D_S16_H_ */
