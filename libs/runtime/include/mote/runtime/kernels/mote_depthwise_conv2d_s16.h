/* Depthwise 2-D convolution of int16 activations with int8 weights (16x8). Activations have zero point 0; weights are
 * symmetric, scaled per channel. No scratch.
 *
 * output[y,x,o] = clamp(requantize_wide(bias[o] + sum input·weights[.,.,o])), see requantize_s16.h. Source: TensorFlow
 * Lite kernels/internal/reference/integer_ops/depthwise_conv.h. Limit, checked by mote_init: |bias| + 2^22·KH·KW <
 * 2^47 and KH·KW <= 510.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Taps whose products sum in int32. */
enum { MOTE_DEPTHWISE_CONV2D_S16_TAPS = 510 };

typedef struct mote_depthwise_conv2d_s16_params {
  mote_window window;
  int32_t input_c;
  int32_t multiplier; /* output channels of each input channel */
  mote_activation activation;
  mote_channel_scaling scaling; /* count == input_c·multiplier; shifts <= 7 */
} mote_depthwise_conv2d_s16_params;

/* input [1,H,W,C], weights [1,KH,KW,C·multiplier], bias [C·multiplier] or null, output [1,OH,OW,C·multiplier]; no two
 * overlap. */
void mote_depthwise_conv2d_s16(const mote_depthwise_conv2d_s16_params* params, const int16_t* input,
                               const int8_t* weights, const int64_t* bias, int16_t* output);

/* Step: inputs {input, weights, bias or MOTE_NO_TENSOR}, outputs {output}. */
extern const mote_op mote_depthwise_conv2d_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_DEPTHWISE_CONV2D_S16_H_ */
