#include "mote/runtime/kernels/mote_depthwise_conv2d_s16.h"
#include "mote_check_s16.h"

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_depthwise_conv2d_s16_params* const p = step->params;
  const mote_window* const window = &p->window;
  MOTE_TRY(mote_check_arity(step, 3, 2, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_window(window));
  MOTE_TRY(mote_check_image_s16(input, window->input_h, window->input_w, p->input_c));
  if (output->rank != 4) return MOTE_ERROR_TENSOR_RANK;
  if (p->multiplier < 1 || p->multiplier > output->dims[3] / p->input_c) return MOTE_ERROR_STEP_PARAMETERS;
  const int32_t output_c = p->input_c * p->multiplier;
  const int32_t filter[4] = {1, window->kernel_h, window->kernel_w, output_c};
  MOTE_TRY(mote_check_image_s16(output, window->output_h, window->output_w, output_c));
  MOTE_TRY(mote_check_weights(mote_step_input_tensor(model, step, 1), 4, filter));
  const int64_t taps = (int64_t)window->kernel_h * window->kernel_w;
  if (taps > MOTE_DEPTHWISE_CONV2D_S16_TAPS) return MOTE_ERROR_STEP_ACCUMULATOR;
  MOTE_TRY(mote_check_wide_sums(mote_step_input_tensor(model, step, 2), output_c, taps));
  MOTE_TRY(mote_check_activation_s16(p->activation));
  return mote_check_wide_scaling(&p->scaling, output_c);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_depthwise_conv2d_s16(params, inputs[0], inputs[1], inputs[2], outputs[0]);
}

const mote_op mote_depthwise_conv2d_s16_op = {"mote_depthwise_conv2d_s16", check, run};
