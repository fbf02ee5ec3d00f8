#include "mote/runtime/kernels/mote_add_s16.h"
#include "mote_check_s16.h"

/* With shift <= 0 no operand leaves its headroom and the sum stays in int32. */
static mote_status check_not_above_one(mote_scaling scaling) {
  MOTE_TRY(mote_check_scaling(scaling));
  return scaling.shift <= 0 ? MOTE_OK : MOTE_ERROR_STEP_SHIFT;
}

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_add_s16_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 2, 2, 1));
  MOTE_TRY(mote_check_elements_s16(mote_step_input_tensor(model, step, 0), p->count));
  MOTE_TRY(mote_check_elements_s16(mote_step_input_tensor(model, step, 1), p->count));
  MOTE_TRY(mote_check_elements_s16(mote_step_output_tensor(model, step, 0), p->count));
  MOTE_TRY(mote_check_activation_s16(p->activation));
  MOTE_TRY(check_not_above_one(p->input1));
  MOTE_TRY(check_not_above_one(p->input2));
  return check_not_above_one(p->output);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_add_s16(params, inputs[0], inputs[1], outputs[0]);
}

const mote_op mote_add_s16_op = {"mote_add_s16", check, run};
