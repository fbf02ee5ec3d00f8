/* 2-D convolution of int16 activations with int8 weights (16x8), any stride, dilation and padding. Activations have
 * zero point 0; weights are symmetric, scaled per channel.
 *
 * output[y,x,o] = clamp(requantize_wide(bias[o] + sum input·weights[o])), see requantize_s16.h. Source: TensorFlow Lite
 * kernels/internal/reference/integer_ops/conv.h. Limit, checked by mote_init: |bias| + 2^22·products < 2^47.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_CONV2D_S16_H_
#define MOTE_RUNTIME_KERNELS_MOTE_CONV2D_S16_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_conv2d_s16_params {
  mote_window window;
  int32_t input_c;
  int32_t output_c;
  mote_activation activation;
  mote_channel_scaling scaling; /* count == output_c; factor s_in·s_w[o]/s_out, all in double; shifts <= 7 */
} mote_conv2d_s16_params;

/* Bytes of scratch: one patch of input, unless the kernel is 1×1 without padding. */
static inline uint32_t mote_conv2d_s16_scratch_bytes(const mote_conv2d_s16_params* params) {
  const mote_window* window = &params->window;
  if (window->kernel_h == 1 && window->kernel_w == 1 && window->pad_top == 0 && window->pad_left == 0) return 0;
  return 2u * (uint32_t)window->kernel_h * (uint32_t)window->kernel_w * (uint32_t)params->input_c;
}

/* input [1,H,W,C], weights [O,KH,KW,C], bias [O] or null, output [1,OH,OW,O]; no two overlap. */
void mote_conv2d_s16(const mote_conv2d_s16_params* params, const int16_t* input, const int8_t* weights,
                     const int64_t* bias, int16_t* output, int16_t* scratch);

/* Step: inputs {input, weights, bias or MOTE_NO_TENSOR}, outputs {output}. */
extern const mote_op mote_conv2d_s16_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_CONV2D_S16_H_ */
