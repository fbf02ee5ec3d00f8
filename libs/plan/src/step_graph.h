// What runs, before it has an order and addresses: steps and the values that pass between them. A value is an
// activation in one layout.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/plan/plan_options.h"

namespace mote::plan {

struct Value {
  graph::TensorId tensor = -1;
  Layout layout = Layout::kNhwc;
  std::int64_t size_bytes = 0;
  bool is_input = false;    // of the graph: there before the first step
  bool is_output = false;   // of the graph: needed after the last step
  bool is_carried = false;  // from run to run: its place is its own throughout
};

// An Overlap in terms of values.
struct StepOverlap {
  std::int32_t read = -1;
  std::int64_t least_distance_bytes = 0;
  std::int64_t multiple_bytes = 1;
};

struct StepDraft {
  std::int32_t node = -1;  // -1: a layout change
  KernelOption option;
  std::string why;
  std::vector<std::int32_t> reads;    // values of the node's activations, in order
  std::vector<std::int32_t> writes;   // values of its outputs
  std::vector<StepOverlap> overlaps;  // of writes[0]; a value at most once
};

struct StepGraph {
  std::vector<Value> values;     // ascending by tensor, then layout
  std::vector<StepDraft> steps;  // each after those whose values it reads
};

// One kernel for each node.
struct Choice {
  std::vector<KernelOption> options;
  std::vector<std::string> why;
};

// The activations among a node's inputs, in order.
std::vector<graph::TensorId> activations(const graph::Graph& graph, const graph::Node& node);

// Those that a step for the node reads: without the kept frames where it appends to them.
std::vector<graph::TensorId> reads_of(const graph::Graph& graph, std::size_t node, const PlanOptions& options);

// A layout change precedes the first node that wants another layout than its input has; one ends the network where an
// output does not lie in the graph's own.
StepGraph make_step_graph(const graph::Graph& graph, const Choice& choice, const PlanOptions& options);

}  // namespace mote::plan
