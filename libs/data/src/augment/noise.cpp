#include "mote/data/noise.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "augment/fast_noise.h"
#include "augment/spectrum.h"
#include "mote/data/augment_steps.h"

namespace mote::data {
namespace {

constexpr double kLevel = 0.1;         // RMS of every generator
constexpr double kLowest_hz = 20.0;    // below, the spectrum is flat
constexpr std::size_t kGridBins = 32;  // a smooth curve is worked out at every so many bins, straight in between

void set_rms(std::span<float> samples, double level) {
  const double now = rms(samples);
  if (now > 0.0) scale(samples, level / now);
}

// Random bins weighted by gain(frequency), back in time. The start is random, since the spectrum repeats.
template <class Gain>
void shaped_noise(Rng& rng, int rate_hz, std::span<float> out, Gain&& gain) {
  const std::size_t length = Spectrum::fast_length(std::max<std::size_t>(out.size(), 64));
  const Spectrum& spectrum = Spectrum::shared(length);
  AlignedBuffer<Spectrum::Bin> bins(spectrum.bins());
  AlignedBuffer<float> time(length);
  const double bin_hz = static_cast<double>(rate_hz) / static_cast<double>(length);
  auto values = bins.span();
  values[0] = 0.0F;
  for (std::size_t first = 1; first < values.size(); first += kGridBins) {
    const std::size_t end = std::min(values.size(), first + kGridBins);
    const auto low = static_cast<float>(gain(static_cast<double>(first) * bin_hz));
    const auto high = static_cast<float>(gain(static_cast<double>(first + kGridBins) * bin_hz));
    for (std::size_t bin = first; bin < end; ++bin) {
      const float share = static_cast<float>(bin - first) / static_cast<float>(kGridBins);
      const float weight = low + (high - low) * share;
      const float real = bell_noise(rng);
      values[bin] = {real * weight, bell_noise(rng) * weight};
    }
  }
  spectrum.inverse(bins, time);
  std::copy_n(time.data(), out.size(), out.begin());
  set_rms(out, kLevel);
}

double power_law(double frequency_hz, double exponent) {
  return std::pow(std::max(frequency_hz, kLowest_hz) / 1000.0, -exponent / 2.0);
}

void add_tone(std::span<float> out, double step, double phase, double amplitude) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] += static_cast<float>(amplitude * std::sin(phase + step * static_cast<double>(i)));
  }
}

void add_scaled(std::span<float> out, std::span<const float> other, double factor) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += static_cast<float>(factor) * other[i];
}

// Louder and softer within a second or so, as passing cars and wind are.
void swell(Rng& rng, int rate_hz, std::span<float> out) {
  const double step = 2.0 * std::numbers::pi * rng.uniform(0.2, 2.5) / static_cast<double>(rate_hz);
  const double phase = rng.uniform(0.0, 2.0 * std::numbers::pi);
  const double depth = rng.uniform(0.2, 0.9);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] *= static_cast<float>(1.0 + depth * std::sin(phase + step * static_cast<double>(i)));
  }
}

}  // namespace

void coloured_noise(Rng& rng, double exponent, int rate_hz, std::span<float> out) {
  assert(exponent >= -2.0 && exponent <= 4.0 && rate_hz > 0);
  shaped_noise(rng, rate_hz, out, [exponent](double frequency_hz) { return power_law(frequency_hz, exponent); });
}

void white_noise(Rng& rng, std::span<float> out) {
  for (float& x : out) x = bell_noise(rng);
  set_rms(out, kLevel);
}

void pink_noise(Rng& rng, int rate_hz, std::span<float> out) {
  coloured_noise(rng, 1.0, rate_hz, out);
}

void brown_noise(Rng& rng, int rate_hz, std::span<float> out) {
  coloured_noise(rng, 2.0, rate_hz, out);
}

void hum_noise(Rng& rng, double base_hz, int rate_hz, std::span<float> out) {
  assert(base_hz > 0.0 && rate_hz > 0);
  std::fill(out.begin(), out.end(), 0.0F);
  for (int harmonic = 1; harmonic <= 10; ++harmonic) {
    const double frequency_hz = base_hz * harmonic;
    const double amplitude = rng.uniform(0.2, 1.0) / harmonic;
    const double phase = rng.uniform(0.0, 2.0 * std::numbers::pi);
    if (frequency_hz >= 0.5 * rate_hz) continue;
    add_tone(out, 2.0 * std::numbers::pi * frequency_hz / rate_hz, phase, amplitude);
  }
  set_rms(out, kLevel);
}

void impulse_noise(Rng& rng, double bursts_per_s, int rate_hz, std::span<float> out) {
  assert(bursts_per_s > 0.0 && rate_hz > 0);
  std::fill(out.begin(), out.end(), 0.0F);
  const double mean_gap = rate_hz / bursts_per_s;
  double at = -mean_gap * std::log(1.0 - rng.uniform());
  while (at < static_cast<double>(out.size())) {
    const double decay = std::exp(-1.0 / (rng.uniform(0.0005, 0.03) * rate_hz));
    double envelope = std::pow(10.0, rng.uniform(-1.0, 0.0));
    for (auto i = static_cast<std::size_t>(at); i < out.size() && envelope > 1e-4; ++i, envelope *= decay) {
      out[i] += static_cast<float>(envelope) * bell_noise(rng);
    }
    at += -mean_gap * std::log(1.0 - rng.uniform());
  }
  set_rms(out, kLevel);
}

void babble_noise(Rng& rng, std::span<const std::span<const float>> clips, std::int64_t voices, std::span<float> out) {
  assert(!clips.empty() && voices > 0);
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::int64_t voice = 0; voice < voices; ++voice) {
    const std::span<const float> clip = clips[rng.below(clips.size())];
    const double loudness = rms(clip);
    if (loudness <= 0.0) continue;
    const auto gain = static_cast<float>(rng.uniform(0.3, 1.0) / loudness);
    const std::uint64_t start = rng.below(clip.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += gain * clip[(start + i) % clip.size()];
  }
  set_rms(out, kLevel);
}

void recorded_noise(Rng& rng, std::span<const std::span<const float>> recordings, std::span<float> out) {
  assert(!recordings.empty());
  const std::span<const float> recording = recordings[rng.below(recordings.size())];
  if (recording.size() >= out.size()) {
    const std::uint64_t start = rng.below(recording.size() - out.size() + 1);
    std::copy_n(recording.begin() + static_cast<std::ptrdiff_t>(start), out.size(), out.begin());
    return;
  }
  const std::uint64_t start = rng.below(recording.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = recording[(start + i) % recording.size()];
}

void generated_noise(Rng& rng, const Range& colour, int rate_hz, std::span<float> out) {
  const double exponent = rng.uniform(colour.low, colour.high);
  const double bump_hz = std::exp(rng.uniform(std::log(80.0), std::log(4000.0)));
  const double bump = rng.chance(0.5) ? rng.uniform(0.0, 4.0) : 0.0;  // a resonance of the place or of a machine
  shaped_noise(rng, rate_hz, out, [=](double frequency_hz) {
    const double octaves = std::log2(std::max(frequency_hz, kLowest_hz) / bump_hz);
    return power_law(frequency_hz, exponent) * (1.0 + bump * std::exp(-2.0 * octaves * octaves));
  });
  if (rng.chance(0.4)) swell(rng, rate_hz, out);
  if (!rng.chance(0.3)) return set_rms(out, kLevel);
  std::vector<float> other(out.size());
  if (rng.chance(0.5)) {
    hum_noise(rng, rng.uniform(45.0, 130.0), rate_hz, other);
  } else {
    impulse_noise(rng, rng.uniform(1.0, 12.0), rate_hz, other);
  }
  add_scaled(out, other, rng.uniform(0.3, 2.0));
  set_rms(out, kLevel);
}

}  // namespace mote::data
