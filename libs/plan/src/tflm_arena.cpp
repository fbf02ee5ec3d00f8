// Source of the constants: what TFLM's recording allocator reports on a 64-bit machine
// (tests/conformance/litert_tflm.py
// --arena), rounded up. A 32-bit core needs less for the same structures.

#include <algorithm>

#include "lowering.h"
#include "mote/plan/plan.h"

namespace mote::plan {
namespace {

constexpr std::int64_t kInterpreterBytes = 1024;  // allocators, planner, graph, in- and outputs
constexpr std::int64_t kTensorBytes = 24;         // TfLiteEvalTensor
constexpr std::int64_t kNodeBytes = 208;          // node, registration, options, the kernel's own data, alignment
constexpr std::int64_t kChannelBytes = 8;         // multiplier and shift, copied to the arena
constexpr std::int64_t kPlannerTensorBytes = 40;  // of a planned buffer while the interpreter starts

// Activations that the interpreter keeps apart, each from the step that writes it to the last that reads it.
std::vector<Block> activation_blocks(const graph::Graph& graph) {
  std::vector<Block> by_tensor(graph.tensors.size());
  const auto nodes = static_cast<std::int32_t>(graph.nodes.size());
  for (std::int32_t step = 0; step < nodes; ++step) {
    const graph::Node& node = graph.nodes[static_cast<std::size_t>(step)];
    for (graph::TensorId id : node.inputs) by_tensor[static_cast<std::size_t>(id)].last_step = step;
    for (graph::TensorId id : node.outputs) {
      by_tensor[static_cast<std::size_t>(id)].first_step = step;
      by_tensor[static_cast<std::size_t>(id)].last_step = step;
    }
  }
  for (graph::TensorId id : graph.outputs) by_tensor[static_cast<std::size_t>(id)].last_step = nodes;
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < by_tensor.size(); ++i) {
    by_tensor[i].size_bytes = graph.tensors[i].bytes();
    if (!graph.tensors[i].constant) blocks.push_back(by_tensor[i]);
  }
  return blocks;
}

}  // namespace

std::int64_t tflm_arena_bytes(const graph::Graph& graph) {
  std::vector<Block> blocks = activation_blocks(graph);
  const auto nodes = static_cast<std::int64_t>(graph.nodes.size());
  // An operator may have an operand (a shape, axes) that is an attribute here.
  const std::int64_t tensors = static_cast<std::int64_t>(graph.tensors.size()) + nodes;
  std::int64_t tail = kInterpreterBytes + tensors * kTensorBytes + nodes * kNodeBytes;
  for (std::int32_t step = 0; step < nodes; ++step) {
    const graph::Node& node = graph.nodes[static_cast<std::size_t>(step)];
    const std::int64_t scratch_bytes = lower_node(graph, static_cast<std::size_t>(step)).cmsis_scratch_bytes;
    if (scratch_bytes > 0) blocks.push_back({scratch_bytes, step, step, 0});
    // TFLM unpacks weights of four bits into its arena.
    for (graph::TensorId id : node.inputs) {
      if (graph.tensor(id).type == graph::DType::kInt4) blocks.push_back({graph.tensor(id).bytes(), step, step, 0});
    }
    const bool weighted = node.inputs.size() > 1 && graph.tensor(node.inputs[1]).constant;
    if (weighted) tail += kChannelBytes * graph.tensor(node.outputs[0]).shape.back();
  }
  const std::int64_t planning = static_cast<std::int64_t>(blocks.size()) * kPlannerTensorBytes;
  const std::int64_t head = std::max(place_by_size(blocks), planning);
  return (head + tail + kArenaAlignmentBytes - 1) / kArenaAlignmentBytes * kArenaAlignmentBytes;
}

}  // namespace mote::plan
