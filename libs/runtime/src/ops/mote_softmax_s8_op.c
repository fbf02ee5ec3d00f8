#include "mote/runtime/kernels/mote_softmax_s8.h"
#include "mote_check.h"

/* The sum of exponentials has 12 integer bits and each term is at most 1. */
enum { MOTE_MAX_COLUMNS = 4095 };

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_softmax_s8_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  if (p->rows < 1 || p->columns < 1 || p->diff_min > 0) return MOTE_ERROR_STEP_PARAMETERS;
  if (p->columns > MOTE_MAX_COLUMNS) return MOTE_ERROR_STEP_ACCUMULATOR;
  MOTE_TRY(mote_check_elements(input, (int64_t)p->rows * p->columns));
  MOTE_TRY(mote_check_elements(output, (int64_t)p->rows * p->columns));
  MOTE_TRY(mote_check_zero_point(output, INT8_MIN));
  MOTE_TRY(mote_check_scaling(p->scaling));
  if (p->scaling.shift < 0) return MOTE_ERROR_STEP_SHIFT;
  const int64_t widest = -(int64_t)p->diff_min * (INT64_C(1) << p->scaling.shift);
  return widest <= INT32_MAX ? MOTE_OK : MOTE_ERROR_STEP_PARAMETERS;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_softmax_s8(params, inputs[0], outputs[0]);
}

const mote_op mote_softmax_s8_op = {"mote_softmax_s8", check, run};
