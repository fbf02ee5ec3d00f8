/* What several kernels share: copies, window clipping, channel blocks. Private to the runtime.
 *
 * Copies are loops, because a freestanding C99 has no string.h; compilers that know memcpy use it.
 */
#ifndef MOTE_KERNELS_MOTE_KERNEL_H_
#define MOTE_KERNELS_MOTE_KERNEL_H_

#include "mote/runtime/types.h"

/* Channels that a kernel carries at once in accumulators on the stack: a multiple of every vector width, and small
 * enough for a microcontroller (64 bytes of int32). */
enum { MOTE_CHANNEL_BLOCK = 16 };

static inline int32_t mote_min(int32_t a, int32_t b) {
  return a < b ? a : b;
}

static inline void mote_copy(int8_t* restrict to, const int8_t* restrict from, int32_t count) {
  for (int32_t i = 0; i < count; ++i) to[i] = from[i];
}

static inline void mote_fill(int8_t* to, int8_t value, int32_t count) {
  for (int32_t i = 0; i < count; ++i) to[i] = value;
}

/* The taps [begin, end) of a kernel that fall inside the input along one axis. `first` is the input cell of tap 0. */
typedef struct mote_taps {
  int32_t first;
  int32_t begin;
  int32_t end;
} mote_taps;

/* Clips the kernel of output cell `position`. kernel, stride, dilation >= 1; first < input. */
static inline mote_taps mote_clip_taps(int32_t position, int32_t stride, int32_t pad, int32_t kernel, int32_t dilation,
                                       int32_t input) {
  mote_taps taps;
  taps.first = position * stride - pad;
  taps.begin = taps.first < 0 ? (-taps.first + dilation - 1) / dilation : 0;
  taps.end = mote_min(kernel, (input - taps.first + dilation - 1) / dilation);
  return taps;
}

static inline mote_taps mote_clip_rows(const mote_window* window, int32_t y) {
  return mote_clip_taps(y, window->stride_h, window->pad_top, window->kernel_h, window->dilation_h, window->input_h);
}

static inline mote_taps mote_clip_columns(const mote_window* window, int32_t x) {
  return mote_clip_taps(x, window->stride_w, window->pad_left, window->kernel_w, window->dilation_w, window->input_w);
}

#endif /* MOTE_KERNELS_MOTE_KERNEL_H_ */
