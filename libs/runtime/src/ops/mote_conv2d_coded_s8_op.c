#include "mote/runtime/kernels/mote_conv2d_coded_s8.h"
#include "mote_check_coded.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_conv2d_coded_s8_params* const p = step->params;
  const mote_window* const window = &p->window;
  MOTE_TRY(mote_check_arity(step, 3, 2, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_window(window));
  MOTE_TRY(mote_check_image(input, window->input_h, window->input_w, p->input_c));
  MOTE_TRY(mote_check_image(output, window->output_h, window->output_w, p->output_c));
  MOTE_TRY(mote_check_input_offset(input, p->input_offset));
  MOTE_TRY(mote_check_zero_point(output, p->output_offset));
  const int64_t length = (int64_t)window->kernel_h * window->kernel_w * p->input_c;
  if (window->kernel_h > INT16_MAX || window->kernel_w > INT16_MAX || length > INT32_MAX / 4) {
    return MOTE_ERROR_STEP_PARAMETERS;
  }
  const mote_coded_bank bank = {mote_step_input_tensor(model, step, 1),
                                mote_step_input_tensor(model, step, 2),
                                p->coding,
                                p->output_c,
                                (int32_t)length,
                                p->output_c};
  MOTE_TRY(mote_check_coded(&bank));
  MOTE_TRY(mote_check_activation(p->activation));
  MOTE_TRY(mote_check_channel_scaling(&p->scaling, p->output_c));
  return step->scratch_bytes >= mote_conv2d_coded_s8_scratch_bytes(p) ? MOTE_OK : MOTE_ERROR_STEP_SCRATCH;
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  mote_conv2d_coded_s8(params, inputs[0], inputs[1], inputs[2], outputs[0], scratch);
}

const mote_op mote_conv2d_coded_s8_op = {"mote_conv2d_coded_s8", check, run};
