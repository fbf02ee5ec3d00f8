/* Runs a mote_model: init once, then fill the inputs, invoke, read the outputs, as often as wanted.
 *
 *   static uint8_t arena[ARENA_BYTES] __attribute__((aligned(16)));
 *   mote_executor executor;
 *   mote_status status = mote_init(&executor, &model, arena, sizeof arena);
 *   … write mote_input(&executor, 0) …
 *   status = mote_invoke(&executor);
 *   … read mote_output(&executor, 0) …
 *
 * No allocation, no globals: one executor and one arena a thread; a model may be shared. Inputs may be overwritten by
 * mote_invoke (their bytes are reused): write them again before each call. Not for straight-line bundles, which call
 * the kernels themselves.
 */
#ifndef MOTE_RUNTIME_EXECUTOR_H_
#define MOTE_RUNTIME_EXECUTOR_H_

#include "mote/runtime/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The caller's memory; its members are private but for the two `failed_` ones. */
typedef struct mote_executor {
  const mote_model* model; /* null until mote_init has succeeded */
  uint8_t* arena;
  int32_t failed_tensor; /* after a failed mote_init: the tensor at fault, or -1 */
  int32_t failed_step;   /* likewise the step */
} mote_executor;

/* Checks the whole model against the arena and binds both to `executor`. All three pointers stay with the caller.
 * `arena`: aligned to MOTE_ARENA_ALIGNMENT, at least model->arena_bytes long. Any status of status.h but the DSP ones;
 * after a failure the executor refuses mote_invoke. Time: once over tables and biases. */
mote_status mote_init(mote_executor* executor, const mote_model* model, void* arena, size_t arena_bytes);

/* Runs all steps. MOTE_ERROR_NOT_INITIALIZED without a successful mote_init, else MOTE_OK. */
mote_status mote_invoke(const mote_executor* executor);

/* Called after each step, while its outputs are intact. `user` is what the caller passed. */
typedef void (*mote_step_observer)(void* user, const mote_executor* executor, int32_t step);

/* mote_invoke that shows every step to `observer`; read outputs by mote_step_output and mote_tensor_data.
 * MOTE_ERROR_NULL_POINTER without observer. */
mote_status mote_invoke_observed(const mote_executor* executor, mote_step_observer observer, void* user);

/* The place of model input or output `index`; null if the executor is not initialized or the index is not there. */
void* mote_input(const mote_executor* executor, int32_t index);
const void* mote_output(const mote_executor* executor, int32_t index);

/* The description (shape, scale, bytes) of model input or output `index`; null as above. */
const mote_tensor* mote_input_tensor(const mote_executor* executor, int32_t index);
const mote_tensor* mote_output_tensor(const mote_executor* executor, int32_t index);

/* Description of output `index` of step `step`; null as above. */
const mote_tensor* mote_step_output(const mote_executor* executor, int32_t step, int32_t index);

/* Where a tensor of the executor's model lies: in the arena or among the constants. Null if not initialized. */
const void* mote_tensor_data(const mote_executor* executor, const mote_tensor* tensor);

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_EXECUTOR_H_ */
