// A closed range that a random setting is drawn from, e.g. an SNR between 5 and 35 dB.
#pragma once

#include <string_view>

namespace mote::data {

struct Range {
  double low = 0.0;
  double high = 0.0;
  bool operator==(const Range&) const = default;
};

// Error(kInvalid) "[key] wanted …" unless least <= low <= high <= most, all finite.
void check_range(std::string_view key, const Range& range, double least, double most);
// Error(kInvalid) unless least <= value <= most and value is finite.
void check_number(std::string_view key, double value, double least, double most);

}  // namespace mote::data
