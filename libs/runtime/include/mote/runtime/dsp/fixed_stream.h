/* The fixed-point front end on a stream: int16 samples in as they arrive, in chunks of any length; a new frame each
 * hop; the last frames out as the model's int8 input. Integers throughout. Frames have the bits of the whole clip's,
 * and none is computed twice. With an FPU: stream.h. size: mote_fixed_stream_bytes()   init: mote_fixed_stream_init()
 * push: mote_fixed_stream_push() read: mote_fixed_stream_read() */
#ifndef MOTE_RUNTIME_DSP_FIXED_STREAM_H_
#define MOTE_RUNTIME_DSP_FIXED_STREAM_H_

#include <stddef.h>

#include "mote/runtime/dsp/fixed_frontend.h"
#include "mote/runtime/dsp/stream_buffers.h"
#include "mote/runtime/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Constant; the exporter prints one. */
typedef struct mote_fixed_stream_settings {
  const mote_fixed_frontend* frontend; /* padding none */
  const int16_t* thresholds;           /* MOTE_FIXED_THRESHOLDS, of the model's input (mote_fixed_quantize_s8) */
  int32_t frames;                      /* of the model's input, >= 1 */
} mote_fixed_stream_settings;

/* Filled by mote_fixed_stream_init; its members are private. */
typedef struct mote_fixed_stream {
  const mote_fixed_stream_settings* settings;
  mote_sample_window window;
  mote_frame_ring ring;
  int32_t* scratch;
  int32_t* base;
  int16_t* features;
} mote_fixed_stream;

/* Bytes of memory that a stream needs; 0 for settings that mote_fixed_stream_init refuses. */
size_t mote_fixed_stream_bytes(const mote_fixed_stream_settings* settings);

/* `memory`: at least mote_fixed_stream_bytes, aligned to 4; the stream's from now on. MOTE_ERROR_NULL_POINTER;
 * MOTE_ERROR_DSP_SETTINGS (frames, window or FFT out of range); MOTE_ERROR_DSP_NOT_STREAMING (padding);
 * MOTE_ERROR_DSP_MEMORY. */
mote_status mote_fixed_stream_init(mote_fixed_stream* stream, const mote_fixed_stream_settings* settings, void* memory,
                                   size_t bytes);

/* `new_frames` (or NULL): frames that were completed. MOTE_ERROR_DSP_SETTINGS when count < 0. */
mote_status mote_fixed_stream_push(mote_fixed_stream* stream, const int16_t* samples, int32_t count,
                                   int32_t* new_frames);

/* The last `frames` frames, oldest first: frames x features int8. MOTE_ERROR_DSP_NOT_READY until so many have come. */
mote_status mote_fixed_stream_read(const mote_fixed_stream* stream, int8_t* input);

/* The newest frame as int8; NULL before the first one. */
const int8_t* mote_fixed_stream_newest(const mote_fixed_stream* stream);

/* Forgets all samples and frames. */
void mote_fixed_stream_reset(mote_fixed_stream* stream);

#ifdef __cplusplus
}
#endif
#endif /* MOTE_RUNTIME_DSP_FIXED_STREAM_H_ */
