// Confidence intervals of proportions.
//
// They treat clips as independent draws. Clips of one speaker resemble each other, so the true uncertainty about new
// speakers is wider than any interval computed here.
#pragma once

#include <cstdint>

namespace mote::evaluate {

struct Interval {
  double low = 0;
  double high = 0;
};

// The z with P(-z < Z < z) = confidence for a standard normal Z: 1.959964 at 0.95.
// Errors: kInvalid unless confidence is inside (0, 1).
double normal_quantile_two_sided(double confidence);

// Wilson's score interval of successes/trials (Wilson 1927, JASA 22:209):
//   (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), p = successes/trials, n = trials, inside [0, 1].
// Errors: kInvalid when trials < 1, successes is outside [0, trials] or confidence is outside (0, 1).
Interval wilson_interval(std::int64_t successes, std::int64_t trials, double confidence);

}  // namespace mote::evaluate
