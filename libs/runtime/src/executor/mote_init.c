#include <float.h>

#include "../mote_try.h"
#include "mote/runtime/executor.h"

/* Bytes of one element; 0 for an unknown type. */
static uint32_t element_bytes(uint8_t type) {
  switch (type) {
    case MOTE_TYPE_S8:
    case MOTE_TYPE_U8:
      return 1;
    case MOTE_TYPE_S16:
      return 2;
    case MOTE_TYPE_S32:
    case MOTE_TYPE_F32:
      return 4;
    case MOTE_TYPE_S64:
      return 8;
    default:
      return 0;
  }
}

static mote_status check_header(const mote_model* model) {
  if (model->seal != MOTE_MODEL_SEAL(model->tensor_count, model->step_count)) return MOTE_ERROR_MODEL_SEAL;
  if (model->version != MOTE_MODEL_VERSION) return MOTE_ERROR_MODEL_VERSION;
  if (model->tensors == NULL || model->steps == NULL) return MOTE_ERROR_NULL_POINTER;
  if (model->tensor_count < 1 || model->tensor_count > INT16_MAX) return MOTE_ERROR_MODEL_COUNT;
  if (model->step_count < 1) return MOTE_ERROR_MODEL_COUNT;
  if (model->input_count < 1 || model->input_count > MOTE_MAX_MODEL_INPUTS) return MOTE_ERROR_MODEL_COUNT;
  if (model->output_count < 1 || model->output_count > MOTE_MAX_MODEL_OUTPUTS) return MOTE_ERROR_MODEL_COUNT;
  return MOTE_OK;
}

static mote_status check_shape(const mote_tensor* tensor) {
  const uint32_t size = element_bytes(tensor->type);
  if (size == 0) return MOTE_ERROR_TENSOR_TYPE;
  if (tensor->rank < 1 || tensor->rank > MOTE_MAX_RANK) return MOTE_ERROR_TENSOR_RANK;
  int64_t bytes = size;
  for (int32_t i = 0; i < tensor->rank; ++i) {
    if (tensor->dims[i] < 1) return MOTE_ERROR_TENSOR_SHAPE;
    bytes *= tensor->dims[i];
    if (bytes > INT32_MAX) return MOTE_ERROR_TENSOR_SHAPE;
  }
  return tensor->bytes == (uint32_t)bytes ? MOTE_OK : MOTE_ERROR_TENSOR_BYTES;
}

static mote_status check_quantization(const mote_tensor* tensor) {
  const int16_t limit_low = tensor->type == MOTE_TYPE_S8 ? INT8_MIN : 0;
  const int16_t limit_high = tensor->type == MOTE_TYPE_S8 ? INT8_MAX : 0;
  const int scale_valid = tensor->scale >= 0.0F && tensor->scale <= FLT_MAX; /* false for NaN */
  const int zero_point_valid = tensor->zero_point >= limit_low && tensor->zero_point <= limit_high;
  return scale_valid && zero_point_valid ? MOTE_OK : MOTE_ERROR_TENSOR_QUANTIZATION;
}

static mote_status check_place(const mote_tensor* tensor, uint32_t arena_bytes) {
  const uint32_t size = element_bytes(tensor->type);
  if (tensor->data != NULL) {
    if (tensor->offset != 0) return MOTE_ERROR_TENSOR_PLACE;
    return (uintptr_t)tensor->data % size == 0 ? MOTE_OK : MOTE_ERROR_TENSOR_ALIGNMENT;
  }
  if (tensor->offset > arena_bytes || tensor->bytes > arena_bytes - tensor->offset) return MOTE_ERROR_TENSOR_PLACE;
  return tensor->offset % size == 0 ? MOTE_OK : MOTE_ERROR_TENSOR_ALIGNMENT;
}

static mote_status check_tensor(const mote_tensor* tensor, uint32_t arena_bytes) {
  MOTE_TRY(check_shape(tensor));
  MOTE_TRY(check_quantization(tensor));
  return check_place(tensor, arena_bytes);
}

static int is_tensor(const mote_model* model, int16_t number) {
  return number >= 0 && number < model->tensor_count;
}

/* Every number of the list is a tensor in the arena. */
static mote_status check_writable(const mote_model* model, const int16_t* numbers, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    if (!is_tensor(model, numbers[i])) return MOTE_ERROR_TENSOR_INDEX;
    if (model->tensors[numbers[i]].data != NULL) return MOTE_ERROR_TENSOR_PLACE;
  }
  return MOTE_OK;
}

static mote_status check_scratch(const mote_step* step, uint32_t arena_bytes) {
  const int inside = step->scratch_offset <= arena_bytes && step->scratch_bytes <= arena_bytes - step->scratch_offset;
  const int aligned = step->scratch_offset % MOTE_SCRATCH_ALIGNMENT == 0;
  return inside && aligned ? MOTE_OK : MOTE_ERROR_STEP_SCRATCH;
}

static mote_status check_step(const mote_model* model, const mote_step* step) {
  if (step->op == NULL || step->params == NULL) return MOTE_ERROR_NULL_POINTER;
  if (step->input_count < 1 || step->input_count > MOTE_MAX_STEP_INPUTS) return MOTE_ERROR_STEP_TENSORS;
  if (step->output_count < 1 || step->output_count > MOTE_MAX_STEP_OUTPUTS) return MOTE_ERROR_STEP_TENSORS;
  for (int32_t i = 0; i < step->input_count; ++i) {
    if (step->inputs[i] != MOTE_NO_TENSOR && !is_tensor(model, step->inputs[i])) return MOTE_ERROR_TENSOR_INDEX;
  }
  MOTE_TRY(check_writable(model, step->outputs, step->output_count));
  MOTE_TRY(check_scratch(step, model->arena_bytes));
  return step->op->check(model, step);
}

static mote_status check_model(const mote_model* model, mote_executor* failure) {
  MOTE_TRY(check_header(model));
  for (int32_t i = 0; i < model->tensor_count; ++i) {
    failure->failed_tensor = i;
    MOTE_TRY(check_tensor(&model->tensors[i], model->arena_bytes));
  }
  failure->failed_tensor = -1;
  MOTE_TRY(check_writable(model, model->inputs, model->input_count));
  for (int32_t i = 0; i < model->output_count; ++i) {
    if (!is_tensor(model, model->outputs[i])) return MOTE_ERROR_TENSOR_INDEX;
  }
  for (int32_t i = 0; i < model->step_count; ++i) {
    failure->failed_step = i;
    MOTE_TRY(check_step(model, &model->steps[i]));
  }
  failure->failed_step = -1;
  return MOTE_OK;
}

mote_status mote_init(mote_executor* executor, const mote_model* model, void* arena, size_t arena_bytes) {
  if (executor == NULL) return MOTE_ERROR_NULL_POINTER;
  executor->model = NULL;
  executor->arena = NULL;
  executor->failed_tensor = -1;
  executor->failed_step = -1;
  if (model == NULL || arena == NULL) return MOTE_ERROR_NULL_POINTER;
  if ((uintptr_t)arena % MOTE_ARENA_ALIGNMENT != 0) return MOTE_ERROR_ARENA_ALIGNMENT;
  if (arena_bytes < model->arena_bytes) return MOTE_ERROR_ARENA_TOO_SMALL;
  MOTE_TRY(check_model(model, executor));
  executor->model = model;
  executor->arena = arena;
  return MOTE_OK;
}
