// The kernels of all strips of a cut and the arena that they share: one step in the plan of the whole network.
#pragma once

#include <vector>

#include "kernel_choice.h"
#include "lowering.h"
#include "mote/plan/strips.h"

namespace mote::plan {

// One strip graph. The arena is without its input and output, which lie in whole activations: their blocks are empty.
struct StripPart {
  std::vector<Lowered> lowered;  // by node
  Candidate chosen;
};

struct StripStep {
  std::int32_t strip = 0;
  std::int32_t place = 0;        // in the order of its part
  std::int32_t twin = -1;        // index of the same step of the first strip of this part
  std::int64_t flash_bytes = 0;  // that it needs beside what its twin and the whole layer's weights need
};

struct StripPlan {
  Strips strips;
  std::vector<StripPart> parts;  // by strip graph
  std::vector<StripStep> steps;  // as they run
  KernelOption option;           // all of it as one layer, from the network's input to the last layer's output
};

// Whether each strip begins at a word of the input and of the output: kernels beside the runtime's read words.
bool begin_at_words(const Strips& strips);

// Errors: those of cut_strips() and lowering; kInvalid where strips do not begin at words and there are other kernels
// than the runtime's.
StripPlan plan_strips(const graph::Graph& graph, const StripCut& cut, const PlanOptions& options);

// The distance at which the last layer's output may lie over the network's input: below the rows that lower strips
// read.
Overlap strip_overlap(const graph::Graph& graph, const Strips& strips);

// The graph with the cut layers as one node. Tensors keep their numbers.
graph::Graph with_strips_as_node(const graph::Graph& graph, const StripCut& cut);

}  // namespace mote::plan
