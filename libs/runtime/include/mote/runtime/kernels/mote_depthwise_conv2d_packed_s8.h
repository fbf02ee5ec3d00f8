/* Depthwise 2-D convolution of int8 activations whose weights are packed in flash (coding.h; no sparse coding). All
 * else, the numbers included, as mote_depthwise_conv2d_s8.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_PACKED_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_PACKED_S8_H_

#include "mote/runtime/coding.h"
#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_depthwise_conv2d_packed_s8_params {
  mote_window window;
  int32_t input_c;
  int32_t multiplier;    /* output channels of each input channel */
  int32_t input_offset;  /* -(input zero point) */
  int32_t output_offset; /* output zero point */
  int32_t coding;        /* a packed mote_coding */
  mote_activation activation;
  mote_channel_scaling scaling; /* count == input_c·multiplier */
} mote_depthwise_conv2d_packed_s8_params;

/* input [1,H,W,C], weights packed [1,KH,KW,C·multiplier], bias [C·multiplier] or null, output [1,OH,OW,C·multiplier];
 * no two overlap. */
void mote_depthwise_conv2d_packed_s8(const mote_depthwise_conv2d_packed_s8_params* params, const int8_t* input,
                                     const uint8_t* weights, const int32_t* bias, int8_t* output);

/* Step: inputs {input, weights (MOTE_TYPE_U8), bias or MOTE_NO_TENSOR}, outputs {output}. */
extern const mote_op mote_depthwise_conv2d_packed_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_PACKED_S8_H_ */
