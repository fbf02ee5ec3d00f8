// The quantized network in float: weights and biases as their integers say, every activation snapped to its grid.
//
// For passes and doctors that ask "what if": it runs on any graph::FloatRunner, tensor by tensor, and can quantize some
// layers and leave others alone. It is not what a device computes (that is plan::HostRunner's): sums are float and are
// rounded once, so that a value may be one step off.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/graph/float_runner.h"
#include "mote/graph/graph.h"

namespace mote::quant {

// Inputs of a network and who runs it: what repair and diagnosis measure on. Nothing is owned.
struct MeasuringSet {
  graph::FloatRunner& runner;
  std::span<const float> inputs;  // samples × elements of the input, one after the other
  std::int64_t samples = 0;

  // Errors: kInvalid without samples, or when `inputs` is not as long as they demand.
  void validate(const graph::Graph& graph) const;
};

// `count` samples of a set (all, where there are fewer), evenly spread. Owns its inputs.
class SpreadSet {
 public:
  SpreadSet(const MeasuringSet& whole, const graph::Graph& graph, std::int64_t count);
  MeasuringSet set() const { return {runner_, inputs_, samples_}; }

 private:
  graph::FloatRunner& runner_;
  std::int64_t samples_;
  std::vector<float> inputs_;
};

// The values as the grid of `quant` (per tensor) keeps them.
void snap(const graph::Quant& quant, graph::DType type, std::span<float> values);

class Simulation {
 public:
  // `quantized` is what quantize() made of `graph`, or of the same graph with other constants (a bias more among them):
  // node for node the same. Errors: kInvalid when it is not.
  Simulation(const graph::Graph& graph, const graph::Graph& quantized);

  // Of the tensors below: ids are those of the float graph. Whole: every layer is quantized.
  const graph::Graph& whole() const { return whole_; }
  // The float graph where the weights of the listed nodes alone are as their integers say.
  graph::Graph with_weights_of(std::span<const std::int32_t> nodes) const;
  // Snaps a tensor that is quantized; constants never come here.
  void snap(graph::TensorId tensor, std::span<float> values) const;
  const graph::Quant& quant(graph::TensorId tensor) const { return quants_[static_cast<std::size_t>(tensor)]; }

  // Runs the quantized network and shows every activation as its grid keeps it.
  void run(const MeasuringSet& set, const graph::FloatRunner::Observer& observe) const;

 private:
  graph::Graph float_;
  graph::Graph whole_;
  std::vector<graph::Quant> quants_;  // by tensor; empty for constants
  std::vector<graph::DType> types_;
};

// Runs a float graph in bounded groups of samples: `edit` sees every activation of each group and may change it.
void run_groups(const graph::Graph& graph, const MeasuringSet& set, const graph::FloatRunner::Editor& edit);

}  // namespace mote::quant
