#include "feature_tables.h"

#include <cmath>
#include <numbers>

namespace mote::dsp {
namespace {

constexpr double kPi = std::numbers::pi;

double raised_cosine(double middle, double index, double turn) {
  return turn > 0.0 ? middle - (1.0 - middle) * std::cos(2.0 * kPi * index / turn) : 1.0;
}

// `turn`: samples of a whole period: the window's length (periodic) or one less (symmetric).
double window_value(WindowFunction function, double index, double length) {
  switch (function) {
    case WindowFunction::kHann:
      return raised_cosine(0.5, index, length);
    case WindowFunction::kHannSymmetric:
      return raised_cosine(0.5, index, length - 1.0);
    case WindowFunction::kHamming:
      return raised_cosine(0.54, index, length);
    case WindowFunction::kHammingSymmetric:
      return raised_cosine(0.54, index, length - 1.0);
    case WindowFunction::kPovey:
      return std::pow(raised_cosine(0.5, index, length - 1.0), 0.85);
    case WindowFunction::kRectangular:
      return 1.0;
  }
  return 1.0;
}

// HTK book, section 5.6: sin-shaped weights that even out the spread of the coefficients.
double lifter_weight(double lifter, double coefficient) {
  return lifter > 0.0 ? 1.0 + 0.5 * lifter * std::sin(kPi * coefficient / lifter) : 1.0;
}

}  // namespace

std::vector<double> window_table(WindowFunction function, std::int64_t length) {
  std::vector<double> window;
  for (std::int64_t i = 0; i < length; ++i) {
    window.push_back(window_value(function, static_cast<double>(i), static_cast<double>(length)));
  }
  return window;
}

std::vector<double> dct_table(const FeatureSettings& settings) {
  const auto mels = static_cast<double>(settings.mel_count);
  std::vector<double> dct;
  for (std::int64_t c = 0; c < settings.mfcc_count; ++c) {
    const auto order = static_cast<double>(c);
    const double norm = c == 0 && settings.dct == DctNorm::kOrtho ? std::sqrt(1.0 / mels) : std::sqrt(2.0 / mels);
    const double factor = norm * lifter_weight(settings.lifter, order);
    for (std::int64_t mel = 0; mel < settings.mel_count; ++mel) {
      const double wave = std::cos(kPi * order * (static_cast<double>(mel) + 0.5) / mels);
      dct.push_back(factor * wave);
    }
  }
  return dct;
}

}  // namespace mote::dsp
