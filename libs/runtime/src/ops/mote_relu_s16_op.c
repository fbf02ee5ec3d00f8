#include "mote/runtime/kernels/mote_relu_s16.h"
#include "mote_check_s16.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_relu_s16_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  MOTE_TRY(mote_check_elements_s16(mote_step_input_tensor(model, step, 0), p->count));
  MOTE_TRY(mote_check_elements_s16(mote_step_output_tensor(model, step, 0), p->count));
  MOTE_TRY(mote_check_activation_s16(p->activation));
  return mote_check_scaling(p->scaling);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_relu_s16(params, inputs[0], outputs[0]);
}

const mote_op mote_relu_s16_op = {"mote_relu_s16", check, run};
