/* Checks of the int16 path (16x8). Private to the runtime. */
#ifndef MOTE_OPS_MOTE_CHECK_S16_H_
#define MOTE_OPS_MOTE_CHECK_S16_H_

#include "mote_check.h"

/* int16, zero point 0, rank 4, of the shape [1,h,w,c]. */
mote_status mote_check_image_s16(const mote_tensor* tensor, int32_t h, int32_t w, int32_t c);

/* int16, zero point 0, of exactly `count` elements in any shape. `count` may be any number. */
mote_status mote_check_elements_s16(const mote_tensor* tensor, int64_t count);

/* Bias absent, or constant int64 [filters]; |bias| + 32768·128·products of a filter stays below 2^47. */
mote_status mote_check_wide_sums(const mote_tensor* bias, int32_t filters, int64_t products);

mote_status mote_check_activation_s16(mote_activation activation);

/* As mote_check_channel_scaling, with shifts of at most 7. */
mote_status mote_check_wide_scaling(const mote_channel_scaling* scaling, int32_t count);

#endif /* MOTE_OPS_MOTE_CHECK_S16_H_ */
