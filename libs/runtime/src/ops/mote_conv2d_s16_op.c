#include "mote/runtime/kernels/mote_conv2d_s16.h"
#include "mote_check_s16.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_conv2d_s16_params* const p = step->params;
  const mote_window* const window = &p->window;
  const int32_t filter[4] = {p->output_c, window->kernel_h, window->kernel_w, p->input_c};
  MOTE_TRY(mote_check_arity(step, 3, 2, 1));
  const mote_tensor* const weights = mote_step_input_tensor(model, step, 1);
  MOTE_TRY(mote_check_window(window));
  MOTE_TRY(mote_check_image_s16(mote_step_input_tensor(model, step, 0), window->input_h, window->input_w, p->input_c));
  MOTE_TRY(
      mote_check_image_s16(mote_step_output_tensor(model, step, 0), window->output_h, window->output_w, p->output_c));
  MOTE_TRY(mote_check_weights(weights, 4, filter));
  MOTE_TRY(mote_check_wide_sums(mote_step_input_tensor(model, step, 2), p->output_c,
                                mote_element_count(weights) / p->output_c));
  MOTE_TRY(mote_check_activation_s16(p->activation));
  MOTE_TRY(mote_check_wide_scaling(&p->scaling, p->output_c));
  return step->scratch_bytes >= mote_conv2d_s16_scratch_bytes(p) ? MOTE_OK : MOTE_ERROR_STEP_SCRATCH;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  mote_conv2d_s16(params, inputs[0], inputs[1], inputs[2], outputs[0], scratch);
}

const mote_op mote_conv2d_s16_op = {"mote_conv2d_s16", check, run};
