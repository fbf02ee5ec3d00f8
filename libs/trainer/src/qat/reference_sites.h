// The sites of a simulation in the reference program: values as they were computed, beside what their readers see.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/graph/ops/pool2d.h"
#include "simulation.h"

namespace mote::trainer {

class ReferenceSites {
 public:
  // `values`: the program's activations, by tensor, samples × elements. All arguments must outlive it.
  ReferenceSites(const graph::Graph& graph, const Simulation& simulation, std::vector<std::vector<float>>& values);

  // What a node sees of a tensor that it reads.
  std::vector<float>& seen(graph::TensorId id) {
    const auto index = static_cast<std::size_t>(id);
    return rounded_[index].empty() ? values_[index] : rounded_[index];
  }

  void round_input(std::int64_t samples);
  // After a node has run. `as_kernels`: batch norms use the moving statistics, so that layers can round as their
  // kernels do where the simulation says how. `constants`: by tensor, of the program.
  void round_output(std::size_t node, std::int64_t samples, bool as_kernels, const std::vector<float*>& constants);
  // Before the node that wrote the tensor passes its gradient back: which it does inside the grid. Returns the gradient
  // of the loss by the logarithm of the grid's step.
  double pass(graph::TensorId id, std::int64_t samples, std::vector<std::vector<float>>& dvalues) const;

 private:
  std::size_t elements(graph::TensorId id) const { return static_cast<std::size_t>(graph_.tensor(id).elements()); }
  void round_means(const graph::Pool2d& pool, const graph::Node& node, std::int64_t samples);
  void round_as_kernel(std::size_t index, std::int64_t samples);
  void round_sums(std::size_t index, std::int64_t samples, const std::vector<float*>& constants);
  void round_site(graph::TensorId id, std::int64_t samples);

  const graph::Graph& graph_;
  const Simulation& simulation_;
  std::vector<std::vector<float>>& values_;
  std::vector<std::vector<float>> rounded_;  // by tensor: what readers of a site see; empty for others
};

}  // namespace mote::trainer
