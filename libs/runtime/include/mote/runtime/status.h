/* Status codes of the runtime and their texts.
 *
 * Every function of the runtime that can fail returns a mote_status; 0 is success. Use mote_status_text to print one.
 * Not for conditions that mote_init has excluded: kernels return nothing.
 *
 * One list makes the enum and the table (src/executor/mote_status.c), so they cannot disagree. Add at the end of a
 * group; the numbers are not part of any file format.
 */
#ifndef MOTE_RUNTIME_STATUS_H_
#define MOTE_RUNTIME_STATUS_H_

#ifdef __cplusplus
extern "C" {
#endif

/* MOTE_STATUS(name, text): the text says what was wanted and what to do. */
#define MOTE_STATUS_LIST(MOTE_STATUS)                                                                                 \
  MOTE_STATUS(MOTE_OK, "success")                                                                                     \
  /* calls */                                                                                                         \
  MOTE_STATUS(MOTE_ERROR_NULL_POINTER, "a pointer that must be set is null")                                          \
  MOTE_STATUS(MOTE_ERROR_NOT_INITIALIZED, "mote_init has not succeeded on this executor: call it first")              \
  MOTE_STATUS(MOTE_ERROR_ARENA_ALIGNMENT, "the arena must be aligned to MOTE_ARENA_ALIGNMENT bytes")                  \
  MOTE_STATUS(MOTE_ERROR_ARENA_TOO_SMALL, "the arena is smaller than the model's arena_bytes: give a larger one")     \
  /* model */                                                                                                         \
  MOTE_STATUS(MOTE_ERROR_MODEL_SEAL, "not a model, or its counts are damaged: export it again")                       \
  MOTE_STATUS(MOTE_ERROR_MODEL_VERSION, "the model was made for another version of the runtime: export it again")     \
  MOTE_STATUS(MOTE_ERROR_MODEL_COUNT, "the model has no tensors, steps, inputs or outputs, or more than fit")         \
  MOTE_STATUS(MOTE_ERROR_TENSOR_INDEX, "a tensor number is outside the model's table")                                \
  /* tensors */                                                                                                       \
  MOTE_STATUS(MOTE_ERROR_TENSOR_TYPE, "a tensor has an element type that is unknown or that the operator cannot use") \
  MOTE_STATUS(MOTE_ERROR_TENSOR_RANK, "a tensor's rank must be between 1 and MOTE_MAX_RANK and fit the operator")     \
  MOTE_STATUS(MOTE_ERROR_TENSOR_SHAPE, "a tensor has an extent below 1, or its shape does not fit the operator")      \
  MOTE_STATUS(MOTE_ERROR_TENSOR_BYTES, "a tensor's bytes are not its elements times the size of its type")            \
  MOTE_STATUS(MOTE_ERROR_TENSOR_PLACE, "a tensor does not lie inside the arena, or is not where its role demands")    \
  MOTE_STATUS(MOTE_ERROR_TENSOR_ALIGNMENT, "a tensor is not aligned to the size of its element type")                 \
  MOTE_STATUS(MOTE_ERROR_TENSOR_QUANTIZATION,                                                                         \
              "a tensor's scale or zero point is out of range or not what the operator needs")                        \
  /* steps */                                                                                                         \
  MOTE_STATUS(MOTE_ERROR_STEP_TENSORS, "a step has the wrong number of inputs or outputs for its operator")           \
  MOTE_STATUS(MOTE_ERROR_STEP_PARAMETERS, "a step's parameters are out of range or disagree with its tensors")        \
  MOTE_STATUS(MOTE_ERROR_STEP_MULTIPLIER, "a requantization multiplier is negative, or tables have the wrong length") \
  MOTE_STATUS(MOTE_ERROR_STEP_SHIFT, "a requantization shift must be between -31 and 30")                             \
  MOTE_STATUS(MOTE_ERROR_STEP_ACCUMULATOR, "a sum of products plus bias may leave int32")                             \
  MOTE_STATUS(MOTE_ERROR_STEP_SCRATCH, "a step's scratch is too small, not aligned or outside the arena")             \
  /* DSP blocks */                                                                                                    \
  MOTE_STATUS(MOTE_ERROR_DSP_SETTINGS, "a setting of a signal-processing block is out of range")                      \
  MOTE_STATUS(MOTE_ERROR_DSP_MEMORY, "the memory given to a signal-processing block is too small or not aligned")     \
  MOTE_STATUS(MOTE_ERROR_DSP_NOT_STREAMING,                                                                           \
              "frames are centred on samples that have yet to come (padding): use the front end on whole clips")      \
  MOTE_STATUS(MOTE_ERROR_DSP_NOT_READY, "fewer frames than the model's window have come: push more samples")          \
  /* post-processing */                                                                                               \
  MOTE_STATUS(MOTE_ERROR_POSTPROCESS_SETTINGS, "a setting of the post-processing is out of range")                    \
  /* self-test of a bundle */                                                                                         \
  MOTE_STATUS(MOTE_ERROR_SELFTEST_GOLDEN, "the golden vectors are damaged or of another model: export it again")      \
  MOTE_STATUS(MOTE_ERROR_SELFTEST_DIFFERENCE, "a computed value differs from the golden one: see the result")

#define MOTE_STATUS_ENUM(name, text) name,
typedef enum mote_status { MOTE_STATUS_LIST(MOTE_STATUS_ENUM) MOTE_STATUS_COUNT } mote_status;
#undef MOTE_STATUS_ENUM

/* The text of a status, never null; "unknown status" for a number outside the list. Static storage. */
const char* mote_status_text(mote_status status);

/* The name of a status as in this header, "MOTE_OK"; "MOTE_ERROR_UNKNOWN" outside the list. Static storage. */
const char* mote_status_name(mote_status status);

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_STATUS_H_ */
