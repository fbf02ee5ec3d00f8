#include "mote/runtime/kernels/mote_dense_s8.h"
#include "mote_check.h"

/* What scaling.count must be. It is told by the weights too, so that a damaged count does not reach behind its tables.
 */
static int32_t factor_count(const mote_dense_s8_params* params, const mote_tensor* weights) {
  return weights->scale > 0.0F ? 1 : params->outputs;
}

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_dense_s8_params* const p = step->params;
  const int32_t filter[2] = {p->outputs, p->inputs};
  MOTE_TRY(mote_check_arity(step, 3, 2, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  const mote_tensor* const weights = mote_step_input_tensor(model, step, 1);
  const mote_tensor* const bias = mote_step_input_tensor(model, step, 2);
  MOTE_TRY(mote_check_weights(weights, 2, filter));
  if (p->rows < 1) return MOTE_ERROR_STEP_PARAMETERS;
  MOTE_TRY(mote_check_elements(input, (int64_t)p->rows * p->inputs));
  MOTE_TRY(mote_check_elements(output, (int64_t)p->rows * p->outputs));
  MOTE_TRY(mote_check_input_offset(input, p->input_offset));
  MOTE_TRY(mote_check_zero_point(output, p->output_offset));
  const mote_filter_bank bank = {weights, bias, p->outputs, p->inputs, p->inputs, 1};
  MOTE_TRY(mote_check_accumulators(&bank));
  MOTE_TRY(mote_check_activation(p->activation));
  return mote_check_channel_scaling(&p->scaling, factor_count(p, weights));
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_dense_s8(params, inputs[0], inputs[1], inputs[2], outputs[0]);
}

const mote_op mote_dense_s8_op = {"mote_dense_s8", check, run};
