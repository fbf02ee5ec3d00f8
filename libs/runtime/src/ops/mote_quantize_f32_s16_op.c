#include <float.h>

#include "mote/runtime/kernels/mote_quantize_f32_s16.h"
#include "mote_check_s16.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_quantize_f32_s16_params* const p = step->params;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  if (!(p->scale > 0.0F && p->scale <= FLT_MAX)) return MOTE_ERROR_STEP_PARAMETERS;
  MOTE_TRY(mote_check_elements_s16(mote_step_output_tensor(model, step, 0), p->count));
  if (input->type != MOTE_TYPE_F32) return MOTE_ERROR_TENSOR_TYPE;
  return mote_element_count(input) == p->count ? MOTE_OK : MOTE_ERROR_TENSOR_SHAPE;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_quantize_f32_s16(params, inputs[0], outputs[0]);
}

const mote_op mote_quantize_f32_s16_op = {"mote_quantize_f32_s16", check, run};
