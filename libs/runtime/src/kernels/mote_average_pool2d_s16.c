#include "mote/runtime/kernels/mote_average_pool2d_s16.h"

#include "mote/runtime/requantize.h"
#include "mote_kernel.h"

static int32_t divide_half_away(int32_t sum, int32_t count) {
  return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

/* Averages `count` <= MOTE_CHANNEL_BLOCK neighbouring channels; `input` and `output` point at the first. */
static void average_block(const mote_average_pool2d_s16_params* params, const int16_t* input, mote_taps rows,
                          mote_taps columns, int32_t count, int16_t* output) {
  int32_t sums[MOTE_CHANNEL_BLOCK] = {0};
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    for (int32_t j = columns.begin; j < columns.end; ++j) {
      const int32_t cell = (rows.first + i) * params->window.input_w + columns.first + j;
      const int16_t* const in = input + cell * params->channels;
      for (int32_t c = 0; c < count; ++c) sums[c] += in[c];
    }
  }
  const int32_t cells = (rows.end - rows.begin) * (columns.end - columns.begin);
  for (int32_t c = 0; c < count; ++c) {
    const int32_t mean = divide_half_away(sums[c], cells);
    output[c] = (int16_t)mote_clamp(mean, params->activation.min, params->activation.max);
  }
}

void mote_average_pool2d_s16(const mote_average_pool2d_s16_params* params, const int16_t* input, int16_t* output) {
  const mote_window* window = &params->window;
  const int32_t channels = params->channels;
  for (int32_t y = 0; y < window->output_h; ++y) {
    const mote_taps rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += channels) {
      const mote_taps columns = mote_clip_columns(window, x);
      for (int32_t c = 0; c < channels; c += MOTE_CHANNEL_BLOCK) {
        average_block(params, input + c, rows, columns, mote_min(MOTE_CHANNEL_BLOCK, channels - c), output + c);
      }
    }
  }
}
