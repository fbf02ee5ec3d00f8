#include "mote/runtime/kernels/mote_max_pool2d_s8.h"
#include "mote_check.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_max_pool2d_s8_params* const p = step->params;
  MOTE_TRY(mote_check_pool(model, step, &p->window, p->channels, MOTE_TYPE_S8));
  return mote_check_activation(p->activation);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_max_pool2d_s8(params, inputs[0], outputs[0]);
}

const mote_op mote_max_pool2d_s8_op = {"mote_max_pool2d_s8", check, run};
