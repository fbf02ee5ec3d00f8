#include "loss.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mote::trainer {
namespace {

double log_of(float probability) {
  return std::log(static_cast<double>(std::max(probability, std::numeric_limits<float>::min())));
}

// Σ teacher · (ln teacher - ln student).
double divergence(std::span<const float> teacher, std::span<const float> student) {
  double sum = 0;
  for (std::size_t k = 0; k < teacher.size(); ++k) {
    if (teacher[k] > 0.0F) sum += static_cast<double>(teacher[k]) * (log_of(teacher[k]) - log_of(student[k]));
  }
  return sum;
}

}  // namespace

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

void soften(std::span<const float> probabilities, float temperature, std::span<float> out) {
  const double inverse = 1.0 / static_cast<double>(temperature);
  double total = 0;
  for (std::size_t k = 0; k < out.size(); ++k) {
    const double value = std::exp(inverse * log_of(probabilities[k]));
    out[k] = static_cast<float>(value);
    total += value;
  }
  for (float& value : out) value = static_cast<float>(static_cast<double>(value) / total);
}

double sample_loss(const Batch& batch, std::size_t n, std::span<const float> probabilities, float beta, double share,
                   std::span<float> gradient) {
  const std::size_t classes = probabilities.size();
  const auto targets = batch.targets.subspan(n * classes, classes);
  const TeacherAnswers& teacher = batch.teacher;
  if (teacher.probabilities.empty()) {
    cross_entropy_gradient(probabilities, targets, beta, static_cast<float>(share), gradient);
    return share * cross_entropy(probabilities, targets);
  }
  const auto answer = teacher.probabilities.subspan(n * classes, classes);
  const float own = 1.0F - teacher.weight, scale = teacher.weight * teacher.temperature;
  const float total = std::accumulate(targets.begin(), targets.end(), 0.0F);
  soften(probabilities, teacher.temperature, gradient);
  const double distance = divergence(answer, gradient);
  for (std::size_t k = 0; k < classes; ++k) {
    const float pull = own * (probabilities[k] * total - targets[k]) + scale * (gradient[k] - answer[k]);
    gradient[k] = static_cast<float>(share) * beta * pull;
  }
  return share * (static_cast<double>(own) * cross_entropy(probabilities, targets) +
                  static_cast<double>(scale * teacher.temperature) * distance);
}

double hint_loss(const HintTargets& hint, std::size_t n, std::span<const float> output, double share,
                 std::span<float> gradient) {
  std::fill(gradient.begin(), gradient.end(), 0.0F);
  if (hint.values.empty()) return 0;
  const auto wanted = hint.values.subspan(n * output.size(), output.size());
  const double scale = share * static_cast<double>(hint.weight) / static_cast<double>(output.size());
  double squares = 0;
  for (std::size_t i = 0; i < output.size(); ++i) {
    const double off = static_cast<double>(output[i]) - static_cast<double>(wanted[i]);
    squares += off * off;
    gradient[i] = static_cast<float>(2.0 * scale * off);
  }
  return scale * squares;
}

std::int64_t largest(std::span<const float> values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

}  // namespace mote::trainer
