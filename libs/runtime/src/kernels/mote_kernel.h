/* What several kernels share: copies, window clipping, channel blocks. Private to the runtime.
 *
 * Copies are loops, because a freestanding C99 has no string.h; compilers that know memcpy use it.
 */
#ifndef MOTE_KERNELS_MOTE_KERNEL_H_
#define MOTE_KERNELS_MOTE_KERNEL_H_

#include "mote/runtime/requantize.h"

/* Whether the compiler has vector registers to spread plain loops over. Elsewhere kernels keep their sums in scalar
 * registers. Tests define it to run both. */
#ifndef MOTE_VECTORS
#if defined(__SSE2__) || defined(__ARM_NEON) || defined(__ARM_FEATURE_MVE)
#define MOTE_VECTORS 1
#else
#define MOTE_VECTORS 0
#endif
#endif

/* Whether loads add two registers. */
#ifndef MOTE_INDEXED_LOADS
#if defined(__arm__)
#define MOTE_INDEXED_LOADS 1
#else
#define MOTE_INDEXED_LOADS 0
#endif
#endif

/* A loop that needs all registers of a small core: inlined, it would spill those of its caller. */
#define MOTE_OUT_OF_LINE __attribute__((noinline, unused))

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

/* Sets sums[count] to their biases, or to 0 without; returns the next bias. */
static inline const int32_t* mote_start_sums(const int32_t* bias, int32_t count, int32_t* sums) {
  if (!bias) {
    for (int32_t i = 0; i < count; ++i) sums[i] = 0;
    return bias;
  }
  for (int32_t i = 0; i < count; ++i) sums[i] = bias[i];
  return bias + count;
}

/* The end of a run of outputs: one factor each, or the same for all (factor_step 0). */
typedef struct mote_finish {
  const int32_t* multipliers;
  const int8_t* shifts;
  int32_t factor_step; /* 0 or 1 */
  int32_t output_offset;
  mote_activation activation;
} mote_finish;

/* Requantizes sums[count] to output[count] and goes on to the factors of the next. A sum below 0 of a layer that clamps
 * there (ReLU) needs no factor; vector machines would rather not branch. */
static MOTE_OUT_OF_LINE void mote_finish_s8(mote_finish* finish, const int32_t* sums, int32_t count, int8_t* output) {
  const mote_activation activation = finish->activation;
  const int32_t output_offset = finish->output_offset;
  const int32_t live = !MOTE_VECTORS && activation.min >= output_offset ? 0 : INT32_MIN;
  const int32_t step = finish->factor_step;
  const int32_t* multipliers = finish->multipliers;
  const int8_t* shifts = finish->shifts;
  for (int32_t i = 0; i < count; ++i, multipliers += step, shifts += step) {
    const int32_t sum = sums[i];
    output[i] =
        sum < live ? (int8_t)activation.min : mote_requantize_s8(sum, *multipliers, *shifts, output_offset, activation);
  }
  finish->multipliers = multipliers;
  finish->shifts = shifts;
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
