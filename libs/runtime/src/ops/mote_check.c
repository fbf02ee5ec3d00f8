#include "mote_check.h"

/* Largest magnitude of input + offset, and of its product with a weight. */
enum { MOTE_LARGEST_FACTOR = 255, MOTE_LARGEST_PRODUCT = 255 * 128 };

const mote_tensor* mote_step_input_tensor(const mote_model* model, const mote_step* step, int32_t index) {
  return step->inputs[index] == MOTE_NO_TENSOR ? NULL : &model->tensors[step->inputs[index]];
}

const mote_tensor* mote_step_output_tensor(const mote_model* model, const mote_step* step, int32_t index) {
  return &model->tensors[step->outputs[index]];
}

int32_t mote_element_count(const mote_tensor* tensor) {
  int32_t count = 1;
  for (int32_t i = 0; i < tensor->rank; ++i) count *= tensor->dims[i];
  return count;
}

mote_status mote_check_arity(const mote_step* step, int32_t inputs, int32_t required, int32_t outputs) {
  if (step->input_count != inputs || step->output_count != outputs) return MOTE_ERROR_STEP_TENSORS;
  for (int32_t i = 0; i < required; ++i) {
    if (step->inputs[i] == MOTE_NO_TENSOR) return MOTE_ERROR_STEP_TENSORS;
  }
  return MOTE_OK;
}

mote_status mote_check_map(const mote_tensor* tensor, mote_type type, int32_t h, int32_t w, int32_t c) {
  if (tensor->type != type) return MOTE_ERROR_TENSOR_TYPE;
  if (tensor->rank != 4) return MOTE_ERROR_TENSOR_RANK;
  if (tensor->dims[0] != 1 || tensor->dims[1] != h || tensor->dims[2] != w || tensor->dims[3] != c) {
    return MOTE_ERROR_TENSOR_SHAPE;
  }
  return MOTE_OK;
}

mote_status mote_check_image(const mote_tensor* tensor, int32_t h, int32_t w, int32_t c) {
  return mote_check_map(tensor, MOTE_TYPE_S8, h, w, c);
}

mote_status mote_check_elements(const mote_tensor* tensor, int64_t count) {
  if (tensor->type != MOTE_TYPE_S8) return MOTE_ERROR_TENSOR_TYPE;
  return mote_element_count(tensor) == count ? MOTE_OK : MOTE_ERROR_TENSOR_SHAPE;
}

mote_status mote_check_bytes(const mote_tensor* tensor, int64_t bytes) {
  if (tensor->type != MOTE_TYPE_S8 && tensor->type != MOTE_TYPE_S16) return MOTE_ERROR_TENSOR_TYPE;
  return tensor->bytes == bytes ? MOTE_OK : MOTE_ERROR_TENSOR_SHAPE;
}

mote_status mote_check_zero_point(const mote_tensor* tensor, int32_t zero_point) {
  if (tensor->type != MOTE_TYPE_S8) return MOTE_ERROR_TENSOR_TYPE;
  return tensor->zero_point == zero_point ? MOTE_OK : MOTE_ERROR_STEP_PARAMETERS;
}

mote_status mote_check_input_offset(const mote_tensor* tensor, int32_t offset) {
  if (tensor->type != MOTE_TYPE_S8) return MOTE_ERROR_TENSOR_TYPE;
  return offset == -tensor->zero_point ? MOTE_OK : MOTE_ERROR_STEP_PARAMETERS;
}

mote_status mote_check_tied(const mote_tensor* a, const mote_tensor* b) {
  if (a->type != b->type) return MOTE_ERROR_TENSOR_TYPE;
  const int same = a->zero_point == b->zero_point && a->scale >= b->scale && a->scale <= b->scale;
  return same ? MOTE_OK : MOTE_ERROR_TENSOR_QUANTIZATION;
}

static mote_status check_constant(const mote_tensor* tensor, mote_type type, int32_t rank, const int32_t* dims) {
  if (tensor->type != type) return MOTE_ERROR_TENSOR_TYPE;
  if (tensor->data == NULL) return MOTE_ERROR_TENSOR_PLACE;
  if (tensor->zero_point != 0) return MOTE_ERROR_TENSOR_QUANTIZATION;
  if (tensor->rank != rank) return MOTE_ERROR_TENSOR_RANK;
  for (int32_t i = 0; i < rank; ++i) {
    if (tensor->dims[i] != dims[i]) return MOTE_ERROR_TENSOR_SHAPE;
  }
  return MOTE_OK;
}

mote_status mote_check_weights(const mote_tensor* tensor, int32_t rank, const int32_t* dims) {
  return check_constant(tensor, MOTE_TYPE_S8, rank, dims);
}

static int64_t sum_of_magnitudes(const mote_filter_bank* bank, int32_t filter) {
  const int8_t* const weights = (const int8_t*)bank->weights->data + (size_t)filter * (size_t)bank->filter_stride;
  int64_t sum = 0;
  for (int32_t i = 0; i < bank->products; ++i) {
    const int32_t weight = weights[(size_t)i * (size_t)bank->weight_stride];
    sum += weight < 0 ? -weight : weight;
  }
  return sum;
}

/* Weights are only read where their number alone does not settle it. */
static int is_sum_in_range(const mote_filter_bank* bank, int32_t filter) {
  const int64_t bias = bank->bias != NULL ? ((const int32_t*)bank->bias->data)[filter] : 0;
  const int64_t room = INT32_MAX - (bias < 0 ? -bias : bias);
  if ((int64_t)bank->products * MOTE_LARGEST_PRODUCT <= room) return 1;
  return sum_of_magnitudes(bank, filter) * MOTE_LARGEST_FACTOR <= room;
}

mote_status mote_check_accumulators(const mote_filter_bank* bank) {
  if (bank->bias != NULL) MOTE_TRY(check_constant(bank->bias, MOTE_TYPE_S32, 1, &bank->filters));
  for (int32_t filter = 0; filter < bank->filters; ++filter) {
    if (!is_sum_in_range(bank, filter)) return MOTE_ERROR_STEP_ACCUMULATOR;
  }
  return MOTE_OK;
}

static int is_axis_valid(int32_t input, int32_t output, int32_t kernel, int32_t stride, int32_t dilation, int32_t pad) {
  if (input < 1 || output < 1 || kernel < 1 || stride < 1 || dilation < 1 || pad < 0) return 0;
  const int32_t limit = INT32_MAX / 4;                    /* so that sums of a few of them stay in int32 */
  const int64_t reach = (int64_t)(kernel - 1) * dilation; /* of the last tap behind the first */
  const int64_t last = (int64_t)(output - 1) * stride - pad;
  if (reach > limit || dilation > limit || input > limit) return 0;
  return pad <= reach && last < input;
}

mote_status mote_check_window(const mote_window* window) {
  const int valid = is_axis_valid(window->input_h, window->output_h, window->kernel_h, window->stride_h,
                                  window->dilation_h, window->pad_top) &&
                    is_axis_valid(window->input_w, window->output_w, window->kernel_w, window->stride_w,
                                  window->dilation_w, window->pad_left);
  return valid ? MOTE_OK : MOTE_ERROR_STEP_PARAMETERS;
}

mote_status mote_check_activation(mote_activation activation) {
  const int valid = activation.min >= INT8_MIN && activation.min <= activation.max && activation.max <= INT8_MAX;
  return valid ? MOTE_OK : MOTE_ERROR_STEP_PARAMETERS;
}

mote_status mote_check_scaling(mote_scaling scaling) {
  if (scaling.multiplier < 0) return MOTE_ERROR_STEP_MULTIPLIER;
  if (scaling.shift < MOTE_MIN_SHIFT || scaling.shift > MOTE_MAX_SHIFT) return MOTE_ERROR_STEP_SHIFT;
  return MOTE_OK;
}

mote_status mote_check_channel_scaling(const mote_channel_scaling* scaling, int32_t count) {
  if (scaling->multipliers == NULL || scaling->shifts == NULL) return MOTE_ERROR_NULL_POINTER;
  if (scaling->count != count) return MOTE_ERROR_STEP_MULTIPLIER;
  for (int32_t i = 0; i < count; ++i) {
    const mote_scaling one = {scaling->multipliers[i], scaling->shifts[i]};
    MOTE_TRY(mote_check_scaling(one));
  }
  return MOTE_OK;
}

mote_status mote_check_pool(const mote_model* model, const mote_step* step, const mote_window* window, int32_t channels,
                            mote_type type) {
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_window(window));
  if (window->dilation_h != 1 || window->dilation_w != 1) return MOTE_ERROR_STEP_PARAMETERS;
  MOTE_TRY(mote_check_map(input, type, window->input_h, window->input_w, channels));
  MOTE_TRY(mote_check_map(output, type, window->output_h, window->output_w, channels));
  return mote_check_tied(input, output);
}
