// Mean and deviation of each coefficient over the training set: FeatureSettings::feature_mean and feature_deviation.
// Feed it finished features (with standardize off), clip by clip in a fixed order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mote::dsp {

class FeatureStatistics {
 public:
  // `coefficients` >= 1.
  explicit FeatureStatistics(std::int64_t coefficients);

  // `features`: frames × coefficients.
  void add(std::span<const float> features);
  // As if the other's features had been added after these. Same coefficients.
  void merge(const FeatureStatistics& other);

  std::int64_t frames() const { return frames_; }
  // Empty sums give mean 0. A deviation below 1e-5 of the mean's size, or of 1, counts as constant and gives 1.
  std::vector<double> mean() const;
  std::vector<double> deviation() const;

 private:
  std::int64_t frames_ = 0;
  std::vector<double> mean_;     // running, by Welford's method
  std::vector<double> squares_;  // sum of squared distances from the mean
};

}  // namespace mote::dsp
