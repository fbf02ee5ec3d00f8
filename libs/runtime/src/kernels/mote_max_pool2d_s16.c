#include "mote/runtime/kernels/mote_max_pool2d_s16.h"

#include "mote/runtime/requantize.h"
#include "mote_kernel.h"

/* Largest values of `count` <= MOTE_CHANNEL_BLOCK neighbouring channels; `input` and `output` point at the first. */
static void max_block(const mote_max_pool2d_s16_params* params, const int16_t* input, mote_taps rows, mote_taps columns,
                      int32_t count, int16_t* output) {
  int16_t largest[MOTE_CHANNEL_BLOCK];
  for (int32_t c = 0; c < count; ++c) largest[c] = INT16_MIN;
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    for (int32_t j = columns.begin; j < columns.end; ++j) {
      const int32_t cell = (rows.first + i) * params->window.input_w + columns.first + j;
      const int16_t* const in = input + cell * params->channels;
      for (int32_t c = 0; c < count; ++c) largest[c] = in[c] > largest[c] ? in[c] : largest[c];
    }
  }
  for (int32_t c = 0; c < count; ++c) {
    output[c] = (int16_t)mote_clamp(largest[c], params->activation.min, params->activation.max);
  }
}

void mote_max_pool2d_s16(const mote_max_pool2d_s16_params* params, const int16_t* input, int16_t* output) {
  const mote_window* window = &params->window;
  const int32_t channels = params->channels;
  for (int32_t y = 0; y < window->output_h; ++y) {
    const mote_taps rows = mote_clip_rows(window, y);
    for (int32_t x = 0; x < window->output_w; ++x, output += channels) {
      const mote_taps columns = mote_clip_columns(window, x);
      for (int32_t c = 0; c < channels; c += MOTE_CHANNEL_BLOCK) {
        max_block(params, input + c, rows, columns, mote_min(MOTE_CHANNEL_BLOCK, channels - c), output + c);
      }
    }
  }
}
