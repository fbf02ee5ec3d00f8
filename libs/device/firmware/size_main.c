/* The least program that runs a model: what an image of it takes. Built and measured, never run. */
#include "semihost.h"
#include "subject.h"

static uint8_t arena[SUBJECT_ARENA_BYTES] __attribute__((aligned(SUBJECT_ARENA_ALIGNMENT)));

#if SUBJECT_HAS_FRONTEND && defined(SIZE_FRONTEND)
static subject_sample samples[SUBJECT_SAMPLES];
static subject_feature features[SUBJECT_FEATURES];
static uint32_t work[(SUBJECT_FEATURE_WORK_BYTES + 3) / 4];

static void listen(void) {
  (void)subject_features(samples, work, sizeof work, features);
  subject_quantize(features, subject_input(arena));
}
#else
static void listen(void) {}
#endif

void semihost_exit(int status) {
  (void)status;
  for (;;) __asm__ volatile("");
}
void semihost_print(const char* text) {
  (void)text;
}

int main(void) {
  volatile int8_t sink;
  if (subject_init(arena, sizeof arena) != MOTE_OK || SUBJECT_START(arena) != MOTE_OK) return 1;
  listen();
  if (SUBJECT_RUN(arena) != MOTE_OK) return 1;
  sink = subject_output(arena)[0];
  return sink;
}
