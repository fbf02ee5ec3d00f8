#include "mel_bank.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"
#include "mote/dsp/mel_warp.h"

namespace mote::dsp {
namespace {

// HTK book, section 5.4; the constants are those of TensorFlow and Kaldi.
double htk_mel(double hz) {
  return 1127.0 * std::log1p(hz / 700.0);
}
double htk_hz(double mel) {
  return 700.0 * std::expm1(mel / 1127.0);
}

// Slaney 1998, "Auditory Toolbox": linear to 1 kHz, then logarithmic, 27 steps from 1 to 6.4 kHz.
constexpr double kLinearHzPerMel = 200.0 / 3.0;
constexpr double kLogBeginHz = 1000.0;
constexpr double kLogBeginMel = kLogBeginHz / kLinearHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

double slaney_mel(double hz) {
  return hz < kLogBeginHz ? hz / kLinearHzPerMel : kLogBeginMel + std::log(hz / kLogBeginHz) / kLogStep;
}
double slaney_hz(double mel) {
  return mel < kLogBeginMel ? mel * kLinearHzPerMel : kLogBeginHz * std::exp((mel - kLogBeginMel) * kLogStep);
}

double to_mel(MelScale scale, double hz) {
  return scale == MelScale::kHtk ? htk_mel(hz) : slaney_mel(hz);
}
double to_hz(MelScale scale, double mel) {
  return scale == MelScale::kHtk ? htk_hz(mel) : slaney_hz(mel);
}

double rounded(double x) {
  return static_cast<float>(x);
}

// TensorFlow and Kaldi place bins and edges on HTK's axis in float. The rounding is part of their features: it shows at
// 1e-4 through a lifter of 22. A logarithm in double, rounded, is that of any good logf.
double rounded_htk_mel(double hz) {
  const double ratio = rounded(1.0 + rounded(hz / 700.0));
  return rounded(1127.0 * rounded(std::log(ratio)));
}

// Lower edge, peak and upper edge of a band, on the axis on which it is a triangle.
struct Triangle {
  double lower, peak, upper;
  double at(double x) const {
    return std::max(0.0, std::min((x - lower) / (peak - lower), (upper - x) / (upper - peak)));
  }
};

class BankMaker {
 public:
  BankMaker(const FeatureSettings& settings, double warp) : settings_(settings), bins_(fft_length(settings) / 2 + 1) {
    const double nyquist_hz = static_cast<double>(settings.sample_rate_hz) / 2.0;
    const double step_hz = nyquist_hz / static_cast<double>(bins_ - 1);
    for (std::int64_t bin = 0; bin < bins_; ++bin) {
      positions_.push_back(axis(warp_frequency_hz(static_cast<double>(bin) * step_hz, warp, nyquist_hz)));
    }
    low_mel_ = mel_of(settings.low_hz);
    mel_step_ = (mel_of(upper_edge_hz(settings)) - low_mel_) / static_cast<double>(settings.mel_count + 1);
    if (!over_hz()) mel_step_ = rounded(mel_step_);
  }

  void add_band(std::int64_t band, MelBank& bank) const {
    const Triangle triangle{edge(band), edge(band + 1), edge(band + 2)};
    const double height = settings_.mel_norm == MelNorm::kSlaney ? 2.0 / (edge_hz(band + 2) - edge_hz(band)) : 1.0;
    const std::size_t before = bank.weights.size();
    std::int64_t first = bins_;
    for (std::int64_t bin = 0; bin < bins_; ++bin) {
      const double weight = triangle.at(positions_[static_cast<std::size_t>(bin)]);
      if (weight <= 0.0) continue;
      first = std::min(first, bin);
      bank.weights.push_back(static_cast<float>(weight * height));
    }
    if (first == bins_) throw_empty(band);
    bank.begin.push_back(static_cast<std::uint16_t>(first));
    bank.size.push_back(static_cast<std::uint16_t>(bank.weights.size() - before));
  }

 private:
  bool over_hz() const { return settings_.mel_triangles == MelTriangles::kHz; }
  double mel_of(double hz) const {
    const bool as_others_round = !over_hz() && settings_.mel_scale == MelScale::kHtk;
    return as_others_round ? rounded_htk_mel(hz) : to_mel(settings_.mel_scale, hz);
  }
  double axis(double hz) const { return over_hz() ? hz : mel_of(hz); }
  double edge_mel(std::int64_t index) const { return low_mel_ + static_cast<double>(index) * mel_step_; }
  double edge_hz(std::int64_t index) const { return to_hz(settings_.mel_scale, edge_mel(index)); }
  double edge(std::int64_t index) const { return over_hz() ? edge_hz(index) : rounded(edge_mel(index)); }

  [[noreturn]] void throw_empty(std::int64_t band) const {
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("[features] every mel band must hold an FFT bin, but band {} of {} ({:.1f} to {:.1f} Hz) has "
                    "none: lower mel_count or raise fft_size (now {})",
                    band + 1, settings_.mel_count, edge_hz(band), edge_hz(band + 2), 2 * (bins_ - 1)));
  }

  const FeatureSettings& settings_;
  std::int64_t bins_;
  std::vector<double> positions_;  // of the bins on the triangles' axis
  double low_mel_ = 0.0;
  double mel_step_ = 0.0;
};

}  // namespace

double upper_edge_hz(const FeatureSettings& settings) {
  return settings.high_hz > 0.0 ? settings.high_hz : static_cast<double>(settings.sample_rate_hz) / 2.0;
}

MelBank make_mel_bank(const FeatureSettings& settings, double warp) {
  const BankMaker maker(settings, warp);
  MelBank bank;
  for (std::int64_t band = 0; band < settings.mel_count; ++band) maker.add_band(band, bank);
  return bank;
}

}  // namespace mote::dsp
