#include "mote/dsp/mel_warp.h"

#include <algorithm>
#include <cmath>

namespace mote::dsp {
namespace {

// Above it the warp bends back to the end of the axis. 4.8 kHz at a rate of 16 kHz: above the formants that tell
// vowels apart (Jaitly and Hinton 2013).
constexpr double kKneeShare = 0.6;

}  // namespace

double warp_frequency_hz(double frequency_hz, double factor, double nyquist_hz) {
  const double knee_hz = kKneeShare * nyquist_hz * std::min(factor, 1.0) / factor;
  if (frequency_hz <= knee_hz) return factor * frequency_hz;
  const double slope = (nyquist_hz - factor * knee_hz) / (nyquist_hz - knee_hz);
  return nyquist_hz - slope * (nyquist_hz - frequency_hz);
}

std::vector<double> warp_factors(double range, std::int64_t steps) {
  std::vector<double> factors;
  if (range == 0.0 || steps < 2) return factors;
  for (std::int64_t i = 0; i < steps; ++i) {
    factors.push_back(std::exp(range * (2.0 * static_cast<double>(i) / static_cast<double>(steps - 1) - 1.0)));
  }
  return factors;
}

}  // namespace mote::dsp
