#include "mote/runtime/kernels/mote_depthwise_conv2d_packed_s8.h"

#include "mote_kernel.h"

/* Output channels that are carried together: each with its own input channel, or all fed by the same one. */
typedef struct mote_packed_run {
  int32_t first; /* output channel */
  int32_t count; /* <= MOTE_CHANNEL_BLOCK */
  int32_t input_channel;
  int32_t input_step; /* to the input channel of the next output channel: 1 or 0 */
} mote_packed_run;

static mote_packed_run run_at(const mote_depthwise_conv2d_packed_s8_params* params, int32_t output_channel) {
  mote_packed_run run = {output_channel, 0, output_channel, 1};
  int32_t end = params->input_c;
  if (params->multiplier > 1) {
    run.input_channel = output_channel / params->multiplier;
    run.input_step = 0;
    end = (run.input_channel + 1) * params->multiplier;
  }
  run.count = mote_min(MOTE_CHANNEL_BLOCK, end - output_channel);
  return run;
}

static void sum_taps(const mote_depthwise_conv2d_packed_s8_params* params, const int8_t* input, const uint8_t* weights,
                     mote_taps rows, mote_taps columns, const mote_packed_run* run, int32_t* sums) {
  const mote_window* window = &params->window;
  const int32_t bits = mote_packed_bits(params->coding);
  const int32_t output_c = params->input_c * params->multiplier;
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    for (int32_t j = columns.begin; j < columns.end; ++j) {
      const int32_t y = rows.first + i * window->dilation_h;
      const int32_t x = columns.first + j * window->dilation_w;
      const int8_t* in = input + (y * window->input_w + x) * params->input_c + run->input_channel;
      const int32_t tap = (i * window->kernel_w + j) * output_c + run->first;
      for (int32_t c = 0; c < run->count; ++c, in += run->input_step) {
        sums[c] += (*in + params->input_offset) * mote_packed_weight(weights, bits, tap + c);
      }
    }
  }
}

void mote_depthwise_conv2d_packed_s8(const mote_depthwise_conv2d_packed_s8_params* params, const int8_t* input,
                                     const uint8_t* weights, const int32_t* bias, int8_t* output) {
  const mote_window* window = &params->window;
  const int32_t output_c = params->input_c * params->multiplier;
  for (int32_t y = 0; y < window->output_h; ++y) {
    const mote_taps rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += output_c) {
      const mote_taps columns = mote_clip_columns(window, x);
      const int32_t* next_bias = bias;
      mote_finish finish = {params->scaling.multipliers, params->scaling.shifts, 1, params->output_offset,
                            params->activation};
      for (int32_t o = 0; o < output_c;) {
        int32_t sums[MOTE_CHANNEL_BLOCK];
        const mote_packed_run run = run_at(params, o);
        next_bias = mote_start_sums(next_bias, run.count, sums);
        sum_taps(params, input, weights, rows, columns, &run, sums);
        mote_finish_s8(&finish, sums, run.count, output + o);
        o += run.count;
      }
    }
  }
}
