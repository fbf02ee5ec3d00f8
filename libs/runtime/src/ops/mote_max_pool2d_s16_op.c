#include "mote/runtime/kernels/mote_max_pool2d_s16.h"
#include "mote_check_s16.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_max_pool2d_s16_params* const p = step->params;
  MOTE_TRY(mote_check_pool(model, step, &p->window, p->channels, MOTE_TYPE_S16));
  return mote_check_activation_s16(p->activation);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_max_pool2d_s16(params, inputs[0], outputs[0]);
}

const mote_op mote_max_pool2d_s16_op = {"mote_max_pool2d_s16", check, run};
