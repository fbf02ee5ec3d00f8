#include "mote/runtime/kernels/mote_pad_s8.h"
#include "mote_check.h"

/* Of a tensor of rank <= 4 to which extents of 1 are put in front; the last axis in bytes. */
static int64_t extent(const mote_tensor* tensor, int32_t axis) {
  const int32_t missing = 4 - tensor->rank;
  const int64_t own = axis < missing ? 1 : tensor->dims[axis - missing];
  return axis == 3 && tensor->type == MOTE_TYPE_S16 ? 2 * own : own;
}

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_pad_s8_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_tied(input, output));
  if (input->rank > 4 || output->rank != input->rank) return MOTE_ERROR_TENSOR_RANK;
  if (p->value < INT8_MIN || p->value > INT8_MAX) return MOTE_ERROR_STEP_PARAMETERS;
  for (int32_t axis = 0; axis < 4; ++axis) {
    if (p->before[axis] < 0 || p->after[axis] < 0) return MOTE_ERROR_STEP_PARAMETERS;
    if (p->input_dims[axis] != extent(input, axis)) return MOTE_ERROR_TENSOR_SHAPE;
    const int64_t padded = (int64_t)p->before[axis] + p->input_dims[axis] + p->after[axis];
    if (padded != extent(output, axis)) return MOTE_ERROR_TENSOR_SHAPE;
  }
  if (input->type == MOTE_TYPE_S16) return p->value == 0 ? MOTE_OK : MOTE_ERROR_STEP_PARAMETERS;
  return input->type == MOTE_TYPE_S8 ? MOTE_OK : MOTE_ERROR_TENSOR_TYPE;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_pad_s8(params, inputs[0], outputs[0]);
}

const mote_op mote_pad_s8_op = {"mote_pad_s8", check, run};
