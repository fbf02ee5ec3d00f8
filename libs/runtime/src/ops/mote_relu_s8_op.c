#include "mote/runtime/kernels/mote_relu_s8.h"
#include "mote_check.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_relu_s8_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_elements(input, p->count));
  MOTE_TRY(mote_check_elements(output, p->count));
  MOTE_TRY(mote_check_input_offset(input, p->input_offset));
  MOTE_TRY(mote_check_zero_point(output, p->output_offset));
  MOTE_TRY(mote_check_activation(p->activation));
  return mote_check_scaling(p->scaling);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_relu_s8(params, inputs[0], outputs[0]);
}

const mote_op mote_relu_s8_op = {"mote_relu_s8", check, run};
