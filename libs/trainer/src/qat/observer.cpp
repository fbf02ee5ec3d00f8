// How the ranges of a Simulation move.
//
// State: low and high of each tensor of the lowered graph; where ranges are learned, then Adam's two means for each.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "simulation.h"

namespace mote::trainer {
namespace {

constexpr std::size_t kPercentileValues = 8192;

// Lanes of their own, so that the compiler makes vectors of them.
quant::Range extremes(std::span<const float> values) {
  constexpr std::size_t kLanes = 16;
  std::array<float, kLanes> low, high;
  low.fill(values.front());
  high.fill(values.front());
  const std::size_t whole = values.size() / kLanes * kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float value = values[i + lane];
      low[lane] = value < low[lane] ? value : low[lane];
      high[lane] = value > high[lane] ? value : high[lane];
    }
  }
  for (float value : values.subspan(whole)) {
    low[0] = std::min(low[0], value);
    high[0] = std::max(high[0], value);
  }
  return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
}

// Of values at regular distances.
quant::Range percentile_range(std::span<const float> values, double percentile) {
  const std::size_t stride = values.size() / kPercentileValues + 1;
  std::vector<float> some;
  some.reserve(values.size() / stride + 1);
  for (std::size_t i = 0; i < values.size(); i += stride) some.push_back(values[i]);
  const auto dropped = static_cast<std::ptrdiff_t>(static_cast<double>(some.size()) * (1.0 - percentile) / 2.0);
  std::nth_element(some.begin(), some.begin() + dropped, some.end());
  const float low = some[static_cast<std::size_t>(dropped)];
  const auto last = static_cast<std::ptrdiff_t>(some.size()) - 1 - dropped;
  std::nth_element(some.begin(), some.begin() + last, some.end());
  return {low, some[static_cast<std::size_t>(last)]};
}

}  // namespace

std::vector<std::int64_t> observed_samples(const Batch& batch) {
  constexpr std::int64_t kObservedSamples = 8;
  const auto count = static_cast<std::uint64_t>(std::min(kObservedSamples, batch.samples));
  std::vector<std::int64_t> samples;
  for (std::uint64_t i = 0; i < count; ++i) {
    samples.push_back(static_cast<std::int64_t>((batch.step * count + i) % static_cast<std::uint64_t>(batch.samples)));
  }
  return samples;
}

std::int64_t Simulation::state_count() const {
  return static_cast<std::int64_t>(lowered_.tensors.size()) * (learns() ? 4 : 2);
}

std::span<float> Simulation::state_of(std::span<float> statistics) const {
  return statistics.subspan(static_cast<std::size_t>(total_count(layout_.statistics)));
}

void Simulation::start(const std::vector<quant::Range>& ranges, std::span<float> state) const {
  std::fill(state.begin(), state.end(), 0.0F);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    state[2 * i] = ranges[i].low;
    state[2 * i + 1] = ranges[i].high;
  }
}

std::vector<quant::Range> Simulation::ranges(std::span<const float> state) const {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<quant::Range> result(lowered_.tensors.size(), {kInfinity, -kInfinity});
  for (graph::TensorId head : heads_) {
    if (head < 0) continue;
    const auto i = static_cast<std::size_t>(head);
    result[i] = {state[2 * i], state[2 * i + 1]};
  }
  return result;
}

void Simulation::observe(graph::TensorId site, std::span<const float> values, std::span<float> state) const {
  if (learns() || values.empty()) return;
  const bool drops = settings_.observer == RangeObserver::kPercentile;
  const quant::Range seen = drops ? percentile_range(values, settings_.percentile) : extremes(values);
  const auto i = static_cast<std::size_t>(heads_[static_cast<std::size_t>(site)]);
  const auto kept = static_cast<float>(settings_.range_momentum);
  state[2 * i] = kept * state[2 * i] + (1.0F - kept) * seen.low;
  state[2 * i + 1] = kept * state[2 * i + 1] + (1.0F - kept) * seen.high;
}

// Tensors that share a step are those of one scale and zero point. Adam: Kingma and Ba 2015.
void Simulation::learn(std::span<const double> gradients, double rate, std::uint64_t update,
                       std::span<float> state) const {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-12;
  const std::size_t count = lowered_.tensors.size();
  std::vector<double> own(count, 0.0);
  for (std::size_t t = 0; t < gradients.size(); ++t) {
    if (heads_[t] >= 0) own[static_cast<std::size_t>(heads_[t])] += gradients[t];
  }
  const double done = static_cast<double>(update) + 1.0;
  for (std::size_t i = 0; i < count; ++i) {
    double gradient = 0;
    for (std::size_t k = 0; k < count; ++k) gradient += activations_[k] == activations_[i] ? own[k] : 0.0;
    float& mean = state[2 * count + i];
    float& square = state[3 * count + i];
    mean = static_cast<float>(kBeta1 * static_cast<double>(mean) + (1 - kBeta1) * gradient);
    square = static_cast<float>(kBeta2 * static_cast<double>(square) + (1 - kBeta2) * gradient * gradient);
    const double first = static_cast<double>(mean) / (1 - std::pow(kBeta1, done));
    const double second = static_cast<double>(square) / (1 - std::pow(kBeta2, done));
    const auto factor = static_cast<float>(std::exp(-rate * first / (std::sqrt(second) + kEpsilon)));
    state[2 * i] *= factor;
    state[2 * i + 1] *= factor;
  }
}

}  // namespace mote::trainer
