/* The blocks that a front end is made of. Each works on the caller's arrays, in a fixed order of operations. */
#ifndef MOTE_RUNTIME_DSP_BLOCKS_H_
#define MOTE_RUNTIME_DSP_BLOCKS_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Sum of x[i], and of (x[i] - center)^2, in four interleaved partial sums. count >= 0. */
float mote_sum_f32(const float* x, int32_t count);
float mote_squared_distance_f32(const float* x, int32_t count, float center);

/* x[i] -= mean(x). count >= 1. */
void mote_remove_dc_f32(float* x, int32_t count);
/* x[i] -= factor * x[i - 1], the first by itself (x[0] -= factor * x[0]), as Kaldi does. count >= 1. */
void mote_pre_emphasis_f32(float* x, int32_t count, float factor);
/* x[i] *= window[i]. */
void mote_window_f32(float* x, const float* window, int32_t count);

/* Real FFT in place. size: a power of two in [4, 65536]; sine: size values sin(2 pi i / size). Result: re, im of bins
 * 0 .. size/2 - 1 in turn; the last bin is real and takes the place of im[0] (which is 0). */
void mote_rfft_f32(float* x, const float* sine, int32_t size);

/* |X|^2 or |X| of the bins [begin, begin + count) of a packed spectrum of mote_rfft_f32; out may be the spectrum. */
void mote_power_f32(const float* spectrum, int32_t size, int32_t begin, int32_t count, float* out);
void mote_sqrt_array_f32(float* x, int32_t count);

/* band[m] = sum of weights * bins over the band's own bins; begin[m] is counted from bins[0]'s bin `first_bin`. */
void mote_mel_f32(const float* bins, int32_t first_bin, const uint16_t* begin, const uint16_t* size,
                  const float* weights, int32_t count, float* bands);

/* x = factor * ln(x + offset), or factor * ln(max(x, floor)). Finite for every x >= 0 when offset or floor > 0. */
void mote_log_offset_f32(float* x, int32_t count, float offset, float factor);
void mote_log_floor_f32(float* x, int32_t count, float floor, float factor);

/* out[c] = sum over m of in[m] * matrix[c * mels + m], in four interleaved partial sums. */
void mote_dct_f32(const float* in, int32_t mels, const float* matrix, int32_t count, float* out);

/* out = mean, deviation (of the whole, not of a sample), root mean square. count >= 1. */
void mote_statistics_f32(const float* x, int32_t count, float* out);

/* Over `rows` of `columns` values, each column by itself: x - mean, and (x - mean) / (deviation + floor). rows >= 1. */
void mote_subtract_column_mean_f32(float* x, int32_t rows, int32_t columns);
void mote_normalize_columns_f32(float* x, int32_t rows, int32_t columns, float deviation_floor);
/* x = (x - mean[column]) * factor[column]. */
void mote_scale_columns_f32(float* x, int32_t rows, int32_t columns, const float* mean, const float* factor);

#ifdef __cplusplus
}
#endif
#endif /* MOTE_RUNTIME_DSP_BLOCKS_H_ */
