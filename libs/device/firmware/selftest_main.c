/* Runs a bundle's self-test as it was exported. subject.h, written for the bundle, names its functions and constants.

   Output: status and rows of the layer table; then, for a difference, stage, row of the layer, element,
   wanted and got with 64 bits each, names of vector and layer, each with its final zero. */
#include "firmware.h"
#include "subject.h"

static uint8_t arena[SUBJECT_ARENA_BYTES] __attribute__((aligned(SUBJECT_ARENA_ALIGNMENT)));
#ifdef SUBJECT_WORK_BYTES
static uint64_t work[(SUBJECT_WORK_BYTES + 7) / 8];
#define SELFTEST(result) subject_selftest(arena, sizeof arena, work, sizeof work, (result))
#else
#define SELFTEST(result) subject_selftest(arena, sizeof arena, (result))
#endif

static void write_word(int32_t word) {
  firmware_write(&word, sizeof word);
}

static void write_name(const char* name) {
  uint32_t count = 0;
  while (name[count] != 0) count++;
  firmware_write(name, count + 1);
}

static void write_difference(const subject_selftest_result* result) {
  write_word((int32_t)result->stage);
  write_word(result->layer);
  write_word(result->element);
  firmware_write(&result->wanted, sizeof result->wanted);
  firmware_write(&result->got, sizeof result->got);
  write_name(result->vector);
  write_name(result->name);
}

int main(void) {
  static subject_selftest_result result;
  const mote_status status = SELFTEST(&result);
  write_word((int32_t)status);
  write_word(SUBJECT_LAYER_COUNT);
  if (status == MOTE_ERROR_SELFTEST_DIFFERENCE) write_difference(&result);
  return 0;
}
