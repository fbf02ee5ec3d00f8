#include "mote/runtime/kernels/mote_reshape.h"
#include "mote_check.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_reshape_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_tied(input, output));
  const int fits = p->bytes >= 1 && input->bytes == (uint32_t)p->bytes && output->bytes == (uint32_t)p->bytes;
  return fits ? MOTE_OK : MOTE_ERROR_TENSOR_SHAPE;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_reshape(params, inputs[0], outputs[0]);
}

const mote_op mote_reshape_op = {"mote_reshape", check, run};
