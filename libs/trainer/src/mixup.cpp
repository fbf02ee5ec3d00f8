#include "mixup.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mote::trainer {
namespace {

// Gamma(shape, 1) for shape >= 1.
double draw_gamma_above_one(double shape, Rng& rng) {
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = rng.normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    if (std::log(1.0 - rng.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

// The logarithm of a gamma draw: small shapes give numbers that a double cannot hold.
double draw_log_gamma(double shape, Rng& rng) {
  if (shape >= 1.0) return std::log(draw_gamma_above_one(shape, rng));
  const double above = std::log(draw_gamma_above_one(shape + 1.0, rng));
  return above + std::log(1.0 - rng.uniform()) / shape;
}

}  // namespace

double draw_beta(double alpha, Rng& rng) {
  const double a = draw_log_gamma(alpha, rng);
  const double b = draw_log_gamma(alpha, rng);
  return 1.0 / (1.0 + std::exp(b - a));
}

MixupPlan plan_mixup(double alpha, std::size_t samples, Rng& rng) {
  MixupPlan plan{std::vector<std::size_t>(samples), std::vector<float>(samples)};
  std::iota(plan.partner.begin(), plan.partner.end(), std::size_t{0});
  rng.shuffle(std::span(plan.partner));
  for (float& share : plan.share) {
    const double drawn = draw_beta(alpha, rng);
    share = static_cast<float>(std::max(drawn, 1.0 - drawn));
  }
  return plan;
}

void mix_rows(const MixupPlan& plan, std::span<float> rows, std::span<float> copy) {
  const std::size_t width = rows.size() / plan.share.size();
  std::copy(rows.begin(), rows.end(), copy.begin());
  for (std::size_t n = 0; n < plan.share.size(); ++n) {
    const float own = plan.share[n];
    const float* other = copy.data() + plan.partner[n] * width;
    float* row = rows.data() + n * width;
    for (std::size_t i = 0; i < width; ++i) row[i] = own * row[i] + (1.0F - own) * other[i];
  }
}

}  // namespace mote::trainer
