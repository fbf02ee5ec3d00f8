/* What kernels, executor and planner share: limits, element types, window geometry, requantization tables.
 *
 * Terms. N H W C: batch, height, width, channels; activations are NHWC, the last axis contiguous. "offset" of a
 * quantized operand is what is added to its raw values: minus the zero point for an input, plus the zero point for an
 * output. Activation bounds are raw values, both inclusive. Where a kernel's header wants operands apart, the
 * planner may still lay its output over an input, at a distance at which each byte is read before it is written.
 */
#ifndef MOTE_RUNTIME_TYPES_H_
#define MOTE_RUNTIME_TYPES_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MOTE_MAX_RANK = 5,
  MOTE_MAX_STEP_INPUTS = 10,
  MOTE_MAX_STEP_OUTPUTS = 4,
  MOTE_MAX_MODEL_INPUTS = 16,
  MOTE_MAX_MODEL_OUTPUTS = 16,
  MOTE_ARENA_ALIGNMENT = 16,  /* bytes; of the arena itself */
  MOTE_SCRATCH_ALIGNMENT = 4, /* bytes; of a step's scratch inside the arena */
  MOTE_MIN_SHIFT = -31,       /* a scale below 2^-32 has multiplier 0 and shift 0 */
  MOTE_MAX_SHIFT = 30
};

/* MOTE_TYPE_U8: coded weights, a vector of bytes (coding.h). */
typedef enum mote_type {
  MOTE_TYPE_S8 = 1,
  MOTE_TYPE_S16 = 2,
  MOTE_TYPE_S32 = 3,
  MOTE_TYPE_F32 = 4,
  MOTE_TYPE_U8 = 5,
  MOTE_TYPE_S64 = 6
} mote_type;

/* An operator as the executor sees it (model.h). Kernel headers only name their own. */
typedef struct mote_op mote_op;

/* A factor in (0, 2^30] as multiplier·2^(shift-31): multiplier in [2^30, 2^31) or 0, shift in [-31, 30], positive is
 * left. The planner makes it as TensorFlow Lite's QuantizeMultiplier does (docs/numerics.md). */
typedef struct mote_scaling {
  int32_t multiplier;
  int32_t shift;
} mote_scaling;

/* One factor a channel, or one for all (count 1, dense only). Tables belong to the caller and outlive the kernel call.
 */
typedef struct mote_channel_scaling {
  const int32_t* multipliers; /* [count] */
  const int8_t* shifts;       /* [count] */
  int32_t count;
} mote_channel_scaling;

/* A window that slides over height and width: convolutions and pools. Output cell (y, x) covers input cells
 * (y·stride_h - pad_top + i·dilation_h, x·stride_w - pad_left + j·dilation_w); cells outside the input count as zero in
 * a convolution and not at all in a pool. */
typedef struct mote_window {
  int32_t input_h, input_w;
  int32_t output_h, output_w;
  int32_t kernel_h, kernel_w;
  int32_t stride_h, stride_w;     /* >= 1 */
  int32_t dilation_h, dilation_w; /* >= 1; pools: 1 */
  int32_t pad_top, pad_left;      /* 0 <= pad < extent of the dilated kernel */
} mote_window;

/* Bounds of the output after the fused activation, raw, min <= max, within the output's type. */
typedef struct mote_activation {
  int32_t min;
  int32_t max;
} mote_activation;

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_TYPES_H_ */
