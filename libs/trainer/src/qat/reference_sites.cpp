#include "reference_sites.h"

#include "../window.h"

namespace mote::trainer {

ReferenceSites::ReferenceSites(const graph::Graph& graph, const Simulation& simulation,
                               std::vector<std::vector<float>>& values)
    : graph_(graph), simulation_(simulation), values_(values), rounded_(values.size()) {
  for (std::size_t id = 0; id < rounded_.size(); ++id) {
    if (simulation_.is_site(static_cast<graph::TensorId>(id))) rounded_[id].resize(values_[id].size());
  }
}

// The mean of integers may lie half-way between two: rounded here as the kernel does, before readers see it.
void ReferenceSites::round_means(const graph::Pool2d& pool, const graph::Node& node, std::int64_t samples) {
  const graph::TensorId input = node.inputs.front(), output = node.outputs.front();
  const Window window = make_window(pool, graph_.tensor(input).shape, pool.kernel_h, pool.kernel_w);
  std::vector<std::int64_t> cells(static_cast<std::size_t>(window.positions()), 0);
  for_each_tap(window,
               [&](std::int64_t position, std::int64_t, std::int64_t) { ++cells[static_cast<std::size_t>(position)]; });
  const ActivationGrid& grid = simulation_.activation(output);
  const auto channels = static_cast<std::size_t>(graph_.tensor(output).shape.back());
  std::vector<float>& means = values_[static_cast<std::size_t>(output)];
  for (std::size_t i = 0; i < static_cast<std::size_t>(samples) * elements(output); ++i) {
    means[i] = averaged_to(grid, means[i], cells[i / channels % cells.size()]);
  }
}

// Sums and means where exact rounding is asked for.
void ReferenceSites::round_as_kernel(std::size_t index, std::int64_t samples) {
  const graph::Node& node = graph_.nodes[index];
  const graph::TensorId output = node.outputs.front();
  std::vector<float>& values = values_[static_cast<std::size_t>(output)];
  const std::size_t count = static_cast<std::size_t>(samples) * elements(output);
  const auto step_of = [&](graph::TensorId id) { return simulation_.activation(id).step; };
  if (const AdditionRounding& rounding = simulation_.addition(index); !rounding.empty()) {
    const auto &a = seen(node.inputs[0]), &b = seen(node.inputs[1]);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = step_of(output) * rounding(a[i] / step_of(node.inputs[0]), b[i] / step_of(node.inputs[1]));
    }
  }
  if (const SumRounding& rounding = simulation_.mean(index); !rounding.empty()) {
    const std::size_t reduced = elements(node.inputs[0]) / elements(output);
    const auto cells = static_cast<float>(reduced);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = step_of(output) * rounding(values[i] / step_of(node.inputs[0]) * cells, 0);
    }
  }
}

// The site of a weighted layer where exact rounding is asked for: from the layer's sums.
void ReferenceSites::round_sums(std::size_t index, std::int64_t samples, const std::vector<float*>& constants) {
  const graph::Node& node = graph_.nodes[index];
  const WeightGrid& grid = simulation_.weights(index);
  const graph::TensorId sums = node.outputs.front(), site = simulation_.site_of(sums);
  if (grid.rounding.empty() || site < 0) return;
  const float* bias = node.inputs.size() > 2 ? constants[static_cast<std::size_t>(node.inputs[2])] : nullptr;
  const float step = simulation_.activation(site).step;
  for (std::size_t i = 0; i < static_cast<std::size_t>(samples) * elements(sums); ++i) {
    const std::size_t c = i % grid.unit.size();
    const float products = values_[static_cast<std::size_t>(sums)][i] - (bias == nullptr ? 0.0F : bias[c]);
    const float sum = grid.unit[c] == 0 ? 0.0F : products / grid.unit[c];
    rounded_[static_cast<std::size_t>(site)][i] = step * grid.rounding(sum, c);
  }
}

void ReferenceSites::round_input(std::int64_t samples) {
  round_site(graph_.inputs.front(), samples);
}

void ReferenceSites::round_output(std::size_t index, std::int64_t samples, bool as_kernels,
                                  const std::vector<float*>& constants) {
  const graph::Node& node = graph_.nodes[index];
  const auto* pool = std::get_if<graph::Pool2d>(&node.op);
  if (pool != nullptr && pool->kind == graph::PoolKind::kAverage) round_means(*pool, node, samples);
  if (as_kernels) round_as_kernel(index, samples);
  round_site(node.outputs.front(), samples);
  if (!as_kernels || !simulation_.is_site(node.outputs.front())) return;
  if (const auto layer = simulation_.layer_of(node.outputs.front())) round_sums(*layer, samples, constants);
}

// What readers of a site see.
void ReferenceSites::round_site(graph::TensorId id, std::int64_t samples) {
  const auto index = static_cast<std::size_t>(id);
  if (rounded_[index].empty()) return;
  const ActivationGrid& grid = simulation_.activation(id);
  const std::size_t count = static_cast<std::size_t>(samples) * elements(id);
  for (std::size_t i = 0; i < count; ++i) rounded_[index][i] = grid.step * rounded_to(grid, values_[index][i]);
}

// Gradients pass inside the grid. Returns the gradient of the logarithm of its step.
double ReferenceSites::pass(graph::TensorId id, std::int64_t samples, std::vector<std::vector<float>>& dvalues) const {
  const auto index = static_cast<std::size_t>(id);
  if (rounded_[index].empty() || dvalues[index].empty()) return 0;
  const ActivationGrid& grid = simulation_.activation(id);
  double sum = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(samples) * elements(id); ++i) {
    const float value = values_[index][i] / grid.step;
    const bool inside = value > grid.low && value < grid.high;
    sum += static_cast<double>(dvalues[index][i]) *
           (static_cast<double>(rounded_to(grid, values_[index][i])) - (inside ? static_cast<double>(value) : 0.0));
    if (!inside) dvalues[index][i] = 0;
  }
  return sum * static_cast<double>(grid.step);
}

}  // namespace mote::trainer
