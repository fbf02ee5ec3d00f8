#include "mote/runtime/kernels/mote_softmax_s16.h"
#include "mote_check_s16.h"

/* Exponentials are below 2^15 and their sum below 2^30; a difference shifted left by 14 stays in int32. */
enum { MOTE_MAX_COLUMNS_S16 = 32767, MOTE_MAX_SOFTMAX_S16_SHIFT = 14 };

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_softmax_s16_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  if (p->rows < 1 || p->columns < 1) return MOTE_ERROR_STEP_PARAMETERS;
  if (p->columns > MOTE_MAX_COLUMNS_S16) return MOTE_ERROR_STEP_ACCUMULATOR;
  MOTE_TRY(mote_check_elements_s16(mote_step_input_tensor(model, step, 0), (int64_t)p->rows * p->columns));
  MOTE_TRY(mote_check_elements_s16(mote_step_output_tensor(model, step, 0), (int64_t)p->rows * p->columns));
  MOTE_TRY(mote_check_scaling(p->scaling));
  return p->scaling.shift <= MOTE_MAX_SOFTMAX_S16_SHIFT ? MOTE_OK : MOTE_ERROR_STEP_SHIFT;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_softmax_s16(params, inputs[0], outputs[0]);
}

const mote_op mote_softmax_s16_op = {"mote_softmax_s16", check, run};
