#include "mote/runtime/executor.h"

static void run_step(const mote_executor* executor, const mote_step* step) {
  const mote_tensor* const tensors = executor->model->tensors;
  const void* inputs[MOTE_MAX_STEP_INPUTS];
  void* outputs[MOTE_MAX_STEP_OUTPUTS];
  for (int32_t i = 0; i < step->input_count; ++i) {
    const int16_t number = step->inputs[i];
    inputs[i] = number == MOTE_NO_TENSOR ? NULL : mote_tensor_data(executor, &tensors[number]);
  }
  for (int32_t i = 0; i < step->output_count; ++i) {
    outputs[i] = executor->arena + tensors[step->outputs[i]].offset;
  }
  step->op->run(step->params, inputs, outputs, executor->arena + step->scratch_offset);
}

mote_status mote_invoke(const mote_executor* executor) {
  if (executor == NULL) return MOTE_ERROR_NULL_POINTER;
  if (executor->model == NULL) return MOTE_ERROR_NOT_INITIALIZED;
  for (int32_t i = 0; i < executor->model->step_count; ++i) run_step(executor, &executor->model->steps[i]);
  return MOTE_OK;
}

mote_status mote_invoke_observed(const mote_executor* executor, mote_step_observer observer, void* user) {
  if (executor == NULL || observer == NULL) return MOTE_ERROR_NULL_POINTER;
  if (executor->model == NULL) return MOTE_ERROR_NOT_INITIALIZED;
  for (int32_t i = 0; i < executor->model->step_count; ++i) {
    run_step(executor, &executor->model->steps[i]);
    observer(user, executor, i);
  }
  return MOTE_OK;
}
