#include "mote/runtime/kernels/mote_dense_coded_s8.h"
#include "mote_check_coded.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_dense_coded_s8_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 3, 2, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  const mote_tensor* const weights = mote_step_input_tensor(model, step, 1);
  if (p->rows < 1 || p->inputs < 1 || p->outputs < 1) return MOTE_ERROR_STEP_PARAMETERS;
  MOTE_TRY(mote_check_elements(input, (int64_t)p->rows * p->inputs));
  MOTE_TRY(mote_check_elements(output, (int64_t)p->rows * p->outputs));
  MOTE_TRY(mote_check_input_offset(input, p->input_offset));
  MOTE_TRY(mote_check_zero_point(output, p->output_offset));
  const mote_coded_bank bank = {weights,   mote_step_input_tensor(model, step, 2), p->coding, p->outputs, p->inputs,
                                p->outputs};
  MOTE_TRY(mote_check_coded(&bank));
  MOTE_TRY(mote_check_activation(p->activation));
  /* The weights tell the number of factors too, so that a damaged count does not reach behind its tables. */
  return mote_check_channel_scaling(&p->scaling, weights->scale > 0.0F ? 1 : p->outputs);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_dense_coded_s8(params, inputs[0], inputs[1], inputs[2], outputs[0]);
}

const mote_op mote_dense_coded_s8_op = {"mote_dense_coded_s8", check, run};
