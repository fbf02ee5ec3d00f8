#include "../mote_try.h"
#include "mote/runtime/dsp/stream.h"
#include "mote/runtime/kernels/mote_quantize_f32_s8.h"

static int normalizes(const mote_stream_settings* s) {
  return s->frontend->normalization != MOTE_CLIP_NORMALIZATION_NONE;
}

static int32_t sample_bytes(const mote_stream_settings* s) {
  return s->frontend->channels * (s->sample_type == MOTE_SAMPLE_S16 ? 2 : 4);
}

static size_t aligned(size_t bytes) {
  return (bytes + 3u) & ~(size_t)3u;
}

/* Parts of the memory, in this order. */
typedef struct stream_parts {
  size_t scratch;
  size_t features;
  size_t window;
  size_t ring;
} stream_parts;

static stream_parts parts_of(const mote_stream_settings* s) {
  const size_t count = (size_t)mote_frontend_feature_count(s->frontend);
  const size_t frames = (size_t)s->frames;
  stream_parts parts;
  parts.scratch = aligned(mote_frontend_scratch_bytes(s->frontend));
  parts.features = sizeof(float) * count * (normalizes(s) ? frames : 1u);
  parts.window = aligned((size_t)s->frontend->window_samples * (size_t)sample_bytes(s));
  parts.ring = aligned(frames * count * (normalizes(s) ? sizeof(float) : 1u));
  return parts;
}

static mote_status check(const mote_stream_settings* s) {
  if (s == NULL || s->frontend == NULL) return MOTE_ERROR_NULL_POINTER;
  if (s->frontend->padding != MOTE_PADDING_NONE) return MOTE_ERROR_DSP_NOT_STREAMING;
  if (s->frames < 1 || !(s->input_scale > 0.0f)) return MOTE_ERROR_DSP_SETTINGS;
  if (s->sample_type != MOTE_SAMPLE_S16 && s->sample_type != MOTE_SAMPLE_F32) return MOTE_ERROR_DSP_SETTINGS;
  if (s->frontend->window_samples < 1 || s->frontend->hop_samples < 1) return MOTE_ERROR_DSP_SETTINGS;
  return MOTE_OK;
}

static size_t total(stream_parts parts) {
  return parts.scratch + parts.features + parts.window + parts.ring;
}

size_t mote_stream_bytes(const mote_stream_settings* s) {
  return check(s) == MOTE_OK ? total(parts_of(s)) : 0;
}

mote_status mote_stream_init(mote_stream* stream, const mote_stream_settings* s, void* memory, size_t bytes) {
  uint8_t* const at = (uint8_t*)memory;
  stream_parts parts;
  if (stream == NULL || memory == NULL) return MOTE_ERROR_NULL_POINTER;
  MOTE_TRY(check(s));
  parts = parts_of(s);
  if (bytes < total(parts) || ((uintptr_t)memory & 3u) != 0) return MOTE_ERROR_DSP_MEMORY;
  stream->settings = s;
  stream->scratch = (float*)memory;
  stream->features = (float*)(void*)(at + parts.scratch);
  stream->window.samples = at + parts.scratch + parts.features;
  stream->window.sample_bytes = sample_bytes(s);
  stream->window.window_samples = s->frontend->window_samples;
  stream->window.hop_samples = s->frontend->hop_samples;
  stream->ring.frames = stream->window.samples + parts.window;
  stream->ring.row_bytes = mote_frontend_feature_count(s->frontend) * (normalizes(s) ? (int32_t)sizeof(float) : 1);
  stream->ring.rows = s->frames;
  mote_stream_reset(stream);
  return MOTE_OK;
}

void mote_stream_reset(mote_stream* stream) {
  stream->window.filled = 0;
  stream->ring.next = 0;
  stream->ring.filled = 0;
}

static void quantize(const mote_stream_settings* s, const float* features, int32_t count, int8_t* out) {
  mote_quantize_f32_s8_params params;
  params.count = count;
  params.scale = s->input_scale;
  params.zero_point = s->input_zero_point;
  mote_quantize_f32_s8(&params, features, out);
}

static void frame_of(mote_stream* stream, float* features) {
  const mote_frontend* const f = stream->settings->frontend;
  const void* const samples = stream->window.samples;
  mote_sample_layout layout;
  layout.sample_stride = f->channels;
  layout.channel_stride = 1;
  if (stream->settings->sample_type == MOTE_SAMPLE_S16) {
    mote_frontend_frame_s16(f, (const int16_t*)samples, layout, stream->scratch, features);
  } else {
    mote_frontend_frame_f32(f, (const float*)samples, layout, stream->scratch, features);
  }
}

static void add_frame(mote_stream* stream) {
  const mote_stream_settings* const s = stream->settings;
  void* const row = mote_frame_ring_add(&stream->ring);
  if (normalizes(s)) {
    frame_of(stream, (float*)row);
    return;
  }
  frame_of(stream, stream->features);
  mote_frontend_normalize(s->frontend, 1, stream->features); /* the fixed scaling alone */
  quantize(s, stream->features, mote_frontend_feature_count(s->frontend), (int8_t*)row);
}

static mote_status push(mote_stream* stream, mote_sample_type type, const void* samples, int32_t count,
                        int32_t* new_frames) {
  const uint8_t* at = (const uint8_t*)samples;
  int32_t frames = 0;
  if (stream == NULL || (samples == NULL && count != 0)) return MOTE_ERROR_NULL_POINTER;
  if (count < 0 || type != stream->settings->sample_type) return MOTE_ERROR_DSP_SETTINGS;
  while (count > 0) {
    const int32_t taken = mote_sample_window_fill(&stream->window, at, count);
    at += (size_t)taken * (size_t)stream->window.sample_bytes;
    count -= taken;
    if (!mote_sample_window_is_full(&stream->window)) continue;
    add_frame(stream);
    mote_sample_window_advance(&stream->window);
    ++frames;
  }
  if (new_frames != NULL) *new_frames = frames;
  return MOTE_OK;
}

mote_status mote_stream_push_s16(mote_stream* stream, const int16_t* samples, int32_t count, int32_t* new_frames) {
  return push(stream, MOTE_SAMPLE_S16, samples, count, new_frames);
}

mote_status mote_stream_push_f32(mote_stream* stream, const float* samples, int32_t count, int32_t* new_frames) {
  return push(stream, MOTE_SAMPLE_F32, samples, count, new_frames);
}

mote_status mote_stream_read(mote_stream* stream, int8_t* input) {
  const mote_stream_settings* s;
  if (stream == NULL || input == NULL) return MOTE_ERROR_NULL_POINTER;
  if (stream->ring.filled < stream->ring.rows) return MOTE_ERROR_DSP_NOT_READY;
  s = stream->settings;
  if (!normalizes(s)) {
    mote_frame_ring_copy(&stream->ring, input);
    return MOTE_OK;
  }
  mote_frame_ring_copy(&stream->ring, stream->features);
  mote_frontend_normalize(s->frontend, s->frames, stream->features);
  quantize(s, stream->features, s->frames * mote_frontend_feature_count(s->frontend), input);
  return MOTE_OK;
}

const int8_t* mote_stream_newest(const mote_stream* stream) {
  return normalizes(stream->settings) ? NULL : (const int8_t*)mote_frame_ring_newest(&stream->ring);
}
