#include "../mote_try.h"
#include "mote/runtime/postprocess.h"

static mote_status check(const mote_postprocess_settings* s) {
  int32_t c;
  if (s == NULL || s->thresholds == NULL) return MOTE_ERROR_NULL_POINTER;
  if (s->classes < 1 || s->classes > 65535) return MOTE_ERROR_POSTPROCESS_SETTINGS;
  if (s->smoothing < 1 || s->smoothing > MOTE_MAX_SMOOTHING) return MOTE_ERROR_POSTPROCESS_SETTINGS;
  if (s->refractory_steps < 0) return MOTE_ERROR_POSTPROCESS_SETTINGS;
  for (c = 0; c < s->classes; ++c) {
    if (s->thresholds[c] < -MOTE_NEVER_FIRES || s->thresholds[c] > MOTE_NEVER_FIRES) {
      return MOTE_ERROR_POSTPROCESS_SETTINGS;
    }
  }
  return MOTE_OK;
}

static size_t total(const mote_postprocess_settings* s) {
  return (size_t)s->classes * (sizeof(int32_t) + (size_t)s->smoothing);
}

size_t mote_postprocess_bytes(const mote_postprocess_settings* s) {
  return check(s) == MOTE_OK ? total(s) : 0;
}

mote_status mote_postprocess_init(mote_postprocess* post, const mote_postprocess_settings* s, void* memory,
                                  size_t bytes) {
  if (post == NULL || memory == NULL) return MOTE_ERROR_NULL_POINTER;
  MOTE_TRY(check(s));
  if (bytes < total(s) || ((uintptr_t)memory & 3u) != 0) return MOTE_ERROR_DSP_MEMORY;
  post->settings = s;
  post->sums = (int32_t*)memory;
  post->outputs = (int8_t*)(post->sums + s->classes);
  mote_postprocess_reset(post);
  return MOTE_OK;
}

void mote_postprocess_reset(mote_postprocess* post) {
  int32_t c;
  for (c = 0; c < post->settings->classes; ++c) post->sums[c] = 0;
  post->next = 0;
  post->filled = 0;
  post->waiting = 0;
}

/* The new outputs take the place of the oldest ones. */
static void average(mote_postprocess* post, const int8_t* outputs) {
  const mote_postprocess_settings* const s = post->settings;
  int8_t* const row = post->outputs + post->next * s->classes;
  int32_t c;
  for (c = 0; c < s->classes; ++c) {
    if (post->filled == s->smoothing) post->sums[c] -= row[c];
    post->sums[c] += outputs[c];
    row[c] = outputs[c];
  }
  if (post->filled < s->smoothing) ++post->filled;
  post->next = post->next + 1 == s->smoothing ? 0 : post->next + 1;
}

int32_t mote_postprocess_push(mote_postprocess* post, const int8_t* outputs) {
  const mote_postprocess_settings* const s = post->settings;
  int32_t best = MOTE_NO_DETECTION;
  int32_t c;
  average(post, outputs);
  if (post->waiting > 0) --post->waiting;
  if (post->waiting > 0) return MOTE_NO_DETECTION;
  for (c = 0; c < s->classes; ++c) {
    if (post->sums[c] * MOTE_THRESHOLD_UNIT < s->thresholds[c] * post->filled) continue;
    if (best == MOTE_NO_DETECTION || post->sums[c] > post->sums[best]) best = c;
  }
  if (best != MOTE_NO_DETECTION) post->waiting = s->refractory_steps;
  return best;
}

int32_t mote_postprocess_sum(const mote_postprocess* post, int32_t label) {
  return post->sums[label];
}

int32_t mote_postprocess_held(const mote_postprocess* post) {
  return post->filled;
}
