/* Puts cells of one value around an int8 tensor, or of zeros around an int16 one, whose last axis counts in bytes. No
 * scratch. */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_PAD_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_PAD_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Rank 4; put extents of 1 (and no padding) in front of a tensor of lower rank. */
typedef struct mote_pad_s8_params {
  int32_t input_dims[4];
  int32_t before[4]; /* cells put in front of each axis, >= 0 */
  int32_t after[4];  /* and behind */
  int32_t value;     /* raw, the zero point for zero padding */
} mote_pad_s8_params;

/* input [input_dims], output [before + input_dims + after]; no overlap. */
void mote_pad_s8(const mote_pad_s8_params* params, const int8_t* input, int8_t* output);

/* Step: inputs {input}, outputs {output}, of equal rank <= 4, equal scale and zero point. */
extern const mote_op mote_pad_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_PAD_S8_H_ */
