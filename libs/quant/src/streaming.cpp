#include "mote/quant/streaming.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "mote/base/error.h"
#include "time_axis.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::Node;
using graph::TensorId;
using Kind = TimeStep::Kind;

[[noreturn]] void unsupported(const std::string& message) {
  throw Error(ErrorCode::kUnsupported, "[streaming] " + message);
}

// Writes the step graph. Tensors keep their ids until the end; those with frames shrink to the new ones.
class Stepper {
 public:
  Stepper(const Graph& whole, const TimeFlow& flow) : whole_(whole), flow_(flow) {
    for (const TimeAxis& time : flow.tensors) {
      if (time.has_frames()) hop_ = std::lcm(hop_, time.stride);
    }
    result_.step = whole;
    result_.step.nodes.clear();
    result_.hop_frames = hop_;
    result_.window_frames = time_of(whole.inputs[0]).frames;
    for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
      const TimeAxis& time = flow.tensors[i];
      if (time.has_frames()) extent(result_.step.tensors[i], time) = new_frames(time);
    }
  }

  void append(std::size_t index) {
    Node node = whole_.nodes[index];
    const TimeStep& step = flow_.nodes[index];
    for (TensorId& input : node.inputs) {
      if (time_of(input).has_frames()) input = window(input, frames_kept(time_of(input), node.outputs[0], step));
    }
    if (auto* reshape = std::get_if<graph::Reshape>(&node.op)) {
      reshape->shape = result_.step.tensor(node.outputs[0]).shape;
    }
    result_.step.nodes.push_back(std::move(node));
  }

  StreamingGraph take() {
    std::vector<TensorId> renamed;
    result_.step = compact(result_.step, renamed);
    for (StreamState& state : result_.states) {
      state.kept = renamed[static_cast<std::size_t>(state.kept)];
      state.window = renamed[static_cast<std::size_t>(state.window)];
    }
    return std::move(result_);
  }

 private:
  const TimeAxis& time_of(TensorId id) const { return flow_.tensors[static_cast<std::size_t>(id)]; }
  std::int32_t new_frames(const TimeAxis& time) const { return hop_ / time.stride; }
  static std::int32_t& extent(graph::Tensor& tensor, const TimeAxis& time) {
    return tensor.shape[static_cast<std::size_t>(time.axis)];
  }

  // Frames of the past that a reader needs beside the new ones. Windows start at multiples of the stride from the first
  // frame of the whole window; frames after the last window are not used yet and kept too.
  std::int32_t frames_kept(const TimeAxis& time, TensorId output, const TimeStep& step) const {
    if (step.kind == Kind::kWhole) return time.frames - new_frames(time);
    const std::int32_t windows = time_of(output).frames;
    const std::int32_t unused = time.frames - ((windows - 1) * step.stride + step.extent);
    const std::int32_t kept = step.extent - step.stride + unused;
    if (kept >= 0) return kept;
    unsupported(fmt::format("wanted a stride in time of at most the kernel of layer '{}', got stride {} over {} frames",
                            whole_.tensor(output).name, step.stride, step.extent));
  }

  // `kept` frames of the past followed by the new ones; readers that keep equally many share them.
  TensorId window(TensorId frames, std::int32_t kept) {
    if (kept == 0) return frames;
    const auto [found, is_new] = windows_.try_emplace({frames, kept}, -1);
    if (is_new) found->second = add_state(frames, kept);
    return found->second;
  }

  TensorId add_state(TensorId frames, std::int32_t kept) {
    const TimeAxis& time = time_of(frames);
    const graph::Tensor now = result_.step.tensor(frames);
    const std::int32_t added = new_frames(time);
    const StreamState state{add_tensor(now, time, fmt::format("{}/last{}", now.name, kept), kept),
                            add_tensor(now, time, fmt::format("{}/last{}+{}", now.name, kept, added), kept + added),
                            kept,
                            added,
                            now.bytes() / added,
                            static_cast<std::int8_t>(now.quant.zero_points[0])};
    result_.step.inputs.push_back(state.kept);
    result_.step.outputs.push_back(state.window);
    result_.step.nodes.push_back({graph::Concat{time.axis}, {state.kept, frames}, {state.window}});
    result_.states.push_back(state);
    return state.window;
  }

  TensorId add_tensor(graph::Tensor tensor, const TimeAxis& time, std::string name, std::int32_t frames) {
    tensor.name = std::move(name);
    extent(tensor, time) = frames;
    result_.step.tensors.push_back(std::move(tensor));
    return static_cast<TensorId>(result_.step.tensors.size() - 1);
  }

  const Graph& whole_;
  const TimeFlow& flow_;
  std::int32_t hop_ = 1;
  StreamingGraph result_;
  std::map<std::pair<TensorId, std::int32_t>, TensorId> windows_;
};

void check_input(const Graph& graph) {
  if (graph.inputs.size() != 1) unsupported(fmt::format("wanted one input, got {}", graph.inputs.size()));
  const graph::Shape& shape = graph.tensor(graph.inputs[0]).shape;
  if (shape.size() < 3 || shape[0] != 1)
    unsupported(fmt::format("wanted an input [1,frames,features,1], got {}", graph::to_string(shape)));
  if (graph.tensor(graph.inputs[0]).type != graph::DType::kInt8) unsupported("wanted int8 activations, got int16");
}

void check_flow(const Graph& graph, const TimeFlow& flow) {
  for (TensorId id : graph.outputs) {
    if (!flow.tensors[static_cast<std::size_t>(id)].has_frames()) continue;
    unsupported(
        fmt::format("wanted one answer for the whole window, got frames in output '{}': end the network in a "
                    "global pool or a dense layer",
                    graph.tensor(id).name));
  }
  const bool carries = std::any_of(flow.nodes.begin(), flow.nodes.end(),
                                   [](const TimeStep& step) { return step.kind == Kind::kLocal && step.extent > 1; });
  if (!carries) unsupported("wanted convolutions over time, got a network that looks at all frames at once");
}

}  // namespace

std::int64_t StreamingGraph::state_bytes() const {
  std::int64_t sum = 0;
  for (const StreamState& state : states) sum += state.bytes();
  return sum;
}

StreamingGraph streaming_graph(const Graph& graph) {
  verify(graph, graph::Stage::kInt8);
  check_input(graph);
  const TimeFlow flow = time_flow(graph);
  check_flow(graph, flow);
  Stepper stepper(graph, flow);
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) stepper.append(i);
  StreamingGraph result = stepper.take();
  verify(result.step, graph::Stage::kInt8);
  return result;
}

}  // namespace mote::quant
