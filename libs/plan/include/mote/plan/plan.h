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
#include "mote/plan/plan_options.h"
#include "mote/plan/strips.h"

namespace mote::plan {

// The place of one activation in one layout. An activation whose layout is changed has a place for each.
struct Placement {
  graph::TensorId tensor = -1;
  std::int32_t block = -1;        // index into Plan::blocks
  std::int64_t offset_bytes = 0;  // from the arena's start; a multiple of kActivationAlignmentBytes
  std::int64_t size_bytes = 0;    // stored_bytes(tensor, layout)
  Layout layout = Layout::kNhwc;
  std::int32_t strip = -1;  // index into Strips::strips of the strip whose rows it holds; -1: the whole activation
};

struct Step {
  std::int32_t node = -1;                  // index into the graph's nodes; -1 for a layout change
  std::int32_t strip = -1;                 // index into Strips::strips; -1: on whole activations
  std::int32_t twin = -1;                  // the earlier step that does the same to a strip of the same shape; -1: none
  std::vector<graph::TensorId> completes;  // tensors whose values are whole after this step, see Plan::completed
  KernelCall call;                         // the runtime's kernel and its parameters; without op for a layout change
  KernelOption option;                     // what runs instead of `call`, unless it is the portable one
  std::string why;                         // one clause: why this option
  std::vector<std::int32_t> reads;         // places of the activations among the node's inputs, in order
  std::vector<std::int32_t> writes;        // places of the node's outputs; both are indices into Plan::placements
  std::int64_t scratch_bytes = 0;          // 0: the kernel needs none
  std::int64_t scratch_offset_bytes = 0;   // from the arena's start; a multiple of kArenaAlignmentBytes

  bool is_layout_change() const { return node < 0; }
  bool is_portable() const { return node >= 0 && option.name == kPortableOption; }
};

struct Plan {
  graph::Graph graph;                 // unchanged, stage kInt8
  std::vector<Step> steps;            // in execution order, which may differ from the order of the nodes
  Strips strips;                      // how the first layers are cut; empty: they are not
  std::vector<Placement> placements;  // of every activation that has one, ascending by strip, then tensor, then layout
  std::vector<std::int32_t> carried;  // places that keep their bytes from run to run: indices into placements
  std::vector<Block> blocks;          // of whole activations (same index), then scratch in the order of steps; the
                                      // activations of all strips lie in one scratch
  std::int64_t arena_bytes = 0;       // to be aligned to kArenaAlignmentBytes by whoever gives the arena
  std::int64_t arena_lower_bound_bytes = 0;  // of these steps in this order, see lower_bound_bytes()

  // Whether the runtime's kernels run every step: what the executor and the host run can do.
  bool is_portable() const;
  // Of a whole activation in the graph's own layout if it has that, else in the one it has. Errors: kInvalid when the
  // tensor is a constant, not of this graph, or exists by strips only.
  const Placement& placement(graph::TensorId tensor) const;
  // Where step.completes[index] lies.
  const Placement& completed(const Step& step, std::size_t index) const;
  // The graph that has step.node with the shapes that the step works on.
  const graph::Graph& graph_of(const Step& step) const;
  // Rows of padding above the input of a step that has a node, as kernel_call() takes them.
  std::int32_t pad_top(const Step& step) const;
};

// Lowers every node to a kernel of the runtime, chooses among the kernels that are offered, the layouts and the order
// of the steps, and lays out the arena. The same graph and options give the same plan. Errors: kInvalid from
// graph::verify, with the context "layer 3 'name'" where an op cannot be lowered exactly (a multiplier whose left shift
// may overflow, say), for options that do not fit their node, and when no choice keeps the limits (needed, available,
// largest contributors, what would fit); kUnsupported for what the runtime cannot do.
Plan make_plan(graph::Graph graph, const PlanOptions& options = {});

// The runtime's kernel for one node, with its parameters: window, offsets, bounds, multipliers. `pad_top` says where
// the padding of a node of a StripGraph lies. Errors as make_plan.
KernelCall kernel_call(const graph::Graph& graph, std::size_t node, std::int32_t pad_top = kPadByRule);
// The kernel that wants a byte for each weight, for whoever stores them in a way of its own.
KernelCall plain_kernel_call(const graph::Graph& graph, std::size_t node, std::int32_t pad_top = kPadByRule);

// The arena that TFLM's interpreter needs for the graph on a 32-bit core, with a margin: an estimate from the sizes of
// its structures (commit 90b983c2), because an arena that is too small fails on the device only. Larger than
// arena_bytes: the interpreter keeps its tensors, nodes and per-channel tables there and reuses no input in place.
std::int64_t tflm_arena_bytes(const graph::Graph& graph);

// The memory map and the layers as a table for people, for `mote inspect`. Ends in a line break.
std::string describe(const Plan& plan);

}  // namespace mote::plan
