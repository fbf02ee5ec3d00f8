#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "mote_check.h"

/* Cells of a window whose sum, with rounding, stays in int32. */
enum { MOTE_MAX_CELLS = 1 << 23 };

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_average_pool2d_s8_params* const p = step->params;
  MOTE_TRY(mote_check_pool(model, step, &p->window, p->channels, MOTE_TYPE_S8));
  if ((int64_t)p->window.kernel_h * p->window.kernel_w > MOTE_MAX_CELLS) return MOTE_ERROR_STEP_ACCUMULATOR;
  return mote_check_activation(p->activation);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_average_pool2d_s8(params, inputs[0], outputs[0]);
}

const mote_op mote_average_pool2d_s8_op = {"mote_average_pool2d_s8", check, run};
