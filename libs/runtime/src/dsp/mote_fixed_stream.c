#include <string.h>

#include "../mote_try.h"
#include "mote/runtime/dsp/fixed_stream.h"

static size_t aligned(size_t bytes) {
  return (bytes + 3u) & ~(size_t)3u;
}

/* Parts of the memory, in this order. */
typedef struct stream_parts {
  size_t scratch;
  size_t base;
  size_t window; /* a whole FFT, as mote_fixed_frontend_base reads it */
  size_t features;
  size_t ring;
} stream_parts;

static stream_parts parts_of(const mote_fixed_stream_settings* s) {
  const size_t count = (size_t)s->frontend->feature_count;
  stream_parts parts;
  parts.scratch = mote_fixed_frontend_scratch_bytes(s->frontend);
  parts.base = sizeof(int32_t) * (size_t)s->frontend->mel_count;
  parts.window = sizeof(int16_t) * (size_t)s->frontend->fft_size;
  parts.features = aligned(sizeof(int16_t) * count);
  parts.ring = aligned((size_t)s->frames * count);
  return parts;
}

static mote_status check(const mote_fixed_stream_settings* s) {
  if (s == NULL || s->frontend == NULL || s->thresholds == NULL) return MOTE_ERROR_NULL_POINTER;
  if (s->frontend->padding != MOTE_PADDING_NONE) return MOTE_ERROR_DSP_NOT_STREAMING;
  if (s->frames < 1 || s->frontend->window_samples < 1 || s->frontend->hop_samples < 1) return MOTE_ERROR_DSP_SETTINGS;
  if (s->frontend->fft_size < s->frontend->window_samples) return MOTE_ERROR_DSP_SETTINGS;
  return MOTE_OK;
}

static size_t total(stream_parts parts) {
  return parts.scratch + parts.base + parts.window + parts.features + parts.ring;
}

size_t mote_fixed_stream_bytes(const mote_fixed_stream_settings* s) {
  return check(s) == MOTE_OK ? total(parts_of(s)) : 0;
}

mote_status mote_fixed_stream_init(mote_fixed_stream* stream, const mote_fixed_stream_settings* s, void* memory,
                                   size_t bytes) {
  uint8_t* at = (uint8_t*)memory;
  stream_parts parts;
  if (stream == NULL || memory == NULL) return MOTE_ERROR_NULL_POINTER;
  MOTE_TRY(check(s));
  parts = parts_of(s);
  if (bytes < total(parts) || ((uintptr_t)memory & 3u) != 0) return MOTE_ERROR_DSP_MEMORY;
  memset(memory, 0, total(parts)); /* samples past the window are read too, with weight 0 */
  stream->settings = s;
  stream->scratch = (int32_t*)memory;
  at += parts.scratch;
  stream->base = (int32_t*)(void*)at;
  at += parts.base;
  stream->window.samples = at;
  at += parts.window;
  stream->features = (int16_t*)(void*)at;
  stream->ring.frames = at + parts.features;
  stream->window.sample_bytes = (int32_t)sizeof(int16_t);
  stream->window.window_samples = s->frontend->window_samples;
  stream->window.hop_samples = s->frontend->hop_samples;
  stream->ring.row_bytes = s->frontend->feature_count;
  stream->ring.rows = s->frames;
  mote_fixed_stream_reset(stream);
  return MOTE_OK;
}

void mote_fixed_stream_reset(mote_fixed_stream* stream) {
  stream->window.filled = 0;
  stream->ring.next = 0;
  stream->ring.filled = 0;
}

static void add_frame(mote_fixed_stream* stream) {
  const mote_fixed_frontend* const f = stream->settings->frontend;
  const void* const samples = stream->window.samples;
  mote_fixed_frontend_base(f, (const int16_t*)samples, stream->scratch, stream->base);
  mote_fixed_frontend_finish(f, stream->base, stream->features);
  mote_fixed_quantize_s8(stream->settings->thresholds, stream->features, f->feature_count,
                         (int8_t*)mote_frame_ring_add(&stream->ring));
}

mote_status mote_fixed_stream_push(mote_fixed_stream* stream, const int16_t* samples, int32_t count,
                                   int32_t* new_frames) {
  int32_t frames = 0;
  if (stream == NULL || (samples == NULL && count != 0)) return MOTE_ERROR_NULL_POINTER;
  if (count < 0) return MOTE_ERROR_DSP_SETTINGS;
  while (count > 0) {
    const int32_t taken = mote_sample_window_fill(&stream->window, samples, count);
    samples += taken;
    count -= taken;
    if (!mote_sample_window_is_full(&stream->window)) continue;
    add_frame(stream);
    mote_sample_window_advance(&stream->window);
    ++frames;
  }
  if (new_frames != NULL) *new_frames = frames;
  return MOTE_OK;
}

mote_status mote_fixed_stream_read(const mote_fixed_stream* stream, int8_t* input) {
  if (stream == NULL || input == NULL) return MOTE_ERROR_NULL_POINTER;
  if (stream->ring.filled < stream->ring.rows) return MOTE_ERROR_DSP_NOT_READY;
  mote_frame_ring_copy(&stream->ring, input);
  return MOTE_OK;
}

const int8_t* mote_fixed_stream_newest(const mote_fixed_stream* stream) {
  return (const int8_t*)mote_frame_ring_newest(&stream->ring);
}
