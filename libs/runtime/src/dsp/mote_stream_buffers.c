#include <stddef.h>

#include "mote/runtime/dsp/stream_buffers.h"

/* A freestanding C99 has no string.h; compilers that know memmove use it. `to` may lie in front of `from` and overlap.
 */
static void copy_down(void* to, const void* from, size_t bytes) {
  uint8_t* const out = (uint8_t*)to;
  const uint8_t* const in = (const uint8_t*)from;
  size_t i;
  for (i = 0; i < bytes; ++i) out[i] = in[i];
}

static size_t bytes_of(const mote_sample_window* window, int32_t samples) {
  return (size_t)samples * (size_t)window->sample_bytes;
}

int32_t mote_sample_window_fill(mote_sample_window* window, const void* samples, int32_t count) {
  int32_t taken = window->window_samples - window->filled;
  if (taken > count) taken = count;
  if (window->filled < 0) {
    if (taken > -window->filled) taken = -window->filled;
    window->filled += taken;
    return taken;
  }
  copy_down(window->samples + bytes_of(window, window->filled), samples, bytes_of(window, taken));
  window->filled += taken;
  return taken;
}

int32_t mote_sample_window_is_full(const mote_sample_window* window) {
  return window->filled == window->window_samples;
}

void mote_sample_window_advance(mote_sample_window* window) {
  window->filled -= window->hop_samples;
  if (window->filled <= 0) return;
  copy_down(window->samples, window->samples + bytes_of(window, window->hop_samples), bytes_of(window, window->filled));
}

void* mote_frame_ring_add(mote_frame_ring* ring) {
  void* const row = ring->frames + (size_t)ring->next * (size_t)ring->row_bytes;
  ring->next = ring->next + 1 == ring->rows ? 0 : ring->next + 1;
  if (ring->filled < ring->rows) ++ring->filled;
  return row;
}

const void* mote_frame_ring_newest(const mote_frame_ring* ring) {
  const int32_t row = (ring->next == 0 ? ring->rows : ring->next) - 1;
  return ring->filled == 0 ? NULL : ring->frames + (size_t)row * (size_t)ring->row_bytes;
}

void mote_frame_ring_copy(const mote_frame_ring* ring, void* frames) {
  const size_t newer = (size_t)ring->next * (size_t)ring->row_bytes; /* in front of the oldest */
  const size_t all = (size_t)ring->rows * (size_t)ring->row_bytes;
  copy_down(frames, ring->frames + newer, all - newer);
  copy_down((uint8_t*)frames + (all - newer), ring->frames, newer);
}
