#include "mote/runtime/dsp/fixed_frontend.h"
#include "mote_fixed_fft.h"
#include "mote_fixed_spectrum.h"

int32_t mote_fixed_frontend_frames(const mote_fixed_frontend* f, int32_t samples) {
  if (f->padding != MOTE_PADDING_NONE) return samples < 1 ? 0 : 1 + samples / f->hop_samples;
  return samples < f->window_samples ? 0 : 1 + (samples - f->window_samples) / f->hop_samples;
}

size_t mote_fixed_frontend_scratch_bytes(const mote_fixed_frontend* f) {
  return sizeof(int32_t) * (size_t)(f->fft_size + 2 + f->bin_count);
}

void mote_fixed_frontend_base(const mote_fixed_frontend* f, const int16_t* samples, void* scratch, int32_t* base) {
  int32_t* const data = (int32_t*)scratch;
  uint32_t* const bins = (uint32_t*)scratch + f->fft_size + 2;
  const int32_t exponent = mote_fixed_fft(f, samples, data);
  mote_fixed_power(f, data, bins);
  if (f->spectrum == MOTE_SPECTRUM_MAGNITUDE) mote_fixed_root(f->root, bins, f->bin_count);
  mote_fixed_log_mel(f, bins, exponent, base);
}

/* INT16_MAX is left free: a threshold that nothing reaches. */
static int16_t saturated(int32_t x) {
  if (x >= INT16_MAX) return INT16_MAX - 1;
  return (int16_t)(x < INT16_MIN ? INT16_MIN : x);
}

static int32_t dot(const int16_t* weight, const int32_t* x, int32_t count) {
  int32_t sum = 0;
  int32_t i;
  for (i = 0; i + 4 <= count; i += 4) {
    sum += weight[i] * x[i] + weight[i + 1] * x[i + 1] + weight[i + 2] * x[i + 2] + weight[i + 3] * x[i + 3];
  }
  for (; i < count; ++i) sum += weight[i] * x[i];
  return sum;
}

void mote_fixed_frontend_finish(const mote_fixed_frontend* f, const int32_t* base, int16_t* features) {
  const int32_t terms = f->kind == MOTE_FEATURE_MFCC ? f->mel_count : 1;
  const int32_t step = f->kind == MOTE_FEATURE_MFCC ? 0 : 1;
  int32_t c;
  for (c = 0; c < f->feature_count; ++c) {
    const int32_t sum = dot(f->feature_weight + c * terms, base + c * step, terms);
    features[c] = saturated((sum + f->feature_offset[c]) >> f->feature_shift[c]);
  }
}

void mote_fixed_quantize_s8(const int16_t* thresholds, const int16_t* features, int32_t count, int8_t* output) {
  int32_t i;
  for (i = 0; i < count; ++i) {
    int32_t reached = 0;
    int32_t step;
    for (step = 128; step > 0; step >>= 1) {
      if (features[i] >= thresholds[reached + step - 1]) reached += step;
    }
    output[i] = (int8_t)(reached - 128);
  }
}
