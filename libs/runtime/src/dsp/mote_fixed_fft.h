/* The FFT of the fixed-point front end. Private to it.
 *
 * A real FFT by a complex one of half the size: even samples are the real, odd samples the imaginary parts. Values are
 * int32 of about 17 bits, so that products with 15-bit sines fit 32 bits; a stage shifts its outputs right by as much
 * as the greatest value before it demands (block floating point). */
#ifndef MOTE_DSP_MOTE_FIXED_FFT_H_
#define MOTE_DSP_MOTE_FIXED_FFT_H_

#include "mote/runtime/dsp/fixed_frontend.h"

/* Windowed spectrum of half the size: fft_size/2 + 1 complex values in `data`, of which the last repeats the first.
 * Each is the true one divided by 2^result, in units of a sample's last place times 2^-window_bits. |value| <= 2^15.5.
 */
int32_t mote_fixed_fft(const mote_fixed_frontend* frontend, const int16_t* samples, int32_t* data);

/* One radix-4 stage over `points` complex values in groups of 4 x span, decimation in time, bit-reversed legs. Turns
 * three legs by the twiddles (`stride` entries of 9 apart) and divides all by 2^shift, rounding halves up. */
void mote_fixed_radix4(int32_t* data, const int32_t* twiddle, int32_t points, int32_t span, int32_t stride,
                       int32_t shift);

/* The greatest one bit shows how many bits the greatest of x needs beside its sign: 2^0 for x in [-2, 1], and so on; 0
 * for x in [-1, 0]. count: a multiple of 8; x aligned for int32_t. */
uint32_t mote_fixed_seen_bits(const int32_t* x, int32_t count);
uint32_t mote_fixed_seen_sample_bits(const int16_t* x, int32_t count);

/* |X/2|^2 <= 2^31 of `count` >= 1 bins of a real FFT: `up` and `down` point to the values k and n - k of the first one
 * in a spectrum of half the size, `twiddle` holds 3 numbers a bin. */
void mote_fixed_bin_powers(const int32_t* up, const int32_t* down, const int32_t* twiddle, int32_t count,
                           uint32_t* power);

#endif /* MOTE_DSP_MOTE_FIXED_FFT_H_ */
