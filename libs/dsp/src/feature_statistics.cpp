#include "mote/dsp/feature_statistics.h"

#include <algorithm>
#include <cmath>

namespace mote::dsp {

FeatureStatistics::FeatureStatistics(std::int64_t coefficients)
    : mean_(static_cast<std::size_t>(coefficients)), squares_(static_cast<std::size_t>(coefficients)) {}

void FeatureStatistics::add(std::span<const float> features) {
  for (std::size_t begin = 0; begin + mean_.size() <= features.size(); begin += mean_.size()) {
    ++frames_;
    for (std::size_t c = 0; c < mean_.size(); ++c) {
      const double value = features[begin + c];
      const double distance = value - mean_[c];
      mean_[c] += distance / static_cast<double>(frames_);
      squares_[c] += distance * (value - mean_[c]);
    }
  }
}

// Chan, Golub and LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances".
void FeatureStatistics::merge(const FeatureStatistics& other) {
  if (other.frames_ == 0) return;
  const auto mine = static_cast<double>(frames_);
  const auto theirs = static_cast<double>(other.frames_);
  for (std::size_t c = 0; c < mean_.size(); ++c) {
    const double distance = other.mean_[c] - mean_[c];
    mean_[c] += distance * theirs / (mine + theirs);
    squares_[c] += other.squares_[c] + distance * distance * mine * theirs / (mine + theirs);
  }
  frames_ += other.frames_;
}

std::vector<double> FeatureStatistics::mean() const {
  return mean_;
}

std::vector<double> FeatureStatistics::deviation() const {
  constexpr double kConstant = 1e-5;
  std::vector<double> deviation(mean_.size(), 1.0);
  for (std::size_t c = 0; c < mean_.size() && frames_ > 0; ++c) {
    const double spread = std::sqrt(squares_[c] / static_cast<double>(frames_));
    if (spread > kConstant * std::max(1.0, std::abs(mean_[c]))) deviation[c] = spread;
  }
  return deviation;
}

}  // namespace mote::dsp
