#include "mote/runtime/dsp/fixed_frontend.h"

/* Parts of the memory, in this order: a frame's scratch, its log mels, its window of a whole FFT. */
static size_t base_bytes(const mote_fixed_frontend* f) {
  return sizeof(int32_t) * (size_t)f->mel_count;
}

size_t mote_fixed_frontend_clip_bytes(const mote_fixed_frontend* f) {
  return mote_fixed_frontend_scratch_bytes(f) + base_bytes(f) + sizeof(int16_t) * (size_t)f->fft_size;
}

/* Beyond the clip's borders lie zeros, or the clip mirrored. */
static int16_t sample_at(const mote_fixed_frontend* f, const int16_t* samples, int32_t count, int32_t at) {
  if (f->padding == MOTE_PADDING_REFLECT && at < 0) at = -at;
  if (f->padding == MOTE_PADDING_REFLECT && at >= count) at = 2 * (count - 1) - at;
  return at < 0 || at >= count ? (int16_t)0 : samples[at];
}

void mote_fixed_frontend_clip(const mote_fixed_frontend* f, const int16_t* samples, int32_t count, void* scratch,
                              int16_t* features) {
  uint8_t* const behind = (uint8_t*)scratch + mote_fixed_frontend_scratch_bytes(f);
  int32_t* const base = (int32_t*)(void*)behind;
  int16_t* const window = (int16_t*)(void*)(behind + base_bytes(f));
  const int32_t lead = f->padding == MOTE_PADDING_NONE ? 0 : f->window_samples / 2;
  const int32_t frames = mote_fixed_frontend_frames(f, count);
  int32_t i, t;
  for (i = f->window_samples; i < f->fft_size; ++i) window[i] = 0;
  for (t = 0; t < frames; ++t) {
    const int32_t first = t * f->hop_samples - lead;
    for (i = 0; i < f->window_samples; ++i) window[i] = sample_at(f, samples, count, first + i);
    mote_fixed_frontend_base(f, window, scratch, base);
    mote_fixed_frontend_finish(f, base, features + t * f->feature_count);
  }
}
