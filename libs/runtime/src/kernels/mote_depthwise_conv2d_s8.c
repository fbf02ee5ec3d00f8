#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

#include "mote/runtime/requantize.h"
#include "mote_kernel.h"

/* One output cell: where its taps lie. */
typedef struct mote_cell {
  mote_taps rows;
  mote_taps columns;
} mote_cell;

/* A run of output channels that is carried together: each with its own input channel, or all fed by the same one. */
typedef struct mote_run {
  int32_t input_channel;
  int32_t output_channel;
  int32_t count; /* <= MOTE_CHANNEL_BLOCK */
} mote_run;

static void tap_own(int32_t* restrict sums, const int8_t* restrict input, int16_t offset,
                    const int8_t* restrict weights, int32_t count) {
  for (int32_t i = 0; i < count; ++i) sums[i] += (int16_t)(input[i] + offset) * (int16_t)weights[i];
}

static void tap_same(int32_t* restrict sums, int16_t x, const int8_t* restrict weights, int32_t count) {
  for (int32_t i = 0; i < count; ++i) sums[i] += x * (int16_t)weights[i];
}

static void sum_taps(const mote_depthwise_conv2d_s8_params* params, const int8_t* input, const int8_t* weights,
                     const mote_cell* cell, const mote_run* run, int32_t* sums) {
  const mote_window* window = &params->window;
  const int32_t output_c = params->input_c * params->multiplier;
  const int16_t offset = (int16_t)params->input_offset;
  for (int32_t i = cell->rows.begin; i < cell->rows.end; ++i) {
    const int32_t y = cell->rows.first + i * window->dilation_h;
    for (int32_t j = cell->columns.begin; j < cell->columns.end; ++j) {
      const int32_t x = cell->columns.first + j * window->dilation_w;
      const int8_t* const in = input + (y * window->input_w + x) * params->input_c + run->input_channel;
      const int8_t* const w = weights + (i * window->kernel_w + j) * output_c + run->output_channel;
      if (params->multiplier > 1) {
        tap_same(sums, (int16_t)(*in + offset), w, run->count);
      } else if (run->count == MOTE_CHANNEL_BLOCK) {
        tap_own(sums, in, offset, w, MOTE_CHANNEL_BLOCK);
      } else {
        tap_own(sums, in, offset, w, run->count);
      }
    }
  }
}

static void finish(const mote_depthwise_conv2d_s8_params* params, const mote_run* run, const int32_t* sums,
                   int8_t* output) {
  const int32_t* const multipliers = params->scaling.multipliers + run->output_channel;
  const int8_t* const shifts = params->scaling.shifts + run->output_channel;
  for (int32_t i = 0; i < run->count; ++i) {
    output[run->output_channel + i] =
        mote_requantize_s8(sums[i], multipliers[i], shifts[i], params->output_offset, params->activation);
  }
}

/* The run that starts at an output channel: as long as the block allows and, with a multiplier, as one input channel.
 */
static mote_run run_at(const mote_depthwise_conv2d_s8_params* params, int32_t output_channel) {
  mote_run run = {output_channel, output_channel, 0};
  int32_t end = params->input_c;
  if (params->multiplier > 1) {
    run.input_channel = output_channel / params->multiplier;
    end = (run.input_channel + 1) * params->multiplier;
  }
  run.count = mote_min(MOTE_CHANNEL_BLOCK, end - output_channel);
  return run;
}

static void convolve_cell(const mote_depthwise_conv2d_s8_params* params, const int8_t* input, const int8_t* weights,
                          const int32_t* bias, const mote_cell* cell, int8_t* output) {
  const int32_t output_c = params->input_c * params->multiplier;
  for (int32_t o = 0; o < output_c;) {
    int32_t sums[MOTE_CHANNEL_BLOCK];
    const mote_run run = run_at(params, o);
    for (int32_t i = 0; i < run.count; ++i) sums[i] = bias ? bias[o + i] : 0;
    sum_taps(params, input, weights, cell, &run, sums);
    finish(params, &run, sums, output);
    o += run.count;
  }
}

void mote_depthwise_conv2d_s8(const mote_depthwise_conv2d_s8_params* params, const int8_t* input, const int8_t* weights,
                              const int32_t* bias, int8_t* output) {
  const mote_window* window = &params->window;
  mote_cell cell;
  for (int32_t y = 0; y < window->output_h; ++y) {
    cell.rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += params->input_c * params->multiplier) {
      cell.columns = mote_clip_columns(window, x);
      convolve_cell(params, input, weights, bias, &cell, output);
    }
  }
}
