/* One vector of int8 against a bank of filters: the inner part of convolution and dense. Private to the runtime. */
#ifndef MOTE_KERNELS_MOTE_APPLY_FILTERS_H_
#define MOTE_KERNELS_MOTE_APPLY_FILTERS_H_

#include "mote/runtime/types.h"

typedef struct mote_filters {
  const int8_t* weights;        /* [count, length] */
  const int32_t* bias;          /* [count] or null */
  mote_channel_scaling scaling; /* one factor, or one a filter */
  mote_activation activation;
  int32_t length;
  int32_t count;
  int32_t input_offset;
  int32_t output_offset;
} mote_filters;

/* output[o] = requantized bias[o] + sum over i of (input[i] + input_offset)·weights[o][i]. input [length], output
 * [count]. */
void mote_apply_filters(const mote_filters* filters, const int8_t* input, int8_t* output);

#endif /* MOTE_KERNELS_MOTE_APPLY_FILTERS_H_ */
