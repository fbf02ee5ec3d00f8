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

}  // namespace

std::int64_t tflm_arena_bytes(const graph::Graph& graph) {
  Plan plan = make_plan(graph, {Reuse::kNone});
  std::vector<Block> blocks(plan.blocks.begin(),
                            plan.blocks.begin() + static_cast<std::ptrdiff_t>(plan.placements.size()));
  const auto nodes = static_cast<std::int64_t>(graph.nodes.size());
  // An operator may have an operand (a shape, axes) that is an attribute here.
  const std::int64_t tensors = static_cast<std::int64_t>(graph.tensors.size()) + nodes;
  std::int64_t tail = kInterpreterBytes + tensors * kTensorBytes + nodes * kNodeBytes;
  for (std::int32_t step = 0; step < nodes; ++step) {
    const graph::Node& node = graph.nodes[static_cast<std::size_t>(step)];
    const std::int64_t scratch_bytes = lower_node(graph, static_cast<std::size_t>(step)).cmsis_scratch_bytes;
    if (scratch_bytes > 0) blocks.push_back({scratch_bytes, step, step, 0});
    const bool weighted = node.inputs.size() > 1 && graph.tensor(node.inputs[1]).constant;
    if (weighted) tail += kChannelBytes * graph.tensor(node.outputs[0]).shape.back();
  }
  const std::int64_t planning = static_cast<std::int64_t>(blocks.size()) * kPlannerTensorBytes;
  const std::int64_t head = std::max(place_by_size(blocks), planning);
  return (head + tail + kArenaAlignmentBytes - 1) / kArenaAlignmentBytes * kArenaAlignmentBytes;
}

}  // namespace mote::plan
