#include "live_channels.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <utility>

#include "filters.h"

namespace mote::quant {
namespace {

using graph::ChannelSet;
using graph::TensorId;

// The sets as they grow.
class Sets final : public graph::ChannelRules {
 public:
  explicit Sets(const graph::Graph& graph) {
    for (const graph::Tensor& tensor : graph.tensors)
      sets_.emplace_back(static_cast<std::size_t>(graph::channel_count(tensor)), tensor.constant);
    for (TensorId id : graph.inputs) keep_all(id);
    for (TensorId id : graph.outputs) keep_all(id);
    grew_ = false;
  }

  const ChannelSet& of(TensorId id) const { return sets_[static_cast<std::size_t>(id)]; }
  void keep(TensorId id, std::size_t channel) override {
    ChannelSet& set = sets_[static_cast<std::size_t>(id)];
    grew_ = grew_ || !set[channel];
    set[channel] = true;
  }
  void keep_all(TensorId id) {
    for (std::size_t c = 0; c < of(id).size(); ++c) keep(id, c);
  }
  void tie(TensorId a, std::size_t channel_a, TensorId b, std::size_t channel_b) override {
    if (of(a)[channel_a]) keep(b, channel_b);
    if (of(b)[channel_b]) keep(a, channel_a);
  }
  // Whether a set grew since the last question.
  bool grew() { return std::exchange(grew_, false); }
  std::vector<ChannelSet> take() { return std::move(sets_); }

 private:
  std::vector<ChannelSet> sets_;
  bool grew_ = false;
};

// A live node: some channel of its output stays.
struct Call {
  const graph::Graph& graph;
  const graph::Node& node;
  const std::vector<ChannelBounds>& bounds;
  Sets& sets;

  TensorId input(std::size_t i = 0) const { return node.inputs[i]; }
  TensorId output() const { return node.outputs[0]; }
  const ChannelBounds& input_bounds() const { return bounds[static_cast<std::size_t>(input())]; }
  std::int32_t zero_point() const { return graph.tensor(input()).quant.zero_points[0]; }
};

// What a constant channel adds to the sum of one filter when all its taps see it.
std::int64_t share(const Filters& filters, std::int32_t output, std::int32_t input, std::int32_t value) {
  std::int64_t sum = 0;
  for (std::int32_t tap = 0; tap < filters.taps(); ++tap)
    sum += std::int64_t{filters.weight(output, tap, input)} * value;
  return sum;
}

// Whether all constant inputs together leave every bias in 32 bits.
bool biases_hold(const Filters& filters, const Call& call) {
  for (std::int32_t output = 0; output < filters.outputs; ++output) {
    std::int64_t reach = std::abs(std::int64_t{filters.bias(output)});
    for (std::int32_t i = 0; i < filters.inputs; ++i) {
      const Bounds& x = call.input_bounds()[static_cast<std::size_t>(i)];
      if (x.constant()) reach += std::abs(share(filters, output, i, x.low - call.zero_point()));
    }
    if (reach > std::numeric_limits<std::int32_t>::max()) return false;
  }
  return true;
}

// Input channels that filters can do without because their value is known.
ChannelSet known_inputs(const Filters& filters, const Call& call) {
  const bool folds = !filters.sees_padding() && biases_hold(filters, call);
  ChannelSet result;
  for (const Bounds& x : call.input_bounds()) result.push_back(x.constant() && (folds || x.low == call.zero_point()));
  return result;
}

bool reads(const Filters& filters, std::int32_t output, std::int32_t input) {
  for (std::int32_t tap = 0; tap < filters.taps(); ++tap) {
    if (filters.weight(output, tap, input) != 0) return true;
  }
  return false;
}

// Convolution and dense: each filter needs what it has weights for.
void keep_read_inputs(const Filters& filters, const Call& call) {
  const ChannelSet known = known_inputs(filters, call);
  const ChannelSet outputs = call.sets.of(call.output());
  for (std::int32_t i = 0; i < filters.inputs; ++i) {
    const auto channel = static_cast<std::size_t>(i);
    if (known[channel] || call.sets.of(call.input())[channel]) continue;
    for (std::int32_t output = 0; output < filters.outputs; ++output) {
      if (!outputs[static_cast<std::size_t>(output)] || !reads(filters, output, i)) continue;
      call.sets.keep(call.input(), channel);
      break;
    }
  }
}

template <Weighted Op>
void spread(const Op& op, const Call& call) {
  keep_read_inputs(filters(op, view_of(call.graph, call.node)), call);
}

// Everything else demands the same whatever its channels hold.
template <class Op>
void spread(const Op&, const Call& call) {
  graph::channel_rules(call.graph, call.node, call.sets);
}
void spread(const graph::DepthwiseConv2d&, const Call& call) {
  graph::channel_rules(call.graph, call.node, call.sets);
}

}  // namespace

std::vector<ChannelSet> live_channels(const graph::Graph& graph, const std::vector<ChannelBounds>& bounds) {
  Sets sets(graph);
  do {
    for (std::size_t i = graph.nodes.size(); i-- > 0;) {
      const graph::Node& node = graph.nodes[i];
      if (!graph::any_channel(sets.of(node.outputs[0]))) continue;
      const Call call{graph, node, bounds, sets};
      std::visit([&](const auto& op) { spread(op, call); }, node.op);
      for (TensorId id : node.inputs) {
        if (!graph::any_channel(sets.of(id))) sets.keep(id, 0);
      }
    }
  } while (sets.grew());
  return sets.take();
}

}  // namespace mote::quant
