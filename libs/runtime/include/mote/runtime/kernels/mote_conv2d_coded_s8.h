/* 2-D convolution of int8 activations whose weights are packed or sparse in flash (coding.h). All else, the numbers
 * included, as mote_conv2d_s8.
 */
#ifndef MOTE_RUNTIME_KERNELS_MOTE_CONV2D_CODED_S8_H_
#define MOTE_RUNTIME_KERNELS_MOTE_CONV2D_CODED_S8_H_

#include "mote/runtime/coding.h"
#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mote_conv2d_coded_s8_params {
  mote_window window;
  int32_t input_c;
  int32_t output_c;
  int32_t input_offset;  /* -(input zero point) */
  int32_t output_offset; /* output zero point */
  int32_t coding;        /* mote_coding */
  mote_activation activation;
  mote_channel_scaling scaling; /* count == output_c; factor s_in·s_w[o]/s_out, all in double */
} mote_conv2d_coded_s8_params;

/* Bytes of scratch: one patch of input, unless the kernel is 1×1 without padding. */
static inline uint32_t mote_conv2d_coded_s8_scratch_bytes(const mote_conv2d_coded_s8_params* params) {
  const mote_window* window = &params->window;
  if (window->kernel_h == 1 && window->kernel_w == 1 && window->pad_top == 0 && window->pad_left == 0) return 0;
  return (uint32_t)window->kernel_h * (uint32_t)window->kernel_w * (uint32_t)params->input_c;
}

/* input [1,H,W,C], weights coded [O,KH,KW,C], bias [O] or null, output [1,OH,OW,O]; no two overlap. */
void mote_conv2d_coded_s8(const mote_conv2d_coded_s8_params* params, const int8_t* input, const uint8_t* weights,
                          const int32_t* bias, int8_t* output, int8_t* scratch);

/* Step: inputs {input, weights (MOTE_TYPE_U8), bias or MOTE_NO_TENSOR}, outputs {output}. */
extern const mote_op mote_conv2d_coded_s8_op;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_KERNELS_MOTE_CONV2D_CODED_S8_H_ */
