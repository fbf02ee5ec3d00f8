/* Where the layers of a generated model lie, and how to read them in the order of the graph.
 *
 * A bundle that is compiled with MOTE_OBSERVE has a table of these, one for each tensor that a step completes, and an
 * invoke that calls back after each step. For self-tests and for comparison with the desktop; an application that only
 * runs its model needs none of it.
 */
#ifndef MOTE_RUNTIME_LAYER_H_
#define MOTE_RUNTIME_LAYER_H_

#include "mote/runtime/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* MOTE_LAYOUT_NHWC: raw values in the graph's order, int8 or int16. MOTE_LAYOUT_PLANES: uint8, raw value + 128, one
 * plane a channel: position p of channel c lies at c·pitch_bytes + p. */
typedef enum mote_layout { MOTE_LAYOUT_NHWC, MOTE_LAYOUT_PLANES } mote_layout;

/* One activation of the graph. */
typedef struct mote_layer {
  const char* name;            /* of the tensor, in the graph */
  const char* kernel;          /* that made it */
  int32_t step;                /* after which it is whole; -1: it is never stored as a whole and cannot be read */
  int32_t tensor;              /* its number in the graph */
  uint8_t rank;                /* 1 … MOTE_MAX_RANK */
  uint8_t layout;              /* mote_layout */
  int32_t dims[MOTE_MAX_RANK]; /* the first `rank` count; the last one is channels */
  uint32_t offset;             /* bytes from the start of the arena */
  uint32_t elements;           /* bytes: product of dims, twice that for int16 */
  uint32_t pitch_bytes;        /* of a plane; 0 for MOTE_LAYOUT_NHWC */
} mote_layer;

/* Called by <name>_invoke_observed after each step, 0 for the first one. `user` is what the caller passed. */
typedef void (*mote_layer_observer)(void* user, int32_t step);

/* Value `index` in the graph's order (of int16: byte), index < layer->elements, of a layer whose step has just ended.
 */
static inline int8_t mote_layer_value(const mote_layer* layer, const void* arena, uint32_t index) {
  const uint8_t* const first = (const uint8_t*)arena + layer->offset;
  if (layer->layout == MOTE_LAYOUT_NHWC) return ((const int8_t*)first)[index];
  const uint32_t channels = (uint32_t)layer->dims[layer->rank - 1];
  return (int8_t)(first[index % channels * layer->pitch_bytes + index / channels] - 128);
}

/* FNV-1a, 64 bits, over the bytes of the layer in the graph's order. Source: Fowler, Noll, Vo. */
#define MOTE_HASH_START 0xcbf29ce484222325u
#define MOTE_HASH_FACTOR 0x100000001b3u

static inline uint64_t mote_layer_hash(const mote_layer* layer, const void* arena) {
  uint64_t hash = MOTE_HASH_START;
  for (uint32_t i = 0; i < layer->elements; ++i) {
    hash = (hash ^ (uint8_t)mote_layer_value(layer, arena, i)) * MOTE_HASH_FACTOR;
  }
  return hash;
}

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_LAYER_H_ */
