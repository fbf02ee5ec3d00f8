/* The same elements under another shape: a copy, or nothing where the planner laid both tensors on the same bytes. Any
 * element type. No scratch. */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_RESHAPE_H_
#define MOTE_RUNTIME_KERNELS_MOTE_RESHAPE_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_reshape_params {
  int32_t bytes;
} mote_reshape_params;

/* input, output [bytes]. They may be the same (then nothing is done) but not overlap otherwise. */
void mote_reshape(const mote_reshape_params* params, const void* input, void* output);

/* Step: inputs {input}, outputs {output}: equal type, element count, scale and zero point. */
extern const mote_op mote_reshape_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_RESHAPE_H_ */
