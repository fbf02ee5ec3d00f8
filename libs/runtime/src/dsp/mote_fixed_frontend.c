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
  mote_fixed_bin_powers(data + 2 * f->bin_begin, data + f->fft_size - 2 * f->bin_begin, f->bin_twiddle, f->bin_count,
                        bins);
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

/* The rows of a DCT are even or odd in turn: sums or differences of two mirrored values are all they need, half as
 * many. The sums take the first half of x, the differences (second less first) the second one. */
static void fold(int32_t* x, int32_t count) {
  int32_t* y = x + count - 1;
  for (; x < y; ++x, --y) {
    const int32_t difference = *y - *x;
    *x += *y;
    *y = difference;
  }
}

static int16_t feature(const mote_fixed_frontend* f, int32_t c, int32_t sum) {
  return saturated((sum + f->feature_offset[c]) >> f->feature_shift[c]);
}

void mote_fixed_frontend_finish(const mote_fixed_frontend* f, int32_t* base, int16_t* features) {
  const int32_t sums = (f->mel_count + 1) / 2; /* with the middle one of an odd number */
  const int16_t* weight = f->feature_weight;
  int32_t c;
  if (f->kind != MOTE_FEATURE_MFCC) {
    for (c = 0; c < f->feature_count; ++c) features[c] = feature(f, c, weight[c] * base[c]);
    return;
  }
  fold(base, f->mel_count);
  for (c = 0; c < f->feature_count; ++c) {
    const int32_t begin = (c & 1) == 0 ? 0 : sums;
    const int32_t terms = (c & 1) == 0 ? sums : f->mel_count - sums;
    features[c] = feature(f, c, dot(weight, base + begin, terms));
    weight += terms;
  }
}

static inline const int16_t* climb(const int16_t* threshold, int32_t feature, int32_t step) {
  return feature >= threshold[step - 1] ? threshold + step : threshold;
}

void mote_fixed_quantize_s8(const int16_t* thresholds, const int16_t* features, int32_t count, int8_t* output) {
  int32_t i;
  for (i = 0; i < count; ++i) {
    const int16_t* at = climb(thresholds, features[i], 128);
    at = climb(at, features[i], 64);
    at = climb(at, features[i], 32);
    at = climb(at, features[i], 16);
    at = climb(at, features[i], 8);
    at = climb(at, features[i], 4);
    at = climb(at, features[i], 2);
    at = climb(at, features[i], 1);
    output[i] = (int8_t)(at - thresholds - 128);
  }
}
