#include "mote/runtime/kernels/mote_depthwise_conv2d_packed_s8.h"
#include "mote_check_coded.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_depthwise_conv2d_packed_s8_params* const p = step->params;
  const mote_window* const window = &p->window;
  MOTE_TRY(mote_check_arity(step, 3, 2, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_window(window));
  MOTE_TRY(mote_check_image(input, window->input_h, window->input_w, p->input_c));
  if (output->rank != 4) return MOTE_ERROR_TENSOR_RANK;
  if (p->multiplier < 1 || p->multiplier > output->dims[3] / p->input_c) return MOTE_ERROR_STEP_PARAMETERS;
  const int32_t output_c = p->input_c * p->multiplier;
  MOTE_TRY(mote_check_image(output, window->output_h, window->output_w, output_c));
  MOTE_TRY(mote_check_input_offset(input, p->input_offset));
  MOTE_TRY(mote_check_zero_point(output, p->output_offset));
  if (mote_packed_bits(p->coding) == 0) return MOTE_ERROR_STEP_PARAMETERS;
  if (window->kernel_h > INT16_MAX || window->kernel_w > INT16_MAX) return MOTE_ERROR_STEP_PARAMETERS;
  if (window->kernel_h * window->kernel_w > INT32_MAX / 4 / output_c) return MOTE_ERROR_STEP_PARAMETERS;
  const mote_coded_bank bank = {mote_step_input_tensor(model, step, 1),
                                mote_step_input_tensor(model, step, 2),
                                p->coding,
                                1,
                                window->kernel_h * window->kernel_w * output_c,
                                output_c};
  MOTE_TRY(mote_check_coded(&bank));
  MOTE_TRY(mote_check_activation(p->activation));
  return mote_check_channel_scaling(&p->scaling, output_c);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_depthwise_conv2d_packed_s8(params, inputs[0], inputs[1], inputs[2], outputs[0]);
}

const mote_op mote_depthwise_conv2d_packed_s8_op = {"mote_depthwise_conv2d_packed_s8", check, run};
