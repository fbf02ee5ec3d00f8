#include "mote/runtime/kernels/mote_average_pool2d_s16.h"
#include "mote_check_s16.h"

/* Cells of a window whose sum, with rounding, stays in int32. */
enum { MOTE_MAX_CELLS = 1 << 15 };

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_average_pool2d_s16_params* const p = step->params;
  MOTE_TRY(mote_check_pool(model, step, &p->window, p->channels, MOTE_TYPE_S16));
  if ((int64_t)p->window.kernel_h * p->window.kernel_w > MOTE_MAX_CELLS) return MOTE_ERROR_STEP_ACCUMULATOR;
  return mote_check_activation_s16(p->activation);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_average_pool2d_s16(params, inputs[0], outputs[0]);
}

const mote_op mote_average_pool2d_s16_op = {"mote_average_pool2d_s16", check, run};
