// The inner loops of the fast path over sixteen frames side by side. One source (lane_kernels.inc), compiled once for
// each instruction set; the best that the machine has is chosen at run time. Each lane repeats the steps of the
// runtime's C in the same order, so that only the FFT tells the two paths apart.
#pragma once

#include <cstdint>
#include <string_view>

#include "mote/runtime/dsp/frontend.h"

namespace mote::dsp::fast {

inline constexpr std::int64_t kLanes = 16;
// Spectra are turned into columns of four lanes, four frames at a time.
inline constexpr std::int64_t kTile = 4;
inline constexpr std::int64_t round_up(std::int64_t count, std::int64_t to) {
  return (count + to - 1) / to * to;
}

struct LaneKernels {
  const char* name;

  // out[i] = samples[i] * factor
  void (*scale_f32)(const float* samples, float factor, std::int64_t count, float* out);
  void (*scale_s16)(const std::int16_t* samples, float factor, std::int64_t count, float* out);
  // out[i] = signal[i] * window[i]
  void (*window)(const float* signal, const float* window, std::int64_t count, float* out);

  // row[i] = |X[begin + i]|^2 of a real signal, from `half`: `points` pairs (re, im), the complex FFT of half its size
  // over its (even, odd) samples, followed by the first pair again. Reads kLanes pairs beyond either end of `half` and
  // as many values of the cosine and sine of 2 pi k / (2 points); writes up to round_up(count, kLanes).
  void (*power)(const float* half, std::int64_t points, const float* cosine, const float* sine, std::int64_t begin,
                std::int64_t count, float* row);
  // x[i * kLanes + j] = rows[j * stride + i] for j < kTile, i < round_up(count, kTile).
  void (*gather)(const float* rows, std::int64_t stride, std::int64_t count, float* x);
  // x = sqrt(x) over `count` vectors of lanes.
  void (*sqrt)(float* x, std::int64_t count);
  // Mel bands of the front end from power[bin - bin_begin][lane] to bands[band][lane].
  void (*mel)(const mote_frontend* frontend, const float* power, float* bands);
  // The front end's logarithm over `count` vectors of lanes.
  void (*log)(const mote_frontend* frontend, float* x, std::int64_t count);
  // rows[lane * stride + i] = x[i][lane] for the first `lanes` lanes.
  void (*scatter)(const float* x, std::int64_t count, std::int64_t lanes, std::int64_t stride, float* rows);

  // mote_dct_f32 on `rows` rows that lie `in_stride` apart; matrix: mels rows of round_up(columns, kLanes) values; out:
  // rows × columns.
  void (*dct)(const float* in, std::int64_t in_stride, std::int64_t rows, const float* matrix, std::int64_t mels,
              std::int64_t columns, float* out);
};

extern const LaneKernels kPortableKernels;
#ifdef MOTE_DSP_X86
extern const LaneKernels kAvx2Kernels;
extern const LaneKernels kAvx512Kernels;
#endif

// The best of them on this machine.
const LaneKernels& lane_kernels();

}  // namespace mote::dsp::fast
