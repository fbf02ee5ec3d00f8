/* Pushes the samples of tables.h through the stream in chunks, each a counted region, and compares each new frame. Exit
   status: 0 when all are equal, 1 when one differs, 2 when a frame lacks. */
#include "firmware.h"
#include "tables.h"

enum { CHUNK_SAMPLES = 100 };

static int32_t memory[MEMORY_BYTES / 4];
static mote_fixed_stream stream;

int main(void) {
  int32_t compared = 0;
  int equal = 1;
  if (mote_fixed_stream_init(&stream, &settings, memory, sizeof memory) != MOTE_OK) return 2;
  for (int32_t at = 0; at < SAMPLE_COUNT; at += CHUNK_SAMPLES) {
    const int32_t count = SAMPLE_COUNT - at < CHUNK_SAMPLES ? SAMPLE_COUNT - at : CHUNK_SAMPLES;
    int32_t frames = 0;
    firmware_region_begin();
    (void)mote_fixed_stream_push(&stream, samples + at, count, &frames);
    firmware_region_end();
    for (int32_t c = 0; frames > 0 && c < frontend.feature_count; ++c, ++compared) {
      if (mote_fixed_stream_newest(&stream)[c] != expected[compared]) equal = 0;
    }
  }
  if (compared != EXPECTED_COUNT) return 2;
  return equal ? 0 : 1;
}
