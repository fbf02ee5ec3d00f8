#include "mote/runtime/executor.h"

static int is_ready(const mote_executor* executor) {
  return executor != NULL && executor->model != NULL;
}

/* The tensor that position `index` of a list of tensor numbers names; null outside the list. */
static const mote_tensor* listed_tensor(const mote_executor* executor, const int16_t* list, int32_t count,
                                        int32_t index) {
  return index >= 0 && index < count ? &executor->model->tensors[list[index]] : NULL;
}

const mote_tensor* mote_input_tensor(const mote_executor* executor, int32_t index) {
  if (!is_ready(executor)) return NULL;
  return listed_tensor(executor, executor->model->inputs, executor->model->input_count, index);
}

const mote_tensor* mote_output_tensor(const mote_executor* executor, int32_t index) {
  if (!is_ready(executor)) return NULL;
  return listed_tensor(executor, executor->model->outputs, executor->model->output_count, index);
}

const mote_tensor* mote_step_output(const mote_executor* executor, int32_t step, int32_t index) {
  if (!is_ready(executor) || step < 0 || step >= executor->model->step_count) return NULL;
  const mote_step* const at = &executor->model->steps[step];
  return listed_tensor(executor, at->outputs, at->output_count, index);
}

const void* mote_tensor_data(const mote_executor* executor, const mote_tensor* tensor) {
  if (!is_ready(executor) || tensor == NULL) return NULL;
  return tensor->data != NULL ? tensor->data : executor->arena + tensor->offset;
}

void* mote_input(const mote_executor* executor, int32_t index) {
  const mote_tensor* const tensor = mote_input_tensor(executor, index);
  return tensor != NULL ? executor->arena + tensor->offset : NULL;
}

const void* mote_output(const mote_executor* executor, int32_t index) {
  return mote_tensor_data(executor, mote_output_tensor(executor, index));
}
