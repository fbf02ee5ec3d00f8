// Where the trainable constants of a graph and its moving statistics lie in the flat arrays of a Program. Every program
// lays them out like this: in the order of the graph's tensors, without gaps, in the graph's own layouts (OHWI …).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/graph/graph.h"
#include "op_functions.h"
#include "program.h"

namespace mote::trainer {

// A constant that training changes, and the node that reads it.
struct NodeParameter {
  graph::TensorId tensor = -1;
  ParameterUse use;
  std::size_t node = 0;
};

// In the order of the nodes; a constant that two nodes share is listed once, as the first of them uses it.
std::vector<NodeParameter> node_parameters(const graph::Graph& graph);

struct ParameterLayout {
  std::vector<ParameterSlot> parameters;
  std::vector<ParameterSlot> statistics;
};

ParameterLayout lay_out_parameters(const graph::Graph& graph);

// Floats in all the slots.
std::int64_t total_count(const std::vector<ParameterSlot>& slots);

// Copies the values of the graph's constants into the flat array. Errors: kInvalid for a weight without values.
void read_constants(const graph::Graph& graph, const std::vector<ParameterSlot>& slots, std::span<float> flat);

// Gives the graph's constants the values of the flat array (new buffers).
void write_constants(graph::Graph& graph, const std::vector<ParameterSlot>& slots, std::span<const float> flat);

}  // namespace mote::trainer
