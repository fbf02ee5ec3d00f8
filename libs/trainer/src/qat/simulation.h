// The int8 graph that a kTrain graph would become this very moment, as both programs simulate it in training.
//
// Nothing of quantization is repeated here: update() lowers and quantizes the network as it stands, by the functions
// that export it, and the programs read scales, zero points and integer weights from the result. What is simulated is
// what is exported, whatever the number types.
//
// An activation of the int8 graph is one tensor there and several in the kTrain graph (convolution, batch norm, ReLU,
// dropout): its *site* is the last of them before dropout, where the values are rounded to the grid.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "../parameter_layout.h"
#include "kernel_rounding.h"
#include "mote/graph/graph.h"
#include "mote/quant/quantize.h"
#include "mote/trainer/qat.h"

namespace mote::trainer {

// The integers that an activation can take, without zero point: real = step · n. What lies between low and high, in
// steps, is nearest to one of them.
struct ActivationGrid {
  float step = 1;
  float low = 0;
  float high = 0;
  std::int32_t zero_point = 0;
  bool operator==(const ActivationGrid&) const = default;
};

// The nearest integer of the grid, ties to even. Sums of magnitude 2^23 have no room for a fraction.
inline float rounded_to(const ActivationGrid& grid, float value) {
  constexpr float kLarge = 12582912.0F;
  const float steps = value / grid.step;
  const float inside = steps < grid.low ? grid.low : steps > grid.high ? grid.high : steps;
  return (inside + kLarge) - kLarge;
}

// The mean of `cells` values of the grid as the kernel of average pools rounds it (ties away from the real value whose
// integer is zero, as TensorFlow Lite's does).
inline float averaged_to(const ActivationGrid& grid, float mean, std::int64_t cells) {
  const auto count = static_cast<std::int32_t>(cells);
  const auto sum = static_cast<std::int32_t>(std::lround(mean / grid.step * static_cast<float>(count)));
  const std::int32_t raw = sum + count * grid.zero_point;
  const std::int32_t rounded = (raw > 0 ? raw + count / 2 : raw - count / 2) / count;
  return grid.step * static_cast<float>(rounded - grid.zero_point);
}

// The weights of a layer as integers, in the graph's layout. Before the batch norm that folding multiplies into them,
// an integer stands for step[c]; a product with an input's integer for unit[c] = input_step · step[c], c the channel.
struct WeightGrid {
  std::vector<float> integers;
  std::vector<float> step, unit;
  float input_step = 1;
  std::size_t inner = 1;  // consecutive integers of one channel
  SumRounding rounding;   // of its sums of products; empty: in float

  std::size_t channel(std::size_t integer) const { return integer / inner % step.size(); }
};

// The samples of a batch whose values are observed, other ones at each step.
std::vector<std::int64_t> observed_samples(const Batch& batch);

class Simulation {
 public:
  // Errors: kUnsupported for a network in which two tensors have one name, or that loses a layer when
  // it is lowered; those of target.lower.
  Simulation(const graph::Graph& trained, const QatSettings& settings, const QatTarget& target);

  // What it keeps behind the batch norms' moving statistics: the ranges of all activations and, where they are learned,
  // the memory of their optimizer.
  std::int64_t state_count() const;
  // Writes the first state, from ranges of the lowered graph's tensors, by id.
  void start(const std::vector<quant::Range>& ranges, std::span<float> state) const;
  // By tensor of the lowered graph. What lowering added has a range that holds nothing: it is tied to what has one.
  std::vector<quant::Range> ranges(std::span<const float> state) const;

  const graph::Graph& lowered() const { return lowered_; }

  // Quantizes the network with these values, each in the layout's slots, the state behind the statistics. Errors: those
  // of quant::quantize, for a network that has diverged.
  void update(std::span<const float> parameters, std::span<const float> statistics);
  // Of the last update.
  const graph::Graph& quantized() const { return quantized_; }

  // True where the tensor's values are rounded.
  bool is_site(graph::TensorId tensor) const { return sites_[static_cast<std::size_t>(tensor)]; }
  // The site of the tensor's activation; -1 for the network's output.
  graph::TensorId site_of(graph::TensorId tensor) const;
  // The weighted node of the kTrain graph whose sums become the activation of the tensor; nothing for other kinds.
  std::optional<std::size_t> layer_of(graph::TensorId tensor) const;
  // True for a site and for dropouts of one.
  bool is_rounded(graph::TensorId tensor) const { return rounded_[static_cast<std::size_t>(tensor)]; }
  // True when the int8 graph has a layer of its own for the node's output: its input is rounded, and is no mere step
  // inside another layer.
  bool is_layer(const graph::Node& node) const;
  // The grid of the activation that the tensor belongs to. The reference stays valid; update() changes what it says.
  const ActivationGrid& activation(graph::TensorId tensor) const;
  // The weights of a convolution, depthwise or dense node, likewise.
  const WeightGrid& weights(std::size_t node) const;
  // Means and sums of two round as their kernels do where these are not empty; likewise.
  const SumRounding& mean(std::size_t node) const { return means_[node]; }
  const AdditionRounding& addition(std::size_t node) const { return additions_[node]; }

  // The part of the statistics that is the state.
  std::span<float> state_of(std::span<float> statistics) const;
  // Values that a site took before rounding, in real units: moves the range of its activation.
  void observe(graph::TensorId site, std::span<const float> values, std::span<float> state) const;
  bool learns() const { return settings_.observer == RangeObserver::kLearned; }
  // The gradient of the loss by the logarithm of each site's step, by tensor of the kTrain graph: moves the ranges that
  // share a step together, by Adam. `update` counts the steps before this one.
  void learn(std::span<const double> gradients, double rate, std::uint64_t update, std::span<float> state) const;

 private:
  // A weighted node of the kTrain graph.
  struct Layer {
    std::size_t node = 0;  // in the kTrain graph, as are weights and norm
    graph::TensorId weights = -1;
    std::size_t lowered_node = 0;     // in the lowered and the int8 graph
    std::optional<std::size_t> norm;  // the batch norm that is folded into it
    WeightGrid grid;
  };

  void find_heads();
  void find_layers();
  std::optional<std::size_t> norm_behind(std::size_t node) const;
  void update_activations();
  void update_layer(Layer& layer);
  void update_roundings();
  double folded_factor(const Layer& layer, std::size_t channel) const;

  graph::Graph trained_;
  QatSettings settings_;
  QatTarget target_;
  ParameterLayout layout_;
  graph::Graph lowered_, quantized_;
  std::vector<graph::TensorId> heads_;  // by tensor of the kTrain graph: its activation in the lowered graph, or -1
  std::vector<bool> sites_, rounded_;   // by tensor of the kTrain graph
  std::vector<ActivationGrid> activations_;  // by tensor of the lowered graph
  std::vector<Layer> layers_;
  std::vector<SumRounding> means_;  // by node of the kTrain graph, as additions
  std::vector<AdditionRounding> additions_;
};

}  // namespace mote::trainer
