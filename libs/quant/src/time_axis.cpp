#include "time_axis.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"

namespace mote::quant {
namespace {

using graph::Shape;
using Kind = TimeStep::Kind;

// A node some of whose inputs have frames.
struct Call {
  const graph::Graph& graph;
  const graph::Node& node;
  TimeAxis time;  // of the first that has
  bool agree;     // all inputs have the same

  const Shape& input(std::size_t i = 0) const { return graph.tensor(node.inputs[i]).shape; }
  const Shape& output() const { return graph.tensor(node.outputs[0]).shape; }
};

constexpr TimeStep kWhole{};

TimeStep frame_by_frame(std::int32_t axis) {
  return {Kind::kLocal, 1, 1, axis};
}

// A sum of two paths, of which padding alone makes equally many frames; null: none.
const graph::Node* residual_sum(const graph::Graph& graph) {
  const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const graph::Node& node) {
    return std::holds_alternative<graph::Binary>(node.op) &&
           std::none_of(node.inputs.begin(), node.inputs.end(),
                        [&](graph::TensorId id) { return graph.tensor(id).constant; });
  });
  return found == graph.nodes.end() ? nullptr : &*found;
}

[[noreturn]] void padded(const Call& call) {
  const graph::Node* const sum = residual_sum(call.graph);
  const std::string advice =
      sum == nullptr ? "train the network with model.time_padding = \"valid\""
                     : fmt::format(
                           "without it the two paths that '{}' adds would not have equally many frames, so that "
                           "this architecture cannot stream: train ds-cnn with model.time_padding = \"valid\"",
                           call.graph.node_name(*sum));
  throw Error(ErrorCode::kUnsupported,
              fmt::format("[{}] wanted no padding in time, got some: {}", graph::op_name(call.node.op), advice));
}

struct Kernel {
  std::int32_t h, w, dilation_h, dilation_w;
};

// Convolutions and pools: time is height or width.
template <class Op>
TimeStep window_step(const Op& op, const Call& call, const Kernel& kernel) {
  const std::int32_t axis = call.time.axis;
  if (axis == 3) return kWhole;
  const std::int32_t size = axis == 1 ? kernel.h : kernel.w;
  const std::int32_t dilation = axis == 1 ? kernel.dilation_h : kernel.dilation_w;
  const std::int32_t stride = axis == 1 ? op.stride_h : op.stride_w;
  const graph::WindowAxis window = window_axis(call.time.frames, size, stride, dilation, op.padding);
  if (window.output == 1) return kWhole;
  if (window.pad_before > 0 || window.pad_after > 0) padded(call);
  return {Kind::kLocal, (size - 1) * dilation + 1, stride, axis};
}

template <class Op>
TimeStep convolution_step(const Op& op, const Call& call) {
  const Shape& weights = call.input(1);
  return window_step(op, call, {weights[1], weights[2], op.dilation_h, op.dilation_w});
}

TimeStep time_step(const graph::Conv2d& op, const Call& call) {
  return convolution_step(op, call);
}

TimeStep time_step(const graph::DepthwiseConv2d& op, const Call& call) {
  return convolution_step(op, call);
}

TimeStep time_step(const graph::Pool2d& op, const Call& call) {
  return window_step(op, call, {op.kernel_h, op.kernel_w, 1, 1});
}

TimeStep time_step(const graph::Unary&, const Call& call) {
  return frame_by_frame(call.time.axis);
}

TimeStep time_step(const graph::Binary&, const Call& call) {
  return !call.agree ? kWhole : frame_by_frame(call.time.axis);
}

TimeStep time_step(const graph::Concat& op, const Call& call) {
  return !call.agree || op.axis == call.time.axis ? kWhole : frame_by_frame(call.time.axis);
}

TimeStep time_step(const graph::Softmax&, const Call& call) {
  const bool along_time = static_cast<std::size_t>(call.time.axis) + 1 == call.input().size();
  return along_time ? kWhole : frame_by_frame(call.time.axis);
}

TimeStep time_step(const graph::Pad& op, const Call& call) {
  const auto axis = static_cast<std::size_t>(call.time.axis);
  if (op.before[axis] > 0 || op.after[axis] > 0) padded(call);
  for (std::size_t i = 0; i < axis; ++i) {
    if (op.before[i] > 0 || op.after[i] > 0) return kWhole;
  }
  return frame_by_frame(call.time.axis);
}

TimeStep time_step(const graph::Reduce& op, const Call& call) {
  const std::int32_t time = call.time.axis;
  if (std::find(op.axes.begin(), op.axes.end(), time) != op.axes.end()) return kWhole;
  const auto dropped = std::count_if(op.axes.begin(), op.axes.end(), [&](std::int32_t axis) { return axis < time; });
  return frame_by_frame(op.keep_dims != 0 ? time : time - static_cast<std::int32_t>(dropped));
}

// Frames stay frames where some axis of the output counts them and each holds as many elements as before.
TimeStep time_step(const graph::Reshape&, const Call& call) {
  const Shape& shape = call.output();
  for (std::size_t axis = 1; axis < shape.size() && shape[0] == 1; ++axis) {
    if (shape[axis] == call.time.frames) return frame_by_frame(static_cast<std::int32_t>(axis));
    if (shape[axis] != 1) break;
  }
  return kWhole;
}

// Dense, and ops that are not known here.
template <class Op>
TimeStep time_step(const Op&, const Call&) {
  return kWhole;
}

bool same_frames(const TimeAxis& a, const TimeAxis& b) {
  return a.axis == b.axis && a.stride == b.stride && a.frames == b.frames;
}

TimeStep step_of(const graph::Graph& graph, const graph::Node& node, const std::vector<TimeAxis>& tensors) {
  std::vector<TimeAxis> inputs;
  for (graph::TensorId id : node.inputs) inputs.push_back(tensors[static_cast<std::size_t>(id)]);
  const auto first = std::find_if(inputs.begin(), inputs.end(), [](const TimeAxis& x) { return x.has_frames(); });
  if (first == inputs.end()) return {Kind::kNone};
  const bool agree =
      std::all_of(inputs.begin(), inputs.end(), [&](const TimeAxis& x) { return same_frames(x, *first); });
  const Call call{graph, node, *first, agree};
  return with_context(fmt::format("layer '{}'", graph.node_name(node)),
                      [&] { return std::visit([&](const auto& op) { return time_step(op, call); }, node.op); });
}

}  // namespace

TimeFlow time_flow(const graph::Graph& graph) {
  TimeFlow flow;
  flow.tensors.resize(graph.tensors.size());
  flow.tensors[static_cast<std::size_t>(graph.inputs[0])] = {1, 1, graph.tensor(graph.inputs[0]).shape[1]};
  for (const graph::Node& node : graph.nodes) {
    const TimeStep step = step_of(graph, node, flow.tensors);
    flow.nodes.push_back(step);
    if (step.kind != Kind::kLocal) continue;
    const auto reader = std::find_if(node.inputs.begin(), node.inputs.end(), [&](graph::TensorId id) {
      return flow.tensors[static_cast<std::size_t>(id)].has_frames();
    });
    const TimeAxis& from = flow.tensors[static_cast<std::size_t>(*reader)];
    const std::int32_t frames = graph.tensor(node.outputs[0]).shape[static_cast<std::size_t>(step.axis)];
    flow.tensors[static_cast<std::size_t>(node.outputs[0])] = {step.axis, from.stride * step.stride, frames};
  }
  return flow;
}

}  // namespace mote::quant
