// From the float weights of a layer to the integers that are exported, and back to the reals that these stand for.
//
// quantize() calls it, and so must whoever simulates an exported layer (quantization-aware training): equal arguments
// give equal integers. Not for activations (range.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/quant/number_types.h"

namespace mote::quant {

enum class DenseScales : std::uint8_t { kPerTensor, kPerChannel };

// Where the output channels lie among the weights: value i belongs to channel (i / inner) % channels.
struct WeightLayout {
  std::int32_t axis = 0;  // of the channels, in the tensor's shape
  std::size_t channels = 1;
  std::size_t inner = 1;
  std::size_t scales = 1;  // channels, or 1 for one scale in all

  std::size_t channel_of(std::size_t value) const { return (value / inner) % channels; }
  std::size_t scale_of(std::size_t value) const { return channel_of(value) % scales; }
  bool operator==(const WeightLayout&) const = default;
};

// Of the weights of `node`, its input 1; nothing for an op without weights. Dense layers have one scale for int8 and
// int4 unless `dense` says otherwise; ternary and binary have one for each channel.
std::optional<WeightLayout> weight_layout(const graph::Graph& graph, const graph::Node& node, WeightType type,
                                          DenseScales dense);

struct IntegerWeights {
  std::vector<float> scales;          // layout.scales of them, > 0
  std::vector<std::int8_t> integers;  // in the order of the weights
  std::vector<float> values() const;  // integer · scale, in float
  WeightLayout layout;
};

// Which scales the integers get.
struct ScaleChoice {
  std::span<const float> given;  // layout.scales of them, > 0 and finite; empty: by the rule of the type
  std::span<const float> least;  // floors (least_weight_scale), one for each channel; empty: none
};

// Integers of finite weights: round(w / s), half away from zero, clamped to the type; ternary by its rule, while no
// scale is given, by its threshold; binary always the sign. A floor that is above the scale replaces it. Sizes must fit
// the layout (asserted).
IntegerWeights integer_weights(std::span<const float> weights, const WeightLayout& layout, WeightType type,
                               const ScaleChoice& choice = {});

// The least scale of a channel whose bias still fits: |bias| / (input_scale · scale) <= 2^30 beside int8 activations,
// 2^45 beside int16 ones. A filter of zeros gets it.
float least_weight_scale(float bias, float input_scale, ActivationType activations);

}  // namespace mote::quant
