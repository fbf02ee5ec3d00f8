#include "mote/quant/range.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "mote/base/error.h"

namespace mote::quant {
namespace {

// Products of scales below this leave the range of normal float32.
constexpr float kLeastScale = 1e-12F;

void check_finite(const Range& range) {
  if (std::isfinite(range.low) && std::isfinite(range.high)) return;
  throw Error(ErrorCode::kInvalid, fmt::format("wanted a finite range, got {}..{}: the network has diverged or its "
                                               "input holds NaN",
                                               range.low, range.high));
}

}  // namespace

Range join(const Range& a, const Range& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

graph::Quant activation_quant(const Range& range) {
  check_finite(range);
  const double low = std::min(0.0F, range.low);
  const double high = std::max(0.0F, range.high);
  const double width = high - low;
  if (width <= 0) return graph::per_tensor(1.0F / 255.0F, 0);
  const float scale = std::max(kLeastScale, static_cast<float>(width / 255.0));
  return graph::per_tensor(scale, round_clamped(-128.0 - low / static_cast<double>(scale), -128, 127));
}

graph::Quant activation_quant(const Range& range, ActivationType type) {
  if (type == ActivationType::kInt8) return activation_quant(range);
  check_finite(range);
  constexpr float kGreatest = 32767.0F;
  const double greatest = std::max(std::abs(range.low), std::abs(range.high));
  if (greatest <= 0) return graph::per_tensor(1.0F / kGreatest, 0);
  return graph::per_tensor(std::max(kLeastScale, static_cast<float>(greatest / static_cast<double>(kGreatest))), 0);
}

std::int32_t round_clamped(double value, std::int32_t low, std::int32_t high) {
  return static_cast<std::int32_t>(std::clamp(std::round(value), static_cast<double>(low), static_cast<double>(high)));
}

}  // namespace mote::quant
