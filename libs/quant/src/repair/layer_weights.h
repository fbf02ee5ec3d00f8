// Weights of a layer by output channel, whatever the op. Private to this library.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/quant/quantize.h"

namespace mote::quant {

// Where value `index` of the weights belongs.
struct WeightPlace {
  std::int32_t output = 0;  // output channel
  std::int32_t input = 0;   // channel of the layer's input that it multiplies
};

// Shape of a weighted layer as its rules see it.
class LayerWeights {
 public:
  // `node` has weights.
  LayerWeights(const graph::Graph& graph, const graph::Node& node);

  std::int32_t outputs() const { return outputs_; }
  bool depthwise() const { return depthwise_; }
  bool per_channel() const { return per_channel_; }
  std::span<const float> values() const { return values_; }
  // `channels` is how many the producer of the input has: a dense layer may read several places of each.
  WeightPlace place(std::size_t index, std::int32_t channels) const;
  // The column of the layer's patches (patches.h) that value `index` multiplies.
  std::size_t patch_column(std::size_t index) const;

 private:
  std::span<const float> values_;
  std::size_t inner_ = 1;  // values after the axis of the output channels
  std::size_t last_ = 1;   // extent of the last axis
  std::int32_t outputs_ = 1;
  std::int32_t multiplier_ = 1;  // depthwise: outputs of one input channel
  bool depthwise_ = false;
  bool per_channel_ = false;
};

// The type that quantize() gives the weights of a node.
WeightType weight_type(const QuantizeSettings& settings, std::size_t node);

// A new constant in place of an input of the node. The old one stays for whoever else reads it.
void replace_constant(graph::Graph& graph, graph::Node& node, std::size_t input, std::span<const float> values);

// The biases of a layer; zeros where it has none.
std::vector<float> biases(const graph::Graph& graph, const graph::Node& node, std::int32_t outputs);
// Gives the layer these biases; one that has none gains them.
void set_biases(graph::Graph& graph, graph::Node& node, std::span<const float> values);

}  // namespace mote::quant
