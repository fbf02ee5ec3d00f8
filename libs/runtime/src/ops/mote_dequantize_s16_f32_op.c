#include <float.h>

#include "mote/runtime/kernels/mote_dequantize_s16_f32.h"
#include "mote_check_s16.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_dequantize_s16_f32_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  if (!(p->scale > 0.0F && p->scale <= FLT_MAX)) return MOTE_ERROR_STEP_PARAMETERS;
  MOTE_TRY(mote_check_elements_s16(mote_step_input_tensor(model, step, 0), p->count));
  if (output->type != MOTE_TYPE_F32) return MOTE_ERROR_TENSOR_TYPE;
  return mote_element_count(output) == p->count ? MOTE_OK : MOTE_ERROR_TENSOR_SHAPE;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_dequantize_s16_f32(params, inputs[0], outputs[0]);
}

const mote_op mote_dequantize_s16_f32_op = {"mote_dequantize_s16_f32", check, run};
