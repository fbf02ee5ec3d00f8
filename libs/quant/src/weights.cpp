#include "mote/quant/weights.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "mote/quant/range.h"
#include "rules.h"

namespace mote::quant {
namespace {

// Products of scales below this leave the range of normal float32.
constexpr float kLeastScale = 1e-12F;
constexpr double kGreatestBias = 1 << 30;
constexpr double kGreatestWideBias = static_cast<double>(std::int64_t{1} << 45);
constexpr double kTernaryThreshold = 0.7;  // of the mean magnitude

// What the rules need to know of the weights that share one scale. Sums are in the order of the weights.
struct Magnitudes {
  float greatest = 0;
  double sum = 0;
  std::size_t count = 0;
  double kept_sum = 0;  // of those above the ternary threshold
  std::size_t kept = 0;

  double mean() const { return count == 0 ? 0.0 : sum / static_cast<double>(count); }
  double threshold() const { return kTernaryThreshold * mean(); }
  double kept_mean() const { return kept == 0 ? 0.0 : kept_sum / static_cast<double>(kept); }
};

// visit(i, layout.scale_of(i)) for all weights in order. Training does this for every layer at every step: no
// divisions.
template <class Visit>
void for_each_weight(const WeightLayout& layout, std::size_t count, Visit&& visit) {
  for (std::size_t i = 0, channel = 0; i < count; channel = channel + 1 == layout.channels ? 0 : channel + 1) {
    const std::size_t scale = layout.scales == 1 ? 0 : channel;
    for (const std::size_t end = i + layout.inner; i < end; ++i) visit(i, scale);
  }
}

std::vector<Magnitudes> magnitudes(std::span<const float> weights, const WeightLayout& layout) {
  std::vector<Magnitudes> result(layout.scales);
  for_each_weight(layout, weights.size(), [&](std::size_t i, std::size_t scale) {
    Magnitudes& group = result[scale];
    const float magnitude = std::abs(weights[i]);
    group.greatest = std::max(group.greatest, magnitude);
    group.sum += static_cast<double>(magnitude);
    ++group.count;
  });
  std::vector<double> thresholds;
  for (const Magnitudes& group : result) thresholds.push_back(group.threshold());
  for_each_weight(layout, weights.size(), [&](std::size_t i, std::size_t scale) {
    const auto magnitude = static_cast<double>(std::abs(weights[i]));
    if (magnitude <= thresholds[scale]) return;
    result[scale].kept_sum += magnitude;
    ++result[scale].kept;
  });
  return result;
}

float scale_by_rule(const Magnitudes& group, WeightType type) {
  if (type == WeightType::kTernary) return static_cast<float>(group.kept_mean());
  if (type == WeightType::kBinary) return static_cast<float>(group.mean());
  return static_cast<float>(static_cast<double>(group.greatest) / greatest_weight(type));
}

// The floors of the channels that share a scale: the greatest of them.
std::vector<float> floors(const WeightLayout& layout, std::span<const float> least) {
  std::vector<float> result(layout.scales, kLeastScale);
  for (std::size_t c = 0; c < least.size(); ++c) {
    float& floor = result[c % layout.scales];
    floor = std::max(floor, least[c]);
  }
  return result;
}

// One weight of a group whose scale is settled.
struct Rounding {
  WeightType type;
  double scale;
  double ternary_threshold;  // 0: by rounding

  std::int8_t operator()(float weight) const {
    if (type == WeightType::kBinary) return weight < 0 ? -1 : 1;
    if (ternary_threshold > 0) {
      if (static_cast<double>(std::abs(weight)) <= ternary_threshold) return 0;
      return weight < 0 ? -1 : 1;
    }
    const std::int32_t greatest = greatest_weight(type);
    return static_cast<std::int8_t>(round_clamped(static_cast<double>(weight) / scale, -greatest, greatest));
  }
};

}  // namespace

std::optional<WeightLayout> weight_layout(const graph::Graph& graph, const graph::Node& node, WeightType type,
                                          DenseScales dense) {
  const QuantRule rule = quant_rule(node.op);
  if (!rule.weighted) return std::nullopt;
  const graph::Shape& shape = graph.tensor(node.inputs[1]).shape;
  WeightLayout layout;
  layout.axis = rule.channel_axis;
  layout.channels = static_cast<std::size_t>(shape[static_cast<std::size_t>(rule.channel_axis)]);
  for (std::size_t i = static_cast<std::size_t>(rule.channel_axis) + 1; i < shape.size(); ++i) {
    layout.inner *= static_cast<std::size_t>(shape[i]);
  }
  const bool coarse = type == WeightType::kTernary || type == WeightType::kBinary;
  const bool requested = rule.per_channel_on_request && (coarse || dense == DenseScales::kPerChannel);
  if (rule.per_channel || requested) layout.scales = layout.channels;
  return layout;
}

std::vector<float> IntegerWeights::values() const {
  std::vector<float> result(integers.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<float>(integers[i]) * scales[layout.scale_of(i)];
  }
  return result;
}

IntegerWeights integer_weights(std::span<const float> weights, const WeightLayout& layout, WeightType type,
                               const ScaleChoice& choice) {
  assert(choice.given.empty() || choice.given.size() == layout.scales);
  assert(choice.least.empty() || choice.least.size() == layout.channels);
  const std::vector<Magnitudes> groups = magnitudes(weights, layout);
  const std::vector<float> least = floors(layout, choice.least);
  IntegerWeights result;
  result.layout = layout;
  std::vector<Rounding> roundings;
  for (std::size_t g = 0; g < layout.scales; ++g) {
    const float wanted = choice.given.empty() ? scale_by_rule(groups[g], type) : choice.given[g];
    result.scales.push_back(std::max(wanted, least[g]));
    const bool by_threshold = type == WeightType::kTernary && choice.given.empty() && wanted >= least[g];
    roundings.push_back({type, static_cast<double>(result.scales.back()), by_threshold ? groups[g].threshold() : 0.0});
  }
  result.integers.resize(weights.size());
  for_each_weight(layout, weights.size(),
                  [&](std::size_t i, std::size_t scale) { result.integers[i] = roundings[scale](weights[i]); });
  return result;
}

float least_weight_scale(float bias, float input_scale, ActivationType activations) {
  const double greatest = activations == ActivationType::kInt16 ? kGreatestWideBias : kGreatestBias;
  const double least = std::abs(static_cast<double>(bias)) / (static_cast<double>(input_scale) * greatest);
  return std::max(kLeastScale, static_cast<float>(least));
}

}  // namespace mote::quant
