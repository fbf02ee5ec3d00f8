#include "channel_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::trainer {
namespace {

using graph::Graph;
using graph::TensorId;

// Sets of channels that are tied, as a forest over all channels of all tensors (union-find).
class Ties final : public graph::ChannelRules {
 public:
  explicit Ties(const Graph& graph) {
    std::size_t count = 0;
    for (const graph::Tensor& tensor : graph.tensors) {
      first_.push_back(count);
      count += static_cast<std::size_t>(graph::channel_count(tensor));
    }
    parent_.resize(count);
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    fixed_.assign(count, false);
    for (const graph::Node& node : graph.nodes) channel_rules(graph, node, *this);
    for (std::size_t id = 0; id < graph.tensors.size(); ++id) {
      if (graph.tensors[id].constant) keep_all(graph, static_cast<TensorId>(id));
    }
    for (TensorId id : graph.inputs) keep_all(graph, id);
    for (TensorId id : graph.outputs) keep_all(graph, id);
  }

  void tie(TensorId a, std::size_t channel_a, TensorId b, std::size_t channel_b) override {
    const std::size_t one = root(place(a, channel_a)), other = root(place(b, channel_b));
    parent_[std::max(one, other)] = std::min(one, other);
    fixed_[std::min(one, other)] = fixed_[one] || fixed_[other];
  }
  void keep(TensorId tensor, std::size_t channel) override { fixed_[root(place(tensor, channel))] = true; }
  void keep_all(const Graph& graph, TensorId id) {
    for (std::int32_t c = 0; c < graph::channel_count(graph.tensor(id)); ++c) keep(id, static_cast<std::size_t>(c));
  }

  std::size_t root_of(TensorId tensor, std::int32_t channel) {
    return root(place(tensor, static_cast<std::size_t>(channel)));
  }
  bool is_fixed(std::size_t root) const { return fixed_[root]; }

 private:
  std::size_t place(TensorId tensor, std::size_t channel) const {
    return first_[static_cast<std::size_t>(tensor)] + channel;
  }
  std::size_t root(std::size_t place) {
    while (parent_[place] != place) place = parent_[place] = parent_[parent_[place]];
    return place;
  }

  std::vector<std::size_t> first_;   // place of a tensor's channel 0
  std::vector<std::size_t> parent_;  // by place
  std::vector<bool> fixed_;          // by root
};

void keep_layers_whole(const Graph& graph, const std::vector<std::string>& layers, Ties& ties) {
  std::vector<std::string> names;
  for (const graph::Node& node : graph.nodes) {
    if (!makes_channels(node.op)) continue;
    names.push_back(graph.node_name(node));
    const bool kept = std::find(layers.begin(), layers.end(), names.back()) != layers.end();
    if (kept) ties.keep_all(graph, node.outputs[0]);
  }
  for (const std::string& layer : layers) {
    if (std::find(names.begin(), names.end(), layer) != names.end()) continue;
    throw Error(ErrorCode::kNotFound, fmt::format("[prune] keep_layers wanted a layer with weights, got '{}'{}", layer,
                                                  did_you_mean(layer, names)));
  }
}

// Tensors of a unit, one after the other: what its group has in common.
std::vector<TensorId> tensors_of(const ChannelUnit& unit) {
  std::vector<TensorId> tensors;
  for (const Channel& channel : unit) {
    if (tensors.empty() || tensors.back() != channel.tensor) tensors.push_back(channel.tensor);
  }
  return tensors;
}

}  // namespace

bool makes_channels(const graph::Op& op) {
  return std::holds_alternative<graph::Conv2d>(op) || std::holds_alternative<graph::DepthwiseConv2d>(op) ||
         std::holds_alternative<graph::Dense>(op);
}

std::vector<ChannelGroup> channel_groups(const Graph& graph, const std::vector<std::string>& keep_layers) {
  Ties ties(graph);
  keep_layers_whole(graph, keep_layers, ties);
  std::map<std::size_t, ChannelUnit> units;  // by root
  for (std::size_t id = 0; id < graph.tensors.size(); ++id) {
    const auto tensor = static_cast<TensorId>(id);
    if (graph.tensors[id].constant) continue;
    for (std::int32_t c = 0; c < graph::channel_count(graph.tensors[id]); ++c) {
      const std::size_t root = ties.root_of(tensor, c);
      if (!ties.is_fixed(root)) units[root].push_back({tensor, c});
    }
  }
  std::vector<ChannelGroup> groups;
  std::map<std::vector<TensorId>, std::size_t> group_of;
  for (const graph::Node& node : graph.nodes) {
    if (!makes_channels(node.op)) continue;
    for (std::int32_t c = 0; c < graph::channel_count(graph.tensor(node.outputs[0])); ++c) {
      const auto found = units.find(ties.root_of(node.outputs[0], c));
      if (found == units.end()) continue;
      const auto [entry, is_first] = group_of.try_emplace(tensors_of(found->second), groups.size());
      if (is_first) groups.push_back({graph.node_name(node), {}});
      groups[entry->second].units.push_back(std::move(found->second));
      units.erase(found);
    }
  }
  return groups;
}

Graph without_units(const Graph& graph, const std::vector<const ChannelUnit*>& units) {
  std::vector<graph::ChannelSet> kept;
  for (const graph::Tensor& tensor : graph.tensors) {
    kept.emplace_back(static_cast<std::size_t>(graph::channel_count(tensor)), true);
  }
  for (const ChannelUnit* unit : units) {
    for (const Channel& channel : *unit) {
      kept[static_cast<std::size_t>(channel.tensor)][static_cast<std::size_t>(channel.index)] = false;
    }
  }
  std::vector<TensorId> renamed;
  Graph result = keep_channels(graph, kept, renamed);
  graph::verify(result, graph::Stage::kTrain);
  return result;
}

}  // namespace mote::trainer
