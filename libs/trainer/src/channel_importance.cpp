#include "channel_importance.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <optional>

#include "batch_maker.h"
#include "make_program.h"
#include "mote/base/error.h"
#include "parameter_layout.h"

namespace mote::trainer {
namespace {

using graph::Graph;
using graph::Node;
using graph::TensorId;

// By tensor, by channel: a figure for channels that a layer makes; empty for other tensors.
using Figures = std::vector<std::vector<double>>;

// The axis of a layer's weights along which its output channels lie.
std::size_t output_axis(const Node& node) {
  return std::holds_alternative<graph::DepthwiseConv2d>(node.op) ? 3 : 0;
}

// add(channel, value) for each weight of a constant, channels along `axis`.
template <class Add>
void by_channel(const graph::Tensor& constant, std::size_t axis, std::span<const float> values, Add&& add) {
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < constant.shape.size(); ++i) inner *= static_cast<std::size_t>(constant.shape[i]);
  const auto extent = static_cast<std::size_t>(constant.shape[axis]);
  for (std::size_t i = 0; i < values.size(); ++i) add(i / inner % extent, static_cast<double>(values[i]));
}

// The batch norm that alone reads a layer's output.
const Node* norm_behind(const Graph& graph, const Node& layer) {
  const auto readers = graph::consumers(graph, layer.outputs[0]);
  if (readers.size() != 1) return nullptr;
  const Node& reader = graph.nodes[static_cast<std::size_t>(readers[0])];
  return std::holds_alternative<graph::BatchNorm>(reader.op) ? &reader : nullptr;
}

// figure(node, values of its output's channels) for each layer that makes channels.
template <class Figure>
Figures for_each_layer(const Graph& graph, Figure&& figure) {
  Figures result(graph.tensors.size());
  for (const Node& node : graph.nodes) {
    if (!makes_channels(node.op)) continue;
    auto& channels = result[static_cast<std::size_t>(node.outputs[0])];
    channels.assign(static_cast<std::size_t>(graph::channel_count(graph.tensor(node.outputs[0]))), 0.0);
    figure(node, channels);
  }
  return result;
}

Figures mean_magnitudes(const Graph& graph) {
  return for_each_layer(graph, [&](const Node& node, std::vector<double>& channels) {
    const graph::Tensor& weights = graph.tensor(node.inputs[1]);
    const double share = static_cast<double>(channels.size()) / static_cast<double>(weights.elements());
    by_channel(weights, output_axis(node), graph::values<float>(weights),
               [&](std::size_t channel, double value) { channels[channel] += share * std::abs(value); });
  });
}

// Layers without a batch norm behind them count nothing.
Figures norm_scales(const Graph& graph) {
  return for_each_layer(graph, [&](const Node& node, std::vector<double>& channels) {
    const Node* norm = norm_behind(graph, node);
    if (norm == nullptr) return channels.clear();
    const auto gammas = graph::values<float>(graph.tensor(norm->inputs[1]));
    for (std::size_t c = 0; c < channels.size(); ++c) channels[c] = std::abs(static_cast<double>(gammas[c]));
  });
}

// The first-order change of the loss when a channel goes. Behind a batch norm the sum over a filter is zero, because
// the norm takes any scale away: gamma and beta say it there.
class TaylorFigures {
 public:
  TaylorFigures(const Graph& graph, Program& program)
      : graph_(graph), program_(program), offsets_(graph.tensors.size(), -1) {
    for (const ParameterSlot& slot : program.parameter_slots())
      offsets_[static_cast<std::size_t>(slot.tensor)] = slot.offset;
  }

  Figures after_step() const {
    return for_each_layer(graph_, [&](const Node& node, std::vector<double>& channels) {
      if (const Node* norm = norm_behind(graph_, node)) {
        add(norm->inputs[1], 0, channels);
        add(norm->inputs[2], 0, channels);
        return;
      }
      add(node.inputs[1], output_axis(node), channels);
      if (node.inputs.size() > 2) add(node.inputs[2], 0, channels);
    });
  }

 private:
  void add(TensorId id, std::size_t axis, std::vector<double>& channels) const {
    const std::int64_t offset = offsets_[static_cast<std::size_t>(id)];
    if (offset < 0) return;
    const auto first = static_cast<std::size_t>(offset);
    const auto count = static_cast<std::size_t>(graph_.tensor(id).elements());
    const std::span<const float> gradients = program_.gradients().subspan(first, count);
    std::vector<float> products(count);
    for (std::size_t i = 0; i < count; ++i) products[i] = gradients[i] * program_.parameters()[first + i];
    by_channel(graph_.tensor(id), axis, products,
               [&](std::size_t channel, double value) { channels[channel] += value; });
  }

  const Graph& graph_;
  Program& program_;
  std::vector<std::int64_t> offsets_;  // by tensor
};

// Weights stay as they are; the program is thrown away, and with it the moving statistics that its steps change.
Figures taylor(const Graph& graph, const ChannelPruningSettings& settings, BatchSource& source,
               const TrainSettings& training, ThreadPool& pool) {
  BatchMaker maker(source, training);
  const auto program = make_program(graph, maker.largest_batch(), pool);
  const TaylorFigures figures(graph, *program);
  Figures sums(graph.tensors.size());
  source.begin_epoch(0);
  MadeBatch made;
  const std::int64_t batches = std::min<std::int64_t>(settings.batches, maker.batches());
  for (std::int64_t number = 0; number < batches; ++number) {
    maker.make(0, number, made);
    Batch batch = made.view();
    batch.seed = training.seed;
    batch.step = static_cast<std::uint64_t>(number);
    program->step(batch);
    const Figures step = figures.after_step();
    for (std::size_t id = 0; id < step.size(); ++id) {
      sums[id].resize(step[id].size());
      for (std::size_t c = 0; c < step[id].size(); ++c) sums[id][c] += step[id][c] * step[id][c];
    }
  }
  return sums;
}

Figures figures_of(const Graph& graph, const ChannelPruningSettings& settings, BatchSource& source,
                   const TrainSettings& training, ThreadPool& pool) {
  switch (settings.importance) {
    case ChannelImportance::kL1:
      return mean_magnitudes(graph);
    case ChannelImportance::kNorm:
      return norm_scales(graph);
    case ChannelImportance::kTaylor:
      break;
  }
  return taylor(graph, settings, source, training, pool);
}

// Nothing when no layer of the unit has a figure.
std::optional<double> worth(const ChannelUnit& unit, const Figures& figures) {
  std::optional<double> sum;
  for (const Channel& channel : unit) {
    const auto& channels = figures[static_cast<std::size_t>(channel.tensor)];
    if (!channels.empty()) sum = sum.value_or(0.0) + channels[static_cast<std::size_t>(channel.index)];
  }
  return sum;
}

}  // namespace

std::vector<std::vector<double>> channel_importance(const Graph& graph, const std::vector<ChannelGroup>& groups,
                                                    const ChannelPruningSettings& settings, BatchSource& source,
                                                    const TrainSettings& training, ThreadPool& pool) {
  const Figures figures = figures_of(graph, settings, source, training, pool);
  std::vector<std::vector<double>> result;
  for (const ChannelGroup& group : groups) {
    auto& list = result.emplace_back();
    for (const ChannelUnit& unit : group.units) {
      const std::optional<double> value = worth(unit, figures);
      if (!value) {
        throw Error(
            ErrorCode::kInvalid,
            fmt::format("[prune] importance = norm wanted a batch norm behind '{}', got none: take l1 or taylor, "
                        "or name the layer in keep_layers",
                        group.layer));
      }
      list.push_back(*value);
    }
  }
  return result;
}

}  // namespace mote::trainer
