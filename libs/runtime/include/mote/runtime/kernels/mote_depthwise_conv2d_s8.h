/* Depthwise 2-D convolution in int8: output channel c·multiplier + m sees input channel c only. Any stride, dilation,
 * padding and channel multiplier. Weights are symmetric, scaled per channel. No scratch.
 *
 * output[y,x,o] = clamp(requantize(bias[o] + sum (input + input_offset)·weights[.,.,o]) + output_offset)
 *
 * Limit, checked by mote_init: |bias| + 255·sum|weights| of a filter < 2^31.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_S8_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_depthwise_conv2d_s8_params {
  mote_window window;
  int32_t input_c;
  int32_t multiplier;    /* output channels of each input channel, >= 1 */
  int32_t input_offset;  /* -(input zero point) */
  int32_t output_offset; /* output zero point */
  mote_activation activation;
  mote_channel_scaling scaling; /* count == input_c·multiplier; factor s_in·s_w[o]/s_out, all in double */
} mote_depthwise_conv2d_s8_params;

/* input [1,H,W,C], weights [1,KH,KW,C·multiplier], bias [C·multiplier] or null, output [1,OH,OW,C·multiplier]; no two
 * overlap. */
void mote_depthwise_conv2d_s8(const mote_depthwise_conv2d_s8_params* params, const int8_t* input, const int8_t* weights,
                              const int32_t* bias, int8_t* output);

/* Step: inputs {input, weights, bias or MOTE_NO_TENSOR}, outputs {output}. */
extern const mote_op mote_depthwise_conv2d_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_S8_H_ */
