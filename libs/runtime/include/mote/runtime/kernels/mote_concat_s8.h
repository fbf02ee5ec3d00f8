/* Joins int8 or int16 tensors along one axis. All share scale and zero point (quant ties them), so this only copies. No
 * scratch.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_CONCAT_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_CONCAT_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_concat_s8_params {
  int32_t rows;                            /* product of the extents before the axis */
  int32_t input_count;                     /* 1 … MOTE_MAX_STEP_INPUTS */
  int32_t row_bytes[MOTE_MAX_STEP_INPUTS]; /* of each input: its extents from the axis on */
} mote_concat_s8_params;

/* inputs[i] [rows·row_bytes[i]], output [rows·sum of row_bytes]; the output overlaps no input. */
void mote_concat_s8(const mote_concat_s8_params* params, const void* const* inputs, int8_t* output);

/* Step: inputs {1 … 10 tensors}, outputs {output}, all of equal scale and zero point. */
extern const mote_op mote_concat_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_CONCAT_S8_H_ */
