/* What the checks of the operators share. Private to the runtime.
 *
 * A check sees tensors that mote_init has found valid in themselves: extents >= 1, bytes as the shape says and below
 * 2^31, inside the arena or constant. It proves that the parameters agree with those tensors. Products of extents are
 * formed in int64 from factors whose bounds are known.
 */
#ifndef MOTE_OPS_MOTE_CHECK_H_
#define MOTE_OPS_MOTE_CHECK_H_

#include "../mote_try.h"
#include "mote/runtime/model.h"

/* Input or output `index` of a step, whose counts have been checked; null for MOTE_NO_TENSOR. */
const mote_tensor* mote_step_input_tensor(const mote_model* model, const mote_step* step, int32_t index);
const mote_tensor* mote_step_output_tensor(const mote_model* model, const mote_step* step, int32_t index);

int32_t mote_element_count(const mote_tensor* tensor);

/* The step has exactly these counts, and none of the first `required` inputs is absent. */
mote_status mote_check_arity(const mote_step* step, int32_t inputs, int32_t required, int32_t outputs);

/* Of `type`, rank 4, of the shape [1,h,w,c]. */
mote_status mote_check_map(const mote_tensor* tensor, mote_type type, int32_t h, int32_t w, int32_t c);

/* The same of int8. */
mote_status mote_check_image(const mote_tensor* tensor, int32_t h, int32_t w, int32_t c);

/* A pool: one input and one output of `type` and equal scale, [1,h,w,channels] each, under a window without dilation.
 */
mote_status mote_check_pool(const mote_model* model, const mote_step* step, const mote_window* window, int32_t channels,
                            mote_type type);

/* `tensor` is int8 of exactly `count` elements in any shape. `count` may be any number. */
mote_status mote_check_elements(const mote_tensor* tensor, int64_t count);

/* `tensor` is int8 or int16 and takes exactly `bytes`. */
mote_status mote_check_bytes(const mote_tensor* tensor, int64_t bytes);

/* int8, zero point equal to `zero_point`. */
mote_status mote_check_zero_point(const mote_tensor* tensor, int32_t zero_point);

/* int8, zero point equal to -`offset`, for any value of `offset`. */
mote_status mote_check_input_offset(const mote_tensor* tensor, int32_t offset);

/* Both of equal type, scale and zero point. */
mote_status mote_check_tied(const mote_tensor* a, const mote_tensor* b);

/* Constant int8 weights of `dims` (rank of them), zero point 0. */
mote_status mote_check_weights(const mote_tensor* tensor, int32_t rank, const int32_t* dims);

/* The filters of a layer and how they lie in its weights. */
typedef struct mote_filter_bank {
  const mote_tensor* weights; /* checked */
  const mote_tensor* bias;    /* null if absent */
  int32_t filters;
  int32_t products;      /* weights of one filter */
  int32_t filter_stride; /* from a filter's first weight to the next filter's */
  int32_t weight_stride; /* from one weight of a filter to the next */
} mote_filter_bank;

/* Bias absent, or constant int32 [filters]; |bias| + 255·sum|weights| of every filter stays in int32. */
mote_status mote_check_accumulators(const mote_filter_bank* bank);

/* Geometry that neither overflows nor leaves an output cell without an input cell under its kernel's extent. */
mote_status mote_check_window(const mote_window* window);

mote_status mote_check_activation(mote_activation activation);
mote_status mote_check_scaling(mote_scaling scaling);
mote_status mote_check_channel_scaling(const mote_channel_scaling* scaling, int32_t count);

#endif /* MOTE_OPS_MOTE_CHECK_H_ */
