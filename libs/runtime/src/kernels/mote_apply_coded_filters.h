/* One vector of int8 against a bank of coded filters: the inner part of the coded convolution and dense layer. Private
 * to the runtime. */
#ifndef MOTE_KERNELS_MOTE_APPLY_CODED_FILTERS_H_
#define MOTE_KERNELS_MOTE_APPLY_CODED_FILTERS_H_

#include "mote/runtime/coding.h"
#include "mote/runtime/types.h"

typedef struct mote_coded_filters {
  const uint8_t* weights;       /* `count` filters of `length` weights, as `coding` says */
  const int32_t* bias;          /* [count] or null */
  mote_channel_scaling scaling; /* one factor, or one a filter */
  mote_activation activation;
  int32_t length;
  int32_t count;
  int32_t input_offset;
  int32_t output_offset;
  int32_t coding; /* mote_coding */
} mote_coded_filters;

/* output[o] = requantized bias[o] + sum over i of (input[i] + input_offset)·weights[o][i]. input [length], output
 * [count]. */
void mote_apply_coded_filters(const mote_coded_filters* filters, const int8_t* input, int8_t* output);

#endif /* MOTE_KERNELS_MOTE_APPLY_CODED_FILTERS_H_ */
