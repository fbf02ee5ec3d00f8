#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

#include "mote_kernel.h"

/* A run of output channels that is carried together: each with its own input channel, or all fed by the same one. */
typedef struct mote_run {
  int32_t input_channel;
  int32_t input_step; /* to the input channel of the next output channel: 1 or 0 */
  int32_t count;      /* <= MOTE_CHANNEL_BLOCK */
} mote_run;

/* The taps of a cell that lie inside the input, and the ways from one to the next. */
typedef struct mote_tap_walk {
  int32_t first_input; /* of channel 0 */
  int32_t first_weight;
  int32_t rows;
  int32_t columns;
  int32_t input_column; /* step */
  int32_t weights_column;
  int32_t input_row; /* from the end of a row of taps to the start of the next */
  int32_t weights_row;
  int32_t offset; /* of the input */
} mote_tap_walk;

static mote_tap_walk walk_taps(const mote_depthwise_conv2d_s8_params* params, mote_taps rows, mote_taps columns) {
  const mote_window* window = &params->window;
  const int32_t output_c = params->input_c * params->multiplier;
  const int32_t y = rows.first + rows.begin * window->dilation_h;
  const int32_t x = columns.first + columns.begin * window->dilation_w;
  mote_tap_walk walk;
  walk.first_input = (y * window->input_w + x) * params->input_c;
  walk.first_weight = (rows.begin * window->kernel_w + columns.begin) * output_c;
  walk.rows = rows.end - rows.begin;
  walk.columns = columns.end - columns.begin;
  walk.input_column = window->dilation_w * params->input_c;
  walk.weights_column = output_c;
  walk.input_row = window->dilation_h * window->input_w * params->input_c - walk.columns * walk.input_column;
  walk.weights_row = (window->kernel_w - walk.columns) * output_c;
  walk.offset = params->input_offset;
  return walk;
}

/* Four channels with an input channel each: their sums stay in registers through all taps. */
static MOTE_OUT_OF_LINE void sum_four_own(const mote_tap_walk* walk, const int8_t* input, const int8_t* weights,
                                          int32_t* sums) {
  const int32_t offset = walk->offset;
  const int32_t columns = walk->columns;
  int32_t sum0 = sums[0];
  int32_t sum1 = sums[1];
  int32_t sum2 = sums[2];
  int32_t sum3 = sums[3];
  for (int32_t i = walk->rows; i > 0; --i, input += walk->input_row, weights += walk->weights_row) {
    for (int32_t j = columns; j > 0; --j, input += walk->input_column, weights += walk->weights_column) {
      sum0 += (input[0] + offset) * weights[0];
      sum1 += (input[1] + offset) * weights[1];
      sum2 += (input[2] + offset) * weights[2];
      sum3 += (input[3] + offset) * weights[3];
    }
  }
  sums[0] = sum0;
  sums[1] = sum1;
  sums[2] = sum2;
  sums[3] = sum3;
}

/* Four channels fed by the same input channel. */
static MOTE_OUT_OF_LINE void sum_four_same(const mote_tap_walk* walk, const int8_t* input, const int8_t* weights,
                                           int32_t* sums) {
  const int32_t offset = walk->offset;
  const int32_t columns = walk->columns;
  int32_t sum0 = sums[0];
  int32_t sum1 = sums[1];
  int32_t sum2 = sums[2];
  int32_t sum3 = sums[3];
  for (int32_t i = walk->rows; i > 0; --i, input += walk->input_row, weights += walk->weights_row) {
    for (int32_t j = columns; j > 0; --j, input += walk->input_column, weights += walk->weights_column) {
      const int32_t x = *input + offset;
      sum0 += x * weights[0];
      sum1 += x * weights[1];
      sum2 += x * weights[2];
      sum3 += x * weights[3];
    }
  }
  sums[0] = sum0;
  sums[1] = sum1;
  sums[2] = sum2;
  sums[3] = sum3;
}

static int32_t sum_one(const mote_tap_walk* walk, const int8_t* input, const int8_t* weights, int32_t sum) {
  for (int32_t i = walk->rows; i > 0; --i, input += walk->input_row, weights += walk->weights_row) {
    for (int32_t j = walk->columns; j > 0; --j, input += walk->input_column, weights += walk->weights_column) {
      sum += (*input + walk->offset) * *weights;
    }
  }
  return sum;
}

/* By fours of channels, all taps of one after the other. */
static void sum_taps(const mote_tap_walk* walk, const int8_t* input, const int8_t* weights, const mote_run* run,
                     int32_t* sums) {
  int32_t left = run->count;
  for (; left >= 4; left -= 4, sums += 4, weights += 4, input += 4 * run->input_step) {
    if (run->input_step) {
      sum_four_own(walk, input, weights, sums);
    } else {
      sum_four_same(walk, input, weights, sums);
    }
  }
  for (; left > 0; --left, ++weights, ++sums, input += run->input_step) *sums = sum_one(walk, input, weights, *sums);
}

static void tap_own(int32_t* restrict sums, const int8_t* restrict input, int16_t offset,
                    const int8_t* restrict weights, int32_t count) {
  for (int32_t i = 0; i < count; ++i) sums[i] += (int16_t)(input[i] + offset) * (int16_t)weights[i];
}

static void tap_same(int32_t* restrict sums, int16_t x, const int8_t* restrict weights, int32_t count) {
  for (int32_t i = 0; i < count; ++i) sums[i] += x * (int16_t)weights[i];
}

/* By taps, all channels of one after the other: channels lie side by side in vectors. */
static void sum_taps_vectors(const mote_tap_walk* walk, const int8_t* input, const int8_t* weights, const mote_run* run,
                             int32_t* sums) {
  const int16_t offset = (int16_t)walk->offset;
  for (int32_t i = walk->rows; i > 0; --i, input += walk->input_row, weights += walk->weights_row) {
    for (int32_t j = walk->columns; j > 0; --j, input += walk->input_column, weights += walk->weights_column) {
      if (run->input_step == 0) {
        tap_same(sums, (int16_t)(*input + offset), weights, run->count);
      } else if (run->count == MOTE_CHANNEL_BLOCK) {
        tap_own(sums, input, offset, weights, MOTE_CHANNEL_BLOCK);
      } else {
        tap_own(sums, input, offset, weights, run->count);
      }
    }
  }
}

/* The run that starts at an output channel: as long as the block allows and, with a multiplier, as one input channel.
 */
static mote_run run_at(const mote_depthwise_conv2d_s8_params* params, int32_t output_channel) {
  mote_run run = {output_channel, 1, 0};
  int32_t end = params->input_c;
  if (params->multiplier > 1) {
    run.input_channel = output_channel / params->multiplier;
    run.input_step = 0;
    end = (run.input_channel + 1) * params->multiplier;
  }
  run.count = mote_min(MOTE_CHANNEL_BLOCK, end - output_channel);
  return run;
}

static void convolve_cell(const mote_depthwise_conv2d_s8_params* params, const mote_tap_walk* walk, const int8_t* input,
                          const int8_t* weights, const int32_t* bias, int8_t* output) {
  const int32_t output_c = params->input_c * params->multiplier;
  mote_finish finish = {params->scaling.multipliers, params->scaling.shifts, 1, params->output_offset,
                        params->activation};
  for (int32_t o = 0; o < output_c;) {
    int32_t sums[MOTE_CHANNEL_BLOCK];
    const mote_run run = run_at(params, o);
    bias = mote_start_sums(bias, run.count, sums);
    if (MOTE_VECTORS) {
      sum_taps_vectors(walk, input + run.input_channel, weights + o, &run, sums);
    } else {
      sum_taps(walk, input + run.input_channel, weights + o, &run, sums);
    }
    mote_finish_s8(&finish, sums, run.count, output + o);
    o += run.count;
  }
}

void mote_depthwise_conv2d_s8(const mote_depthwise_conv2d_s8_params* params, const int8_t* input, const int8_t* weights,
                              const int32_t* bias, int8_t* output) {
  const mote_window* window = &params->window;
  for (int32_t y = 0; y < window->output_h; ++y) {
    const mote_taps rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += params->input_c * params->multiplier) {
      const mote_tap_walk walk = walk_taps(params, rows, mote_clip_columns(window, x));
      convolve_cell(params, &walk, input + walk.first_input, weights + walk.first_weight, bias, output);
    }
  }
}
