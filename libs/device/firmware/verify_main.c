/* Runs a model on the records of the input file and writes a hash of every stage; asked for one stage of one record, it
   writes that stage's bytes instead. subject.h, written for the model, names its functions and constants.

   Input: three words (records, record to dump or NO_DUMP, stage to dump), then the records: samples where the model has
   a front end (float, or int16 for a fixed one), else the bytes of its inputs; new frames, where it streams. Output:
   without a dump, the number of layers, their tensors, then for each record one 64-bit hash a stage, FNV-1a; stages are
   features, input, layers in the table's order, output, and the post-processing of this and all records before, where
   the model has some: class that fires, inferences in the average, sum of each class. With a dump, that stage's bytes
   in the graph's order. */
#include "firmware.h"
#include "subject.h"

#define NO_DUMP 0xFFFFFFFFu

enum {
  STAGE_FEATURES,
  STAGE_INPUT,
  STAGE_LAYERS,
  STAGE_OUTPUT = STAGE_LAYERS + SUBJECT_LAYER_COUNT,
  STAGE_DETECTION,
  STAGES = STAGE_DETECTION + SUBJECT_HAS_POSTPROCESS
};
enum { STATUS_BAD_INPUT = 3, STATUS_MODEL = 4 };

typedef struct request {
  uint32_t records, record, stage;
} request;

typedef struct run {
  uint64_t hashes[STAGES];
  uint32_t dump_stage; /* NO_DUMP: none */
} run;

static uint8_t arena[SUBJECT_ARENA_BYTES] __attribute__((aligned(SUBJECT_ARENA_ALIGNMENT)));
#if SUBJECT_HAS_FRONTEND
static subject_sample samples[SUBJECT_SAMPLES];
static subject_feature features[SUBJECT_FEATURES];
static uint32_t work[(SUBJECT_FEATURE_WORK_BYTES + 3) / 4];
#endif

static uint64_t hash_bytes(uint64_t hash, const void* bytes, uint32_t count) {
  const uint8_t* const at = bytes;
  for (uint32_t i = 0; i < count; i++) hash = (hash ^ at[i]) * MOTE_HASH_FACTOR;
  return hash;
}

static void show(run* now, uint32_t stage, const void* bytes, uint32_t count) {
  now->hashes[stage] = hash_bytes(now->hashes[stage], bytes, count);
  if (now->dump_stage == stage) firmware_write(bytes, count);
}

static int read_exactly(void* bytes, uint32_t count) {
  return firmware_read(bytes, count) == count;
}

static void dump_layer(const mote_layer* layer) {
  int8_t block[64];
  for (uint32_t i = 0; i < layer->elements; i += sizeof block) {
    const uint32_t left = layer->elements - i;
    const uint32_t count = left < sizeof block ? left : (uint32_t)sizeof block;
    for (uint32_t j = 0; j < count; j++) block[j] = mote_layer_value(layer, arena, i + j);
    firmware_write(block, count);
  }
}

static void on_step(void* user, int32_t step) {
  run* const now = user;
  for (uint32_t i = 0; i < SUBJECT_LAYER_COUNT; i++) {
    const mote_layer* const layer = &subject_layers[i];
    if (layer->step != step) continue;
    now->hashes[STAGE_LAYERS + i] = mote_layer_hash(layer, arena);
    if (now->dump_stage == STAGE_LAYERS + i) dump_layer(layer);
  }
}

/* From the file to the model's inputs. */
static int prepare(run* now) {
#if SUBJECT_HAS_FRONTEND
  if (!read_exactly(samples, sizeof samples)) return STATUS_BAD_INPUT;
  if (subject_features(samples, work, sizeof work, features) != MOTE_OK) return STATUS_MODEL;
  show(now, STAGE_FEATURES, features, sizeof features);
  subject_quantize(features, subject_input(arena));
  show(now, STAGE_INPUT, subject_input(arena), SUBJECT_INPUT_BYTES);
#else
#define READ_INPUT(place, bytes)                                \
  if (!read_exactly((place), (bytes))) return STATUS_BAD_INPUT; \
  show(now, STAGE_INPUT, (place), (bytes));
  SUBJECT_INPUTS(arena, READ_INPUT)
#endif
  return 0;
}

#if SUBJECT_HAS_POSTPROCESS
static uint64_t detector[(SUBJECT_DETECT_BYTES + 7) / 8];

static int start_detector(void) {
  return subject_detect_init(detector, sizeof detector) == MOTE_OK;
}

static void show_detection(run* now) {
  const mote_postprocess* const post = (const void*)detector;
  int32_t words[2 + SUBJECT_CLASSES];
  words[0] = subject_detect(detector, subject_output(arena));
  words[1] = mote_postprocess_held(post);
  for (int32_t c = 0; c < SUBJECT_CLASSES; c++) words[2 + c] = mote_postprocess_sum(post, c);
  show(now, STAGE_DETECTION, words, sizeof words);
}
#else
static int start_detector(void) {
  return 1;
}

static void show_detection(run* now) {
  (void)now;
}
#endif

static int run_record(run* now) {
  for (uint32_t i = 0; i < STAGES; i++) now->hashes[i] = MOTE_HASH_START;
  const int status = prepare(now);
  if (status != 0) return status;
  if (SUBJECT_RUN_OBSERVED(arena, on_step, now) != MOTE_OK) return STATUS_MODEL;
#define SHOW_OUTPUT(place, bytes) show(now, STAGE_OUTPUT, (place), (bytes));
  SUBJECT_OUTPUTS(arena, SHOW_OUTPUT)
  show_detection(now);
  return 0;
}

static void write_layer_table(void) {
  const uint32_t count = SUBJECT_LAYER_COUNT;
  firmware_write(&count, sizeof count);
  for (uint32_t i = 0; i < count; i++) {
    const int32_t tensor = subject_layers[i].step < 0 ? -1 : subject_layers[i].tensor;
    firmware_write(&tensor, sizeof tensor);
  }
}

int main(void) {
  static run now;
  request wanted;
  if (!read_exactly(&wanted, sizeof wanted)) return STATUS_BAD_INPUT;
  if (subject_init(arena, sizeof arena) != MOTE_OK || SUBJECT_START(arena) != MOTE_OK) return STATUS_MODEL;
  if (!start_detector()) return STATUS_MODEL;
  if (wanted.record == NO_DUMP) write_layer_table();
  for (uint32_t i = 0; i < wanted.records; i++) {
    now.dump_stage = wanted.record == i ? wanted.stage : NO_DUMP;
    const int status = run_record(&now);
    if (status != 0) return status;
    if (wanted.record == NO_DUMP) firmware_write(now.hashes, sizeof now.hashes);
  }
  return 0;
}
