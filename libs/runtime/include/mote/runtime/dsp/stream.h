/* The float front end on a stream: samples in as they arrive, in chunks of any length; a new frame each hop; the last
 * frames out as the model's int8 input. Frames have the bits of the whole clip's (frontend.h), and none is computed
 * twice. For cores without an FPU: fixed_stream.h.
 *   size: mote_stream_bytes()   init: mote_stream_init()   push: mote_stream_push_*()   read: mote_stream_read()
 *
 * With per-clip normalization (`normalize` in the recipe) a frame's features depend on the whole window: frames are
 * kept in float and normalization and int8 are computed anew at each read. Without it a frame becomes int8 once. */
#ifndef MOTE_RUNTIME_DSP_STREAM_H_
#define MOTE_RUNTIME_DSP_STREAM_H_

#include <stddef.h>

#include "mote/runtime/dsp/frontend.h"
#include "mote/runtime/dsp/stream_buffers.h"
#include "mote/runtime/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mote_sample_type { MOTE_SAMPLE_S16, MOTE_SAMPLE_F32 } mote_sample_type;

/* Constant; the exporter prints one. */
typedef struct mote_stream_settings {
  const mote_frontend* frontend; /* padding none */
  mote_sample_type sample_type;
  int32_t frames; /* of the model's input, >= 1 */
  float input_scale;
  int32_t input_zero_point;
} mote_stream_settings;

/* Filled by mote_stream_init; its members are private. */
typedef struct mote_stream {
  const mote_stream_settings* settings;
  mote_sample_window window;
  mote_frame_ring ring;
  float* scratch;
  float* features; /* one frame, or with per-clip normalization all of them */
} mote_stream;

/* Bytes of memory that a stream needs; 0 for settings that mote_stream_init refuses. */
size_t mote_stream_bytes(const mote_stream_settings* settings);

/* `memory`: at least mote_stream_bytes, aligned to 4; the stream's from now on. MOTE_ERROR_NULL_POINTER;
 * MOTE_ERROR_DSP_SETTINGS (frames, scale or window out of range); MOTE_ERROR_DSP_NOT_STREAMING (padding);
 * MOTE_ERROR_DSP_MEMORY. */
mote_status mote_stream_init(mote_stream* stream, const mote_stream_settings* settings, void* memory, size_t bytes);

/* `count` samples of each channel, interleaved; int16 count as sample / 32768. `new_frames` (or NULL): frames that were
 * completed. MOTE_ERROR_DSP_SETTINGS when the stream was made for the other type or count < 0. */
mote_status mote_stream_push_s16(mote_stream* stream, const int16_t* samples, int32_t count, int32_t* new_frames);
mote_status mote_stream_push_f32(mote_stream* stream, const float* samples, int32_t count, int32_t* new_frames);

/* The last `frames` frames, oldest first: frames x features int8. MOTE_ERROR_DSP_NOT_READY until so many have come. */
mote_status mote_stream_read(mote_stream* stream, int8_t* input);

/* The newest frame as int8; NULL before the first one and with per-clip normalization. */
const int8_t* mote_stream_newest(const mote_stream* stream);

/* Forgets all samples and frames. */
void mote_stream_reset(mote_stream* stream);

#ifdef __cplusplus
}
#endif
#endif /* MOTE_RUNTIME_DSP_STREAM_H_ */
