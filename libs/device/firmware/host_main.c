/* Times a model on the host: 8 bytes each, the nanoseconds of an inference by the mean of as many as take some
   milliseconds, REPEATS times; then, with a front end, the same of its features. The input file is one record, as of
   verify_main.c. */
#define _POSIX_C_SOURCE 199309L /* clock_gettime */
#include <time.h>

#include "firmware.h"
#include "subject.h"

enum { STATUS_BAD_INPUT = 3, STATUS_MODEL = 4 };
enum { REPEATS = 31 };
static const int64_t kRepeatNs = 2000000;

static uint8_t arena[SUBJECT_ARENA_BYTES] __attribute__((aligned(SUBJECT_ARENA_ALIGNMENT)));
static mote_status status;

#define FILL_INPUT(place, bytes) \
  for (uint32_t i = 0; i < (bytes); i++) (place)[i] = (int8_t)(i * 37u);

static void infer(void) {
  SUBJECT_INPUTS(arena, FILL_INPUT)
  status = SUBJECT_RUN(arena);
}

static int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int64_t run_ns(void (*work)(void), int64_t runs) {
  const int64_t begin = now_ns();
  for (int64_t i = 0; i < runs; i++) work();
  return now_ns() - begin;
}

static void write_times(void (*work)(void)) {
  int64_t runs = 1;
  while (run_ns(work, runs) < kRepeatNs) runs *= 2;
  for (int i = 0; i < REPEATS; i++) {
    const int64_t each = run_ns(work, runs) / runs;
    firmware_write(&each, sizeof each);
  }
}

#if SUBJECT_HAS_FRONTEND
static subject_sample samples[SUBJECT_SAMPLES];
static subject_feature features[SUBJECT_FEATURES];
static uint32_t work[(SUBJECT_FEATURE_WORK_BYTES + 3) / 4];

static void compute_features(void) {
  status = subject_features(samples, work, sizeof work, features);
  subject_quantize(features, subject_input(arena));
}

static int time_features(void) {
  if (firmware_read(samples, sizeof samples) != sizeof samples) return STATUS_BAD_INPUT;
  write_times(compute_features);
  return status == MOTE_OK ? 0 : STATUS_MODEL;
}
#else
static int time_features(void) {
  return 0;
}
#endif

int main(void) {
  status = subject_init(arena, sizeof arena);
  if (status != MOTE_OK || SUBJECT_START(arena) != MOTE_OK) return STATUS_MODEL;
  write_times(infer);
  return status == MOTE_OK ? time_features() : STATUS_MODEL;
}
