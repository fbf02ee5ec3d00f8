#include "optimizer.h"

#include <algorithm>
#include <cmath>

#include "eigen.h"

namespace mote::trainer {
namespace {

using Array = Eigen::Map<Eigen::ArrayXf>;
using ConstArray = Eigen::Map<const Eigen::ArrayXf>;

ConstArray as_array(std::span<const float> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}
Array as_array(std::span<float> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

std::size_t size_of(const std::vector<ParameterSlot>& slots) {
  return slots.empty() ? 0 : static_cast<std::size_t>(slots.back().offset + slots.back().count);
}

// The weight decay of each parameter.
std::vector<float> decays_of(const std::vector<ParameterSlot>& slots, double weight_decay) {
  std::vector<float> result(size_of(slots), 0.0F);
  for (const ParameterSlot& slot : slots) {
    if (slot.decays) std::fill_n(result.begin() + slot.offset, slot.count, static_cast<float>(weight_decay));
  }
  return result;
}

class Sgd final : public Optimizer {
 public:
  Sgd(const TrainSettings& settings, const std::vector<ParameterSlot>& slots)
      : nesterov_(settings.optimizer == OptimizerKind::kNesterov),
        momentum_(static_cast<float>(settings.momentum)),
        decay_(decays_of(slots, settings.weight_decay)),
        velocity_(decay_.size(), 0.0F) {}

  void step(double rate, std::uint64_t, std::span<float> parameters, std::span<const float> gradients) override {
    const auto fall = static_cast<float>(rate);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const float g = gradients[i] + decay_[i] * parameters[i];
      velocity_[i] = momentum_ * velocity_[i] + g;
      parameters[i] -= fall * (nesterov_ ? g + momentum_ * velocity_[i] : velocity_[i]);
    }
  }

  std::span<float> state() override { return velocity_; }

 private:
  bool nesterov_;
  float momentum_;
  std::vector<float> decay_;
  std::vector<float> velocity_;
};

class Adam final : public Optimizer {
 public:
  Adam(const TrainSettings& settings, const std::vector<ParameterSlot>& slots)
      : decoupled_(settings.optimizer == OptimizerKind::kAdamW),
        beta1_(settings.beta1),
        beta2_(settings.beta2),
        epsilon_(static_cast<float>(settings.epsilon)),
        decay_(decays_of(slots, settings.weight_decay)),
        gradient_(decay_.size()),
        moments_(2 * decay_.size(), 0.0F) {}

  void step(double rate, std::uint64_t update, std::span<float> parameters, std::span<const float> gradients) override {
    const double steps = static_cast<double>(update) + 1.0;
    const auto fall = static_cast<float>(rate / (1.0 - std::pow(beta1_, steps)));
    const auto inverse_bias = static_cast<float>(1.0 / (1.0 - std::pow(beta2_, steps)));
    const auto kept1 = static_cast<float>(beta1_), new1 = static_cast<float>(1.0 - beta1_);
    const auto kept2 = static_cast<float>(beta2_), new2 = static_cast<float>(1.0 - beta2_);
    Array p = as_array(parameters), g = as_array(std::span<float>(gradient_));
    Array m = as_array(std::span(moments_).first(parameters.size()));
    Array v = as_array(std::span(moments_).subspan(parameters.size()));
    const ConstArray decay = as_array(std::span<const float>(decay_));
    g = as_array(gradients);
    if (decoupled_) p -= static_cast<float>(rate) * decay * p;
    if (!decoupled_) g += decay * p;
    m = kept1 * m + new1 * g;
    v = kept2 * v + new2 * g.square();
    p -= fall * m / ((v * inverse_bias).sqrt() + epsilon_);
  }

  std::span<float> state() override { return moments_; }

 private:
  bool decoupled_;
  double beta1_, beta2_;
  float epsilon_;
  std::vector<float> decay_;
  std::vector<float> gradient_;  // with the decay added
  std::vector<float> moments_;   // means, then mean squares
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const TrainSettings& settings, const std::vector<ParameterSlot>& slots) {
  if (settings.optimizer == OptimizerKind::kSgd || settings.optimizer == OptimizerKind::kNesterov) {
    return std::make_unique<Sgd>(settings, slots);
  }
  return std::make_unique<Adam>(settings, slots);
}

double clip_gradients(std::span<float> gradients, double greatest_norm) {
  double squares = 0;
  for (float g : gradients) squares += static_cast<double>(g) * static_cast<double>(g);
  const double norm = std::sqrt(squares);
  if (norm > greatest_norm) as_array(gradients) *= static_cast<float>(greatest_norm / norm);
  return norm;
}

}  // namespace mote::trainer
