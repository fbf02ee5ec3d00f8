/* Measures a model: the first SUBJECT_RUNS regions are an inference each, the next one its features, where it has a
   front end; with BENCH_LAYERS instead one region a step. Then the stack of an inference. The input file is one record,
   as of verify_main.c. */
#include "firmware.h"
#include "subject.h"

enum { STATUS_BAD_INPUT = 3, STATUS_MODEL = 4 };

static uint8_t arena[SUBJECT_ARENA_BYTES] __attribute__((aligned(SUBJECT_ARENA_ALIGNMENT)));
static mote_status status;

static void infer(void* context) {
  (void)context;
  status = SUBJECT_RUN(arena);
}

#ifdef BENCH_LAYERS
static void on_step(void* user, int32_t step) {
  (void)user;
  (void)step;
  firmware_region_end();
  firmware_region_begin();
}

enum { RUNS = 1 };
static void measure(void) {
  firmware_region_begin();
  status = SUBJECT_RUN_OBSERVED(arena, on_step, arena);
  firmware_region_end();
}
#else
enum { RUNS = SUBJECT_RUNS };
static void measure(void) {
  firmware_region_begin();
  infer(arena);
  firmware_region_end();
}
#endif

#if SUBJECT_HAS_FRONTEND && !defined(BENCH_LAYERS)
static subject_sample samples[SUBJECT_SAMPLES];
static subject_feature features[SUBJECT_FEATURES];
static uint32_t work[(SUBJECT_FEATURE_WORK_BYTES + 3) / 4];

static int measure_features(void) {
  if (firmware_read(samples, sizeof samples) != sizeof samples) return STATUS_BAD_INPUT;
  firmware_region_begin();
  status = subject_features(samples, work, sizeof work, features);
  subject_quantize(features, subject_input(arena));
  firmware_region_end();
  return status == MOTE_OK ? 0 : STATUS_MODEL;
}
#else
static int measure_features(void) {
  return 0;
}
#endif

/* Any input takes the same instructions but for saturation: bytes of a simple sequence. */
#define FILL_INPUT(place, bytes) fill((place), (bytes));
static uint32_t state = 1;
static void fill(int8_t* input, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i++) {
    state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
    input[i] = (int8_t)(state >> 24);
  }
}

int main(void) {
  status = subject_init(arena, sizeof arena);
  if (status != MOTE_OK || SUBJECT_START(arena) != MOTE_OK) return STATUS_MODEL;
  for (int i = 0; i < RUNS; i++) {
    SUBJECT_INPUTS(arena, FILL_INPUT)
    measure();
    if (status != MOTE_OK) return STATUS_MODEL;
  }
  SUBJECT_INPUTS(arena, FILL_INPUT)
  firmware_measure_stack(infer, arena);
  if (status != MOTE_OK) return STATUS_MODEL;
  return measure_features();
}
