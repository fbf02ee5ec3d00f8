/* The front end for cores without an FPU: MFCC and log mels from int16 samples in integers alone, the same bits on
 * every machine. No multiplication is wider than 32x32->32, nothing is divided.
 *
 * Use it where float costs too much (Cortex-M0, M0+, M3, small RISC-V); with an FPU, frontend.h is as fast. It is a
 * front end of its own, not an approximation that may stand in for the float one: a network is trained on what it
 * computes.
 *
 * A mote_fixed_frontend is a struct of const tables that the desktop bakes (mote::dsp::BakedFixedFrontend) and the
 * exporter prints as C.
 *   size:  mote_fixed_frontend_scratch_bytes()
 *   apply: mote_fixed_frontend_base() for a frame's log mels, mote_fixed_frontend_finish() for its features;
 *          or mote_fixed_frontend_clip() for a whole clip at once
 * Steps and number formats: docs/features.md. */
#ifndef MOTE_RUNTIME_DSP_FIXED_FRONTEND_H_
#define MOTE_RUNTIME_DSP_FIXED_FRONTEND_H_

#include <stddef.h>
#include <stdint.h>

#include "mote/runtime/dsp/frontend.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MOTE_FIXED_LOG_BITS = 10,     /* a log mel is log2(x) in 1/1024 */
  MOTE_FIXED_TWIDDLE_BITS = 14, /* of sines and cosines */
  MOTE_FIXED_ROOT_BEGIN = 32,   /* root[i] = sqrt((i + 32) / 128) in 1/65536, i in [0, 96] */
  MOTE_FIXED_ROOT_SIZE = 97,
  MOTE_FIXED_LOG2_SIZE = 33,    /* log2[i] = log2(1 + i / 32) in 1/1024, i in [0, 32] */
  MOTE_FIXED_SOFTENER_SIZE = 49 /* softener[i] = log2(1 + 2^(-i / 4)) in 1/1024, i in [0, 48] */
};

typedef struct mote_fixed_frontend {
  mote_feature_kind kind; /* MFCC or LOG_MEL */
  int32_t window_samples;
  int32_t hop_samples;
  mote_padding padding;

  int32_t fft_size;        /* a power of two in [64, 2048], not below window_samples */
  const int16_t* window;   /* fft_size values, 0 past window_samples, in 1/2^window_bits */
  const uint8_t* reversed; /* places of the first butterflies: fft_size/8 or, for 64, 256, 1024, fft_size/4 */
  const int32_t* twiddle;  /* fft_size/8 x 9: cos, sin - cos, cos + sin of 1, 3 and 2 times 2 pi j / (fft_size / 2) */

  mote_spectrum_kind spectrum;
  int32_t bin_begin; /* FFT bins that are used: [bin_begin, bin_begin + bin_count) */
  int32_t bin_count;
  const int32_t* bin_twiddle; /* bin_count x 3: cos, sin - cos, cos + sin of 2 pi bin / fft_size */
  const uint16_t* root;

  int32_t mel_count;
  const uint16_t* mel_begin;   /* first FFT bin of each band */
  const uint16_t* mel_size;    /* FFT bins of each band */
  const uint16_t* mel_weights; /* band after band; the sum of a band is below 2^16 */

  mote_log_kind log;
  int32_t log_unit;  /* log2 of what 1 stands for in a band's sum of an unscaled frame */
  int32_t log_floor; /* log2 of the floor or offset */
  const uint16_t* log2;
  const uint16_t* softener;

  int32_t feature_count;
  int32_t feature_bits; /* a feature is an int16 in 1/2^feature_bits */
  /* log mel: feature_count. mfcc (DCT, lifter, scaling): of each row one half, of an even row the first one with the
   * middle, of an odd row the second one; the other half mirrors it. */
  const int16_t* feature_weight;
  const int32_t* feature_offset; /* added to the sum of products, rounding included */
  const uint8_t* feature_shift;  /* then shifted right by this */
} mote_fixed_frontend;

/* Frames of a clip of `samples` samples; 0 when it is shorter than a window. */
int32_t mote_fixed_frontend_frames(const mote_fixed_frontend* frontend, int32_t samples);
/* Working memory of one frame, aligned for int32_t. */
size_t mote_fixed_frontend_scratch_bytes(const mote_fixed_frontend* frontend);

/* mel_count log mels of one window. `samples`: fft_size values, 0 past window_samples, aligned for int32_t.
 */
void mote_fixed_frontend_base(const mote_fixed_frontend* frontend, const int16_t* samples, void* scratch,
                              int32_t* base);
/* From log mels, each in (-2^17, 2^17), to feature_count features, saturated to [-32768, 32766]. `base` is
 * worked on in place. */
void mote_fixed_frontend_finish(const mote_fixed_frontend* frontend, int32_t* base, int16_t* features);

/* Features of a whole clip: frames x feature_count values, frame after frame. `samples`: `count` of them, any
 * alignment. `scratch`: mote_fixed_frontend_clip_bytes, aligned for int32_t. */
size_t mote_fixed_frontend_clip_bytes(const mote_fixed_frontend* frontend);
void mote_fixed_frontend_clip(const mote_fixed_frontend* frontend, const int16_t* samples, int32_t count, void* scratch,
                              int16_t* features);

/* int8 at a model's input scale: how many of `thresholds` (255, ascending) are <= a feature, less 128. The desktop
 * makes the thresholds such that this equals quantizing the feature's real value (mote_quantize_f32_s8). */
enum { MOTE_FIXED_THRESHOLDS = 255 };
void mote_fixed_quantize_s8(const int16_t* thresholds, const int16_t* features, int32_t count, int8_t* output);

#ifdef __cplusplus
}
#endif
#endif /* MOTE_RUNTIME_DSP_FIXED_FRONTEND_H_ */
