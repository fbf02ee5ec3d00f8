/* A model as constant tables: what the planner fills in memory on the desktop and the exporter prints as C.
 *
 * Tables belong to the caller, are never written and outlive the executor. A table holds plain data; the only code that
 * a model names are the mote_op objects of its steps, so a linker keeps those kernels and no others. mote_init
 * (executor.h) checks all of it once; a single damaged number (type, count, extent, offset, size, shift, version) gives
 * a status, never an access outside the arena or the constants.
 */
#ifndef MOTE_RUNTIME_MODEL_H_
#define MOTE_RUNTIME_MODEL_H_

#include "mote/runtime/status.h"
#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_MODEL_VERSION 1u

/* Number of an optional input that is absent (a layer without bias). */
#define MOTE_NO_TENSOR (-1)

/* One tensor. Constants have `data`; all others lie in the arena at `offset`. Several tensors may share bytes of the
 * arena at different times: that is the planner's business. */
typedef struct mote_tensor {
  uint8_t type;                /* mote_type */
  uint8_t rank;                /* 1 … MOTE_MAX_RANK */
  int16_t zero_point;          /* -128 … 127 for int8; 0 for every other type and for weights */
  int32_t dims[MOTE_MAX_RANK]; /* outermost first; the first `rank` count, each >= 1 */
  float scale;      /* real = scale·(raw - zero_point); finite, >= 0; 0 where it means nothing (per-channel, float) */
  const void* data; /* constant, or null: in the arena */
  uint32_t offset;  /* bytes from the start of the arena; a multiple of the element size; 0 for constants */
  uint32_t bytes;   /* elements · element size, at most 2^31 - 1 */
} mote_tensor;

/* One call of a kernel. */
typedef struct mote_step {
  const mote_op* op;
  const void* params;  /* the op's parameter struct, e.g. mote_conv2d_s8_params */
  int32_t input_count; /* in the order that the kernel's header states */
  int32_t output_count;
  int16_t inputs[MOTE_MAX_STEP_INPUTS];   /* tensor numbers, MOTE_NO_TENSOR for an absent optional one */
  int16_t outputs[MOTE_MAX_STEP_OUTPUTS]; /* tensor numbers */
  uint32_t scratch_offset;                /* in the arena, a multiple of MOTE_SCRATCH_ALIGNMENT; 0 without scratch */
  uint32_t scratch_bytes;                 /* >= what mote_<kernel>_scratch_bytes gives; 0 without */
} mote_step;

typedef struct mote_model {
  uint32_t seal;    /* MOTE_MODEL_SEAL(tensor_count, step_count) */
  uint32_t version; /* MOTE_MODEL_VERSION */
  const mote_tensor* tensors;
  int32_t tensor_count; /* 1 … 32767 */
  const mote_step* steps;
  int32_t step_count; /* >= 1 */
  int32_t input_count;
  int32_t output_count;
  int16_t inputs[MOTE_MAX_MODEL_INPUTS];   /* tensor numbers, in the arena */
  int16_t outputs[MOTE_MAX_MODEL_OUTPUTS]; /* tensor numbers, in the arena or constant */
  uint32_t arena_bytes;                    /* least size of the arena */
} mote_model;

/* Guards the counts, which must be right before the tables can be read. Both factors are odd, so that any change of one
 * count changes the seal. A constant expression: usable in an initializer. */
#define MOTE_MODEL_SEAL(tensor_count, step_count) \
  (0x45544F4Du ^ ((uint32_t)(tensor_count)*0x9E3779B1u) ^ ((uint32_t)(step_count)*0x85EBCA77u))

/* An operator of the executor. `check` sees a step whose tensors mote_init has already found valid in themselves and
 * proves that `run` cannot read or write outside of them. `run` gets the addresses of the step's tensors (null where
 * absent). */
struct mote_op {
  const char* name; /* of the kernel: "mote_conv2d_s8" */
  mote_status (*check)(const mote_model* model, const mote_step* step);
  void (*run)(const void* params, const void* const* inputs, void* const* outputs, void* scratch);
};

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_MODEL_H_ */
