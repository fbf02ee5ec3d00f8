/* What follows the FFT of the fixed-point front end. Private to it. */
#ifndef MOTE_DSP_MOTE_FIXED_SPECTRUM_H_
#define MOTE_DSP_MOTE_FIXED_SPECTRUM_H_

#include "mote/runtime/dsp/fixed_frontend.h"

/* Square roots in place, within 1 of the true ones. */
void mote_fixed_root(const uint16_t* table, uint32_t* x, int32_t count);

/* log2 of each band's sum, floor or offset included. `exponent`: of the spectrum (mote_fixed_fft). */
void mote_fixed_log_mel(const mote_fixed_frontend* frontend, const uint32_t* bins, int32_t exponent, int32_t* base);

#endif /* MOTE_DSP_MOTE_FIXED_SPECTRUM_H_ */
