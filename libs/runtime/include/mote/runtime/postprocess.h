/* From the int8 outputs of one inference after another to detections, in integers: moving average, threshold a class,
 * refractory time. For streams; a single clip needs none of it, its class is the greatest output.
 *   size: mote_postprocess_bytes()   init: mote_postprocess_init()   push: mote_postprocess_push()
 * mote::evaluate::detect() runs this code, so that false accepts and misses are those of the device. */
#ifndef MOTE_RUNTIME_POSTPROCESS_H_
#define MOTE_RUNTIME_POSTPROCESS_H_

#include <stddef.h>
#include <stdint.h>

#include "mote/runtime/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  MOTE_NO_DETECTION = -1,
  MOTE_THRESHOLD_UNIT = 256,    /* of a threshold: one step of an int8 output */
  MOTE_NEVER_FIRES = 128 * 256, /* a threshold that no output reaches */
  MOTE_MAX_SMOOTHING = 4096
};

/* Constant; the exporter prints one. */
typedef struct mote_postprocess_settings {
  int32_t classes;           /* outputs of the model, in [1, 65535] */
  int32_t smoothing;         /* inferences averaged, in [1, MOTE_MAX_SMOOTHING]; at first as many as there were */
  int32_t refractory_steps;  /* a detection follows another after at least so many inferences; >= 0 */
  const int32_t* thresholds; /* classes: average raw output x 256 from which a class fires, in [-32768, 32768] */
} mote_postprocess_settings;

/* Filled by mote_postprocess_init; its members are private. */
typedef struct mote_postprocess {
  const mote_postprocess_settings* settings;
  int32_t* sums;   /* classes: of the outputs held */
  int8_t* outputs; /* smoothing x classes, a ring */
  int32_t next;
  int32_t filled;
  int32_t waiting; /* inferences until a class may fire */
} mote_postprocess;

/* Bytes of memory that it needs; 0 for settings that mote_postprocess_init refuses. */
size_t mote_postprocess_bytes(const mote_postprocess_settings* settings);

/* `memory`: at least mote_postprocess_bytes, aligned to 4; the post-processing's from now on. MOTE_ERROR_NULL_POINTER;
 * MOTE_ERROR_POSTPROCESS_SETTINGS (a member out of range); MOTE_ERROR_DSP_MEMORY. */
mote_status mote_postprocess_init(mote_postprocess* post, const mote_postprocess_settings* settings, void* memory,
                                  size_t bytes);

/* `outputs`: `classes` raw outputs of an inference. Returns the class that fires now, of several the one with the
 * greatest average (the first among equals), or MOTE_NO_DETECTION. */
int32_t mote_postprocess_push(mote_postprocess* post, const int8_t* outputs);

/* Sum of the raw outputs of a class over the mote_postprocess_held() inferences of the average. */
int32_t mote_postprocess_sum(const mote_postprocess* post, int32_t label);
int32_t mote_postprocess_held(const mote_postprocess* post);

/* Forgets all outputs and the last detection. */
void mote_postprocess_reset(mote_postprocess* post);

#ifdef __cplusplus
}
#endif
#endif /* MOTE_RUNTIME_POSTPROCESS_H_ */
