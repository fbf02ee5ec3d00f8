#include "mote/runtime/kernels/mote_concat_s8.h"
#include "mote_check.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_concat_s8_params* const p = step->params;
  if (p->input_count < 1 || p->input_count > MOTE_MAX_STEP_INPUTS || p->rows < 1) return MOTE_ERROR_STEP_PARAMETERS;
  MOTE_TRY(mote_check_arity(step, p->input_count, p->input_count, 1));
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  int64_t output_row_bytes = 0;
  for (int32_t i = 0; i < p->input_count; ++i) {
    const mote_tensor* const input = mote_step_input_tensor(model, step, i);
    if (p->row_bytes[i] < 1) return MOTE_ERROR_STEP_PARAMETERS;
    MOTE_TRY(mote_check_bytes(input, (int64_t)p->rows * p->row_bytes[i]));
    MOTE_TRY(mote_check_tied(input, output));
    output_row_bytes += p->row_bytes[i];
  }
  return mote_check_bytes(output, p->rows * output_row_bytes);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_concat_s8(params, inputs, outputs[0]);
}

const mote_op mote_concat_s8_op = {"mote_concat_s8", check, run};
