#include "mote/runtime/dsp/blocks.h"
#include "mote/runtime/dsp/frontend.h"

/* Deviation that per-clip normalization adds, so that a silent coefficient is not blown up. */
static const float kDeviationFloor = 0.3f;

enum { kStatistics = 3 };

typedef struct sample_source {
  const float* f32; /* one of the two is NULL */
  const int16_t* s16;
  mote_sample_layout layout;
} sample_source;

static int has_mel(const mote_frontend* f) {
  return f->kind == MOTE_FEATURE_MFCC || f->kind == MOTE_FEATURE_LOG_MEL;
}

static int has_statistics(const mote_frontend* f) {
  return f->kind == MOTE_FEATURE_STATISTICS || f->kind == MOTE_FEATURE_STATISTICS_SPECTRUM;
}

static int has_spectrum(const mote_frontend* f) {
  return f->kind == MOTE_FEATURE_SPECTRUM || f->kind == MOTE_FEATURE_STATISTICS_SPECTRUM;
}

static int32_t base_count_of_channel(const mote_frontend* f) {
  if (has_mel(f)) return f->mel_count + f->log_energy;
  if (f->kind == MOTE_FEATURE_RAW) return 1;
  return (has_statistics(f) ? kStatistics : 0) + (has_spectrum(f) ? f->bin_count : 0);
}

int32_t mote_frontend_frames(const mote_frontend* f, int32_t samples) {
  if (f->padding != MOTE_PADDING_NONE) return samples < 1 ? 0 : 1 + samples / f->hop_samples;
  return samples < f->window_samples ? 0 : 1 + (samples - f->window_samples) / f->hop_samples;
}

int32_t mote_frontend_base_count(const mote_frontend* f) {
  return f->channels * base_count_of_channel(f);
}

int32_t mote_frontend_feature_count(const mote_frontend* f) {
  return f->kind == MOTE_FEATURE_MFCC ? f->mfcc_count : mote_frontend_base_count(f);
}

static int32_t frame_values(const mote_frontend* f) {
  return f->fft_size > f->window_samples ? f->fft_size : f->window_samples;
}

size_t mote_frontend_scratch_bytes(const mote_frontend* f) {
  return sizeof(float) * (size_t)(frame_values(f) + mote_frontend_base_count(f));
}

/* `count` samples of a channel from index `first` on, as the settings scale them. */
static void read_samples(const mote_frontend* f, const sample_source* source, int32_t channel, int32_t first,
                         int32_t count, float* x) {
  const int32_t stride = source->layout.sample_stride;
  const int32_t start = channel * source->layout.channel_stride + first * stride;
  int32_t i;
  if (source->s16 != NULL) {
    const float scale = f->sample_scale * (1.0f / 32768.0f);
    for (i = 0; i < count; ++i) x[i] = (float)source->s16[start + i * stride] * scale;
    return;
  }
  for (i = 0; i < count; ++i) x[i] = source->f32[start + i * stride] * f->sample_scale;
}

/* A window that starts at `first`, which may lie before or beyond the clip. */
static void read_padded(const mote_frontend* f, const sample_source* source, int32_t channel, int32_t first,
                        int32_t samples, float* x) {
  int32_t i;
  if (first >= 0 && first + f->window_samples <= samples) {
    read_samples(f, source, channel, first, f->window_samples, x);
    return;
  }
  for (i = 0; i < f->window_samples; ++i) {
    int32_t index = first + i;
    x[i] = 0.0f;
    if (f->padding == MOTE_PADDING_REFLECT && index < 0) index = -index;
    if (f->padding == MOTE_PADDING_REFLECT && index >= samples) index = 2 * (samples - 1) - index;
    if (index >= 0 && index < samples) read_samples(f, source, channel, index, 1, x + i);
  }
}

static void compress(const mote_frontend* f, float* x, int32_t count) {
  if (f->log == MOTE_LOG_OFFSET) mote_log_offset_f32(x, count, f->log_floor, f->log_factor);
  if (f->log == MOTE_LOG_FLOOR) mote_log_floor_f32(x, count, f->log_floor, f->log_factor);
}

/* The bins that are used, at x[0]. `x` holds the window's samples and has room for fft_size values. */
static void take_spectrum(const mote_frontend* f, float* x) {
  int32_t i;
  if (f->pre_emphasis != 0.0f) mote_pre_emphasis_f32(x, f->window_samples, f->pre_emphasis);
  mote_window_f32(x, f->window, f->window_samples);
  for (i = f->window_samples; i < f->fft_size; ++i) x[i] = 0.0f;
  mote_rfft_f32(x, f->sine, f->fft_size);
  mote_power_f32(x, f->fft_size, f->bin_begin, f->bin_count, x);
  if (f->spectrum == MOTE_SPECTRUM_MAGNITUDE) mote_sqrt_array_f32(x, f->bin_count);
}

static void mel_base(const mote_frontend* f, float* x, float* base) {
  if (f->remove_dc) mote_remove_dc_f32(x, f->window_samples);
  if (f->log_energy) {
    base[f->mel_count] = mote_squared_distance_f32(x, f->window_samples, 0.0f);
    mote_log_floor_f32(base + f->mel_count, 1, f->log_floor, 1.0f);
  }
  take_spectrum(f, x);
  mote_mel_f32(x, f->bin_begin, f->mel_begin, f->mel_size, f->mel_weights, f->mel_count, base);
  compress(f, base, f->mel_count);
}

static void sensor_base(const mote_frontend* f, float* x, float* base) {
  int32_t i;
  if (has_statistics(f)) {
    mote_statistics_f32(x, f->window_samples, base);
    base += kStatistics;
  }
  if (!has_spectrum(f)) return;
  if (f->remove_dc) mote_remove_dc_f32(x, f->window_samples);
  take_spectrum(f, x);
  for (i = 0; i < f->bin_count; ++i) base[i] = x[i];
  compress(f, base, f->bin_count);
}

/* From the samples of one channel's window in x to that channel's part of the base features. */
static void channel_base(const mote_frontend* f, float* x, float* base) {
  if (f->kind == MOTE_FEATURE_RAW) {
    base[0] = x[0];
  } else if (has_mel(f)) {
    mel_base(f, x, base);
  } else {
    sensor_base(f, x, base);
  }
}

static void coefficients(const mote_frontend* f, const float* base, float* features) {
  const int32_t count = mote_frontend_feature_count(f);
  int32_t i;
  if (f->kind != MOTE_FEATURE_MFCC) {
    for (i = 0; i < count; ++i) features[i] = base[i];
    return;
  }
  mote_dct_f32(base, f->mel_count, f->dct, f->mfcc_count, features);
  if (f->log_energy) features[0] = base[f->mel_count];
}

static void frame(const mote_frontend* f, const sample_source* source, void* scratch, float* features) {
  float* const x = (float*)scratch;
  float* const base = x + frame_values(f);
  int32_t c;
  for (c = 0; c < f->channels; ++c) {
    read_samples(f, source, c, 0, f->window_samples, x);
    channel_base(f, x, base + c * base_count_of_channel(f));
  }
  coefficients(f, base, features);
}

void mote_frontend_frame_f32(const mote_frontend* f, const float* samples, mote_sample_layout layout, void* scratch,
                             float* features) {
  const sample_source source = {samples, NULL, layout};
  frame(f, &source, scratch, features);
}

void mote_frontend_frame_s16(const mote_frontend* f, const int16_t* samples, mote_sample_layout layout, void* scratch,
                             float* features) {
  const sample_source source = {NULL, samples, layout};
  frame(f, &source, scratch, features);
}

static void base_clip(const mote_frontend* f, const sample_source* source, int32_t samples, void* scratch,
                      float* base) {
  float* const x = (float*)scratch;
  const int32_t frames = mote_frontend_frames(f, samples);
  const int32_t lead = f->padding == MOTE_PADDING_NONE ? 0 : f->window_samples / 2;
  int32_t t;
  int32_t c;
  for (t = 0; t < frames; ++t) {
    for (c = 0; c < f->channels; ++c) {
      read_padded(f, source, c, t * f->hop_samples - lead, samples, x);
      channel_base(f, x, base);
      base += base_count_of_channel(f);
    }
  }
}

void mote_frontend_base_clip_f32(const mote_frontend* f, const float* samples, int32_t sample_count, void* scratch,
                                 float* base) {
  const sample_source source = {samples, NULL, {1, sample_count}};
  base_clip(f, &source, sample_count, scratch, base);
}

void mote_frontend_base_clip_s16(const mote_frontend* f, const int16_t* samples, int32_t sample_count, void* scratch,
                                 float* base) {
  const sample_source source = {NULL, samples, {1, sample_count}};
  base_clip(f, &source, sample_count, scratch, base);
}

void mote_frontend_finish_clip(const mote_frontend* f, const float* base, int32_t frames, float* features) {
  const int32_t base_count = mote_frontend_base_count(f);
  const int32_t count = mote_frontend_feature_count(f);
  int32_t t;
  for (t = 0; t < frames; ++t) coefficients(f, base + t * base_count, features + t * count);
  mote_frontend_normalize(f, frames, features);
}

void mote_frontend_normalize(const mote_frontend* f, int32_t frames, float* features) {
  const int32_t count = mote_frontend_feature_count(f);
  if (f->normalization == MOTE_CLIP_NORMALIZATION_MEAN) mote_subtract_column_mean_f32(features, frames, count);
  if (f->normalization == MOTE_CLIP_NORMALIZATION_MEAN_VARIANCE) {
    mote_normalize_columns_f32(features, frames, count, kDeviationFloor);
  }
  if (f->feature_mean != NULL) mote_scale_columns_f32(features, frames, count, f->feature_mean, f->feature_factor);
}
