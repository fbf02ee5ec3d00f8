// How an int8 graph is executed: ordered steps, each with its kernel and parameters, and a map of the arena. The graph
// itself stays as it is. For the host run, the cost model, code generation and export; not a place for decisions about
// the graph.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/plan/kernel_call.h"
#include "mote/plan/layout.h"
#include "mote/plan/memory_map.h"

namespace mote::plan {

// The place of one activation of the graph.
struct Placement {
  graph::TensorId tensor = -1;
  std::int32_t block = -1;        // index into Plan::blocks; tensors that share a block are in place of each other
  std::int64_t offset_bytes = 0;  // from the arena's start
  std::int64_t size_bytes = 0;
  Layout layout = Layout::kNhwc;
};

struct Step {
  std::int32_t node = -1;                  // index into the graph's nodes
  std::vector<graph::TensorId> completes;  // tensors whose values are whole after this step
  KernelCall call;                         // which kernel of the runtime, with which parameters
  std::int64_t scratch_bytes = 0;          // 0: the kernel needs none
  std::int64_t scratch_offset_bytes = 0;   // from the arena's start
};

// Whether a step may write over an input that nobody reads later.
enum class Reuse : std::uint8_t { kInPlace, kNone };

struct PlanOptions {
  Reuse reuse = Reuse::kInPlace;
};

struct Plan {
  graph::Graph graph;                        // unchanged, stage kInt8
  std::vector<Step> steps;                   // in execution order
  std::vector<Placement> placements;         // of every activation, ascending by tensor
  std::vector<Block> blocks;                 // activations first, then scratch
  std::int64_t arena_bytes = 0;              // to be aligned to kArenaAlignmentBytes by whoever gives the arena
  std::int64_t arena_lower_bound_bytes = 0;  // of these blocks, see lower_bound_bytes()

  // Errors: kInvalid when the tensor is a constant or not of this graph.
  const Placement& placement(graph::TensorId tensor) const;
};

// Lowers every node to a kernel of the runtime and lays out the arena. The same graph gives the same plan.
// Errors: kInvalid from graph::verify, and with the context "layer 3 'name'" where an op cannot be lowered exactly (a
// multiplier whose left shift may overflow, say); kUnsupported for what the runtime cannot do.
Plan make_plan(graph::Graph graph, const PlanOptions& options = {});

// The runtime's kernel for one node, with its parameters: window, offsets, bounds, multipliers. Errors as make_plan.
KernelCall kernel_call(const graph::Graph& graph, std::size_t node);

// The arena that TFLM's interpreter needs for the graph on a 32-bit core, with a margin: an estimate from the sizes of
// its structures (commit 90b983c2), because an arena that is too small fails on the device only. Larger than
// arena_bytes: the interpreter keeps its tensors, nodes and per-channel tables there and reuses no input in place.
std::int64_t tflm_arena_bytes(const graph::Graph& graph);

// The memory map and the layers as a table for people, for `mote inspect`. Ends in a line break.
std::string describe(const Plan& plan);

}  // namespace mote::plan
