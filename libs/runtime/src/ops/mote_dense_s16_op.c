#include "mote/runtime/kernels/mote_dense_s16.h"
#include "mote_check_s16.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_dense_s16_params* const p = step->params;
  const int32_t filter[2] = {p->outputs, p->inputs};
  MOTE_TRY(mote_check_arity(step, 3, 2, 1));
  const mote_tensor* const weights = mote_step_input_tensor(model, step, 1);
  MOTE_TRY(mote_check_weights(weights, 2, filter));
  if (p->rows < 1) return MOTE_ERROR_STEP_PARAMETERS;
  MOTE_TRY(mote_check_elements_s16(mote_step_input_tensor(model, step, 0), (int64_t)p->rows * p->inputs));
  MOTE_TRY(mote_check_elements_s16(mote_step_output_tensor(model, step, 0), (int64_t)p->rows * p->outputs));
  MOTE_TRY(mote_check_wide_sums(mote_step_input_tensor(model, step, 2), p->outputs, p->inputs));
  MOTE_TRY(mote_check_activation_s16(p->activation));
  /* The weights tell the number of factors too, so that a damaged count does not reach behind its tables. */
  return mote_check_wide_scaling(&p->scaling, weights->scale > 0.0F ? 1 : p->outputs);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_dense_s16(params, inputs[0], inputs[1], inputs[2], outputs[0]);
}

const mote_op mote_dense_s16_op = {"mote_dense_s16", check, run};
