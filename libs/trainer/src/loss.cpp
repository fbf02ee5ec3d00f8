#include "loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mote::trainer {

double cross_entropy(std::span<const float> probabilities, std::span<const float> targets) {
  double loss = 0;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    if (targets[k] == 0.0F) continue;
    const float probability = std::max(probabilities[k], std::numeric_limits<float>::min());
    loss -= static_cast<double>(targets[k]) * std::log(static_cast<double>(probability));
  }
  return loss;
}

void cross_entropy_gradient(std::span<const float> probabilities, std::span<const float> targets, float beta,
                            float share, std::span<float> gradient) {
  const float total = std::accumulate(targets.begin(), targets.end(), 0.0F);
  for (std::size_t k = 0; k < targets.size(); ++k) {
    gradient[k] = share * beta * (probabilities[k] * total - targets[k]);
  }
}

std::int64_t largest(std::span<const float> values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

}  // namespace mote::trainer
