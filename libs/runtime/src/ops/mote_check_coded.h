/* Checks of coded weights (coding.h). Private to the runtime. */
#ifndef MOTE_OPS_MOTE_CHECK_CODED_H_
#define MOTE_OPS_MOTE_CHECK_CODED_H_

#include "mote/runtime/coding.h"
#include "mote_check.h"

/* The filters of a layer and how they are coded. A depthwise layer is one coded filter with many sums. */
typedef struct mote_coded_bank {
  const mote_tensor* weights;
  const mote_tensor* bias; /* null if absent */
  int32_t coding;
  int32_t filters; /* as the coding counts them */
  int32_t length;  /* weights of one */
  int32_t sums;    /* biases: filters, or the channels of a depthwise layer */
} mote_coded_bank;

/* Weights: constant bytes, whole filters of `length` weights as `coding` says and not a byte more; no gap leads out of
 * its filter. Bias absent, or constant int32 [sums]; |bias| + 255·sum|weights| of every sum stays in int32. */
mote_status mote_check_coded(const mote_coded_bank* bank);

#endif /* MOTE_OPS_MOTE_CHECK_CODED_H_ */
