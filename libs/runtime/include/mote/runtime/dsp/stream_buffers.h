/* The two buffers of a streaming front end, both in the caller's memory: samples of the window that is being filled,
 * and the last frames as int8. Streams (stream.h, fixed_stream.h) are made of them; an application uses those. */
#ifndef MOTE_RUNTIME_DSP_STREAM_BUFFERS_H_
#define MOTE_RUNTIME_DSP_STREAM_BUFFERS_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Samples lie in one piece, because a frame reads them so: after a frame, what the next one shares with it moves to the
 * front (window - hop samples a hop). */
typedef struct mote_sample_window {
  uint8_t* samples;
  int32_t sample_bytes; /* of one sample of all channels */
  int32_t window_samples;
  int32_t hop_samples;
  int32_t filled; /* samples in the window; negative: samples to pass over first */
} mote_sample_window;

/* Takes samples until the window is full and returns how many it took, at most `count`. */
int32_t mote_sample_window_fill(mote_sample_window* window, const void* samples, int32_t count);
/* 1 when the window is full: use it, then advance it by a hop. */
int32_t mote_sample_window_is_full(const mote_sample_window* window);
void mote_sample_window_advance(mote_sample_window* window);

/* The last `rows` frames, in a ring. */
typedef struct mote_frame_ring {
  uint8_t* frames;
  int32_t row_bytes;
  int32_t rows;
  int32_t next;   /* row of the frame to come */
  int32_t filled; /* frames held, at most rows */
} mote_frame_ring;

/* The row of the next frame, which then counts as the newest. */
void* mote_frame_ring_add(mote_frame_ring* ring);
/* The newest frame; NULL when there is none. */
const void* mote_frame_ring_newest(const mote_frame_ring* ring);
/* All frames, oldest first. Wanted: filled = rows. */
void mote_frame_ring_copy(const mote_frame_ring* ring, void* frames);

#ifdef __cplusplus
}
#endif
#endif /* MOTE_RUNTIME_DSP_STREAM_BUFFERS_H_ */
