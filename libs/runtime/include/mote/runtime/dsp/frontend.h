/* The front end: samples in, features out, in float, the same bits on every machine.
 *
 * A mote_frontend is a struct of const tables that the desktop bakes (mote::dsp::BakedFrontend) and the exporter prints
 * as C. It is never changed: one front end serves any number of streams, each with a scratch of its own.
 *   size:  mote_frontend_scratch_bytes()
 *   apply: mote_frontend_frame_*() for each new frame, then mote_frontend_normalize() over the clip;
 *          or mote_frontend_clip_*() for a whole clip at once.
 * No allocation, no libm. Compile with -ffp-contract=off: a fused multiply-add gives other bits. */
#ifndef MOTE_RUNTIME_DSP_FRONTEND_H_
#define MOTE_RUNTIME_DSP_FRONTEND_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mote_feature_kind {
  MOTE_FEATURE_MFCC,
  MOTE_FEATURE_LOG_MEL,
  MOTE_FEATURE_SPECTRUM,
  MOTE_FEATURE_STATISTICS,
  MOTE_FEATURE_STATISTICS_SPECTRUM,
  MOTE_FEATURE_RAW
} mote_feature_kind;

typedef enum mote_padding { MOTE_PADDING_NONE, MOTE_PADDING_ZERO, MOTE_PADDING_REFLECT } mote_padding;
typedef enum mote_spectrum_kind { MOTE_SPECTRUM_MAGNITUDE, MOTE_SPECTRUM_POWER } mote_spectrum_kind;
typedef enum mote_log_kind { MOTE_LOG_NONE, MOTE_LOG_OFFSET, MOTE_LOG_FLOOR } mote_log_kind;
typedef enum mote_clip_normalization {
  MOTE_CLIP_NORMALIZATION_NONE,
  MOTE_CLIP_NORMALIZATION_MEAN,
  MOTE_CLIP_NORMALIZATION_MEAN_VARIANCE
} mote_clip_normalization;

typedef struct mote_frontend {
  mote_feature_kind kind;
  int32_t channels;
  int32_t window_samples;
  int32_t hop_samples;
  mote_padding padding; /* not none: the first frame is centred at sample 0 (whole clips only) */
  float sample_scale;   /* on float samples */
  int32_t remove_dc;    /* 1: a frame's mean is subtracted before its spectrum is taken */
  float pre_emphasis;   /* 0: none */

  const float* window; /* window_samples */
  int32_t fft_size;    /* a power of two >= window_samples */
  const float* sine;   /* fft_size values: sin(2 pi i / fft_size) */
  mote_spectrum_kind spectrum;
  int32_t bin_begin; /* FFT bins that are used: [bin_begin, bin_begin + bin_count) */
  int32_t bin_count;

  mote_log_kind log;
  float log_floor;
  float log_factor; /* on the natural logarithm: 1, or 10 / ln 10 for decibels */

  int32_t mel_count;
  const uint16_t* mel_begin; /* first FFT bin of each band */
  const uint16_t* mel_size;  /* FFT bins of each band */
  const float* mel_weights;  /* band after band */

  int32_t log_energy; /* 1: coefficient 0 is the log energy of the frame, before pre-emphasis and window */
  int32_t mfcc_count;
  const float* dct; /* mfcc_count x mel_count, lifter included */

  mote_clip_normalization normalization;
  const float* feature_mean;   /* one for each coefficient, or NULL */
  const float* feature_factor; /* 1 / deviation, or NULL */
} mote_frontend;

/* Frames of a clip of `samples` samples a channel; 0 when it is shorter than a window. */
int32_t mote_frontend_frames(const mote_frontend* frontend, int32_t samples);
/* Values of one frame: before the DCT (log mels, and the log energy where it is used), and of the features. */
int32_t mote_frontend_base_count(const mote_frontend* frontend);
int32_t mote_frontend_feature_count(const mote_frontend* frontend);
/* Working memory of one frame, aligned for float. */
size_t mote_frontend_scratch_bytes(const mote_frontend* frontend);

/* Where the samples of a window lie: sample t of channel c is samples[t * sample_stride + c * channel_stride].
 * Interleaved, as sensors deliver: {channels, 1}. Planar: {1, samples a channel}. */
typedef struct mote_sample_layout {
  int32_t sample_stride;
  int32_t channel_stride;
} mote_sample_layout;

/* One frame from window_samples samples (1 for raw) of each channel: feature_count values, not yet normalized. int16
 * samples are sample / 32768. */
void mote_frontend_frame_f32(const mote_frontend* frontend, const float* samples, mote_sample_layout layout,
                             void* scratch, float* features);
void mote_frontend_frame_s16(const mote_frontend* frontend, const int16_t* samples, mote_sample_layout layout,
                             void* scratch, float* features);

/* The two halves of the above for a whole clip, planar, `samples` samples a channel: frames x base_count values, then
 * frames x feature_count normalized ones. `base` and `features` may be the same memory only if the counts are equal. */
void mote_frontend_base_clip_f32(const mote_frontend* frontend, const float* samples, int32_t sample_count,
                                 void* scratch, float* base);
void mote_frontend_base_clip_s16(const mote_frontend* frontend, const int16_t* samples, int32_t sample_count,
                                 void* scratch, float* base);
void mote_frontend_finish_clip(const mote_frontend* frontend, const float* base, int32_t frames, float* features);

/* Per-clip normalization, then the fixed scaling: frames x feature_count values in place. */
void mote_frontend_normalize(const mote_frontend* frontend, int32_t frames, float* features);

#ifdef __cplusplus
}
#endif
#endif /* MOTE_RUNTIME_DSP_FRONTEND_H_ */
