#include "mote/runtime/kernels/mote_mean_s16.h"
#include "mote_check_s16.h"

/* Elements whose sum stays in int32. */
enum { MOTE_MAX_REDUCED_S16 = 65535 };

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_mean_s16_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  if (p->outer < 1 || p->inner < 1 || p->reduced < 1) return MOTE_ERROR_STEP_PARAMETERS;
  if (p->reduced > MOTE_MAX_REDUCED_S16) return MOTE_ERROR_STEP_ACCUMULATOR;
  MOTE_TRY(mote_check_elements_s16(output, (int64_t)p->outer * p->inner));
  MOTE_TRY(mote_check_elements_s16(mote_step_input_tensor(model, step, 0),
                                   (int64_t)mote_element_count(output) * p->reduced));
  return mote_check_scaling(p->scaling);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_mean_s16(params, inputs[0], outputs[0]);
}

const mote_op mote_mean_s16_op = {"mote_mean_s16", check, run};
