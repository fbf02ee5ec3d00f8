#include "mote/data/range.h"

#include <fmt/format.h>

#include <cmath>

#include "mote/base/error.h"

namespace mote::data {

void check_range(std::string_view key, const Range& range, double least, double most) {
  const bool good = std::isfinite(range.low) && std::isfinite(range.high) && least <= range.low &&
                    range.low <= range.high && range.high <= most;
  if (good) return;
  throw Error(ErrorCode::kInvalid,
              fmt::format("[{}] wanted {:g} <= low <= high <= {:g}, got [{:g}, {:g}]: set two numbers "
                          "in that order",
                          key, least, most, range.low, range.high));
}

void check_number(std::string_view key, double value, double least, double most) {
  if (std::isfinite(value) && least <= value && value <= most) return;
  throw Error(ErrorCode::kInvalid,
              fmt::format("[{}] wanted a number in [{:g}, {:g}], got {:g}: set one", key, least, most, value));
}

}  // namespace mote::data
