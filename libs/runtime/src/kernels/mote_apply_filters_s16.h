/* One vector of int16 against a bank of int8 filters: the inner part of convolution and dense of the int16 path.
 * Private to the runtime. */
#ifndef MOTE_KERNELS_MOTE_APPLY_FILTERS_S16_H_
#define MOTE_KERNELS_MOTE_APPLY_FILTERS_S16_H_

#include "mote/runtime/types.h"

typedef struct mote_filters_s16 {
  const int8_t* weights;        /* [count, length] */
  const int64_t* bias;          /* [count] or null */
  mote_channel_scaling scaling; /* one factor, or one a filter */
  mote_activation activation;
  int32_t length;
  int32_t count;
} mote_filters_s16;

/* output[o] = requantized bias[o] + sum over i of input[i]·weights[o][i]. input [length], output [count]. */
void mote_apply_filters_s16(const mote_filters_s16* filters, const int16_t* input, int16_t* output);

#endif /* MOTE_KERNELS_MOTE_APPLY_FILTERS_S16_H_ */
