#include <numeric>

#include "mote/graph/channels.h"

namespace mote::graph {
namespace {

struct Call {
  const Graph& graph;
  const Node& node;
  ChannelRules& rules;

  TensorId input(std::size_t i = 0) const { return node.inputs[i]; }
  TensorId output() const { return node.outputs[0]; }
  std::size_t channels(TensorId id) const { return static_cast<std::size_t>(channel_count(graph.tensor(id))); }
  void keep_all(TensorId id) const {
    for (std::size_t c = 0; c < channels(id); ++c) rules.keep(id, c);
  }
  void tie_all(TensorId from) const {
    for (std::size_t c = 0; c < channels(from); ++c) rules.tie(from, c, output(), c);
  }
};

void demand(const Conv2d&, const Call&) {}
void demand(const Dense&, const Call&) {}

void demand(const DepthwiseConv2d&, const Call& call) {
  const std::size_t inputs = call.channels(call.input()), outputs = call.channels(call.output());
  if (inputs == 1) return call.rules.keep(call.input(), 0);
  for (std::size_t o = 0; o < outputs; ++o) call.rules.tie(call.input(), o / (outputs / inputs), call.output(), o);
}

void demand(const Unary&, const Call& call) {
  call.tie_all(call.input());
}
void demand(const Pool2d&, const Call& call) {
  call.tie_all(call.input());
}
void demand(const BatchNorm&, const Call& call) {
  call.tie_all(call.input());
}
void demand(const Dropout&, const Call& call) {
  call.tie_all(call.input());
}
void demand(const Binary&, const Call& call) {
  call.tie_all(call.input(0));
  call.tie_all(call.input(1));
}

void keep_whole(const Call& call) {
  for (TensorId id : call.node.inputs) call.keep_all(id);
  call.keep_all(call.output());
}

void demand(const Reduce& op, const Call& call) {
  const auto last = static_cast<std::int32_t>(call.graph.tensor(call.input()).shape.size()) - 1;
  if (op.axes.back() == last) return keep_whole(call);
  call.tie_all(call.input());
}

void demand(const Pad& op, const Call& call) {
  const auto before = static_cast<std::size_t>(op.before.back());
  const std::size_t channels = call.channels(call.input());
  for (std::size_t d = 0; d < call.channels(call.output()); ++d) {
    const bool padding = d < before || d >= before + channels;
    if (padding) call.rules.keep(call.output(), d);
    if (!padding) call.rules.tie(call.input(), d - before, call.output(), d);
  }
}

void demand(const Concat& op, const Call& call) {
  const bool joins_channels = static_cast<std::size_t>(op.axis) + 1 == call.graph.tensor(call.output()).shape.size();
  std::size_t first = 0;
  for (TensorId id : call.node.inputs) {
    const std::size_t channels = call.channels(id);
    for (std::size_t c = 0; c < channels; ++c) call.rules.tie(id, c, call.output(), first + c);
    if (joins_channels) first += channels;
  }
}

// Element i of the input is element i of the output: channels meet whose indices are equal modulo the greatest common
// divisor of both extents. Those stay or go together, so that the order of what is left is the same.
void demand(const Reshape&, const Call& call) {
  const std::size_t inputs = call.channels(call.input()), outputs = call.channels(call.output());
  const std::size_t period = std::gcd(inputs, outputs);
  for (std::size_t c = 0; c < inputs; ++c) call.rules.tie(call.input(), c, call.output(), c % period);
  for (std::size_t d = 0; d < outputs; ++d) call.rules.tie(call.input(), d % period, call.output(), d);
}

// Softmax, and ops that are not known here.
template <class Other>
void demand(const Other&, const Call& call) {
  keep_whole(call);
}

}  // namespace

std::int32_t channel_count(const Tensor& tensor) {
  return tensor.shape.empty() ? 1 : tensor.shape.back();
}

void channel_rules(const Graph& graph, const Node& node, ChannelRules& rules) {
  const Call call{graph, node, rules};
  std::visit([&](const auto& op) { demand(op, call); }, node.op);
}

}  // namespace mote::graph
