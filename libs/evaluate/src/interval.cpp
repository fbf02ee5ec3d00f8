#include "mote/evaluate/interval.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "mote/base/error.h"

namespace mote::evaluate {

double normal_quantile_two_sided(double confidence) {
  if (!(confidence > 0 && confidence < 1)) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[evaluate] wanted a confidence inside (0, 1), got {}: 0.95 is usual", confidence));
  }
  // P(|Z| > z) = erfc(z/√2) falls with z; 80 halvings of [0, 40] leave less than one ulp.
  double low = 0;
  double high = 40;
  for (int halving = 0; halving < 80; ++halving) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::numbers::sqrt2) > 1 - confidence ? low : high) = middle;
  }
  return high;
}

Interval wilson_interval(std::int64_t successes, std::int64_t trials, double confidence) {
  if (trials < 1 || successes < 0 || successes > trials) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[evaluate] wanted 0 <= successes <= trials and a trial, got {} of {}: "
                            "choose a split that has clips",
                            successes, trials));
  }
  const double z = normal_quantile_two_sided(confidence);
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double shrink = 1 + z * z / n;
  const double center = (p + z * z / (2 * n)) / shrink;
  const double reach = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / shrink;
  // At p = 0 and p = 1 one bound equals p exactly; rounding may not move it past p.
  return {successes == 0 ? 0.0 : std::max(0.0, center - reach),
          successes == trials ? 1.0 : std::min(1.0, center + reach)};
}

}  // namespace mote::evaluate
