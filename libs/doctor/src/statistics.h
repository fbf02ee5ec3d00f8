// Small statistics of channels. Private to this library.
#pragma once

#include <algorithm>
#include <vector>

namespace mote::doctor {

// The upper one of two; 0 of none.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Greatest over median; 1 of none.
inline double spread_of(const std::vector<double>& peaks) {
  return peaks.empty() ? 1.0 : *std::max_element(peaks.begin(), peaks.end()) / median(peaks);
}

}  // namespace mote::doctor
