#include "mote/runtime/kernels/mote_average_pool2d_s16.h"
#include "mote_check_s16.h"

/* Cells of a window whose sum, with rounding, stays in int32. */
enum { MOTE_MAX_CELLS = 1 << 15 };

static mote_status check(const mote_model* model, const mote_step* step) {
  const mote_average_pool2d_s16_params* const p = step->params;
  const mote_window* const window = &p->window;
  MOTE_TRY(mote_check_arity(step, 1, 1, 1));
  const mote_tensor* const input = mote_step_input_tensor(model, step, 0);
  const mote_tensor* const output = mote_step_output_tensor(model, step, 0);
  MOTE_TRY(mote_check_window(window));
  if (window->dilation_h != 1 || window->dilation_w != 1) return MOTE_ERROR_STEP_PARAMETERS;
  if ((int64_t)window->kernel_h * window->kernel_w > MOTE_MAX_CELLS) return MOTE_ERROR_STEP_ACCUMULATOR;
  MOTE_TRY(mote_check_image_s16(input, window->input_h, window->input_w, p->channels));
  MOTE_TRY(mote_check_image_s16(output, window->output_h, window->output_w, p->channels));
  MOTE_TRY(mote_check_tied(input, output));
  return mote_check_activation_s16(p->activation);
}

static void run(const void* params, const void* const* inputs, void* const* outputs, void* scratch) {
  (void)scratch;
  mote_average_pool2d_s16(params, inputs[0], outputs[0]);
}

const mote_op mote_average_pool2d_s16_op = {"mote_average_pool2d_s16", check, run};
