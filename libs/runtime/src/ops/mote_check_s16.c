#include "mote_check_s16.h"

#include "mote/runtime/requantize_s16.h"

enum { MOTE_LARGEST_WIDE_PRODUCT = 32768 * 128 };

static mote_status check_type(const mote_tensor* tensor) {
  if (tensor->type != MOTE_TYPE_S16) return MOTE_ERROR_TENSOR_TYPE;
  return tensor->zero_point == 0 ? MOTE_OK : MOTE_ERROR_TENSOR_QUANTIZATION;
}

mote_status mote_check_image_s16(const mote_tensor* tensor, int32_t h, int32_t w, int32_t c) {
  MOTE_TRY(check_type(tensor));
  return mote_check_map(tensor, MOTE_TYPE_S16, h, w, c);
}

mote_status mote_check_elements_s16(const mote_tensor* tensor, int64_t count) {
  MOTE_TRY(check_type(tensor));
  return mote_element_count(tensor) == count ? MOTE_OK : MOTE_ERROR_TENSOR_SHAPE;
}

mote_status mote_check_wide_sums(const mote_tensor* bias, int32_t filters, int64_t products) {
  const int64_t room = MOTE_WIDE_LIMIT - 1 - products * MOTE_LARGEST_WIDE_PRODUCT;
  if (products > (1 << 24) || room < 0) return MOTE_ERROR_STEP_ACCUMULATOR;
  if (bias == NULL) return MOTE_OK;
  if (bias->type != MOTE_TYPE_S64) return MOTE_ERROR_TENSOR_TYPE;
  if (bias->data == NULL) return MOTE_ERROR_TENSOR_PLACE;
  if (bias->rank != 1) return MOTE_ERROR_TENSOR_RANK;
  if (bias->dims[0] != filters) return MOTE_ERROR_TENSOR_SHAPE;
  const int64_t* const values = bias->data;
  for (int32_t i = 0; i < filters; ++i) {
    if (values[i] > room || values[i] < -room) return MOTE_ERROR_STEP_ACCUMULATOR;
  }
  return MOTE_OK;
}

mote_status mote_check_activation_s16(mote_activation activation) {
  const int valid = activation.min >= INT16_MIN && activation.min <= activation.max && activation.max <= INT16_MAX;
  return valid ? MOTE_OK : MOTE_ERROR_STEP_PARAMETERS;
}

mote_status mote_check_wide_scaling(const mote_channel_scaling* scaling, int32_t count) {
  MOTE_TRY(mote_check_channel_scaling(scaling, count));
  for (int32_t i = 0; i < count; ++i) {
    if (scaling->shifts[i] > MOTE_MAX_WIDE_SHIFT) return MOTE_ERROR_STEP_SHIFT;
  }
  return MOTE_OK;
}
