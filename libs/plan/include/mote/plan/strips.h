// The first layers of a network executed strip by strip: a band of output rows after the other runs through all of
// them, so that their activations exist for a few rows at a time only. Rows that two strips need are computed twice.
// For networks whose first feature maps are their largest. In NHWC a strip of rows is contiguous: it is read where it
// lies in the network's input and written where it belongs in the last layer's output.
//
// Source: Lin et al., "MCUNetV2: memory-efficient patch-based inference for tiny deep learning", 2021.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::plan {

// Rows of padding above a layer's input: as many as the layer's padding rule says.
inline constexpr std::int32_t kPadByRule = -1;

struct StripCut {
  std::int32_t layers = 0;  // nodes of the graph from the first on, 2 … strip_layers()
  std::int32_t rows = 0;    // of the last layer's output in each strip; the lowest strip may have fewer

  bool operator==(const StripCut&) const = default;
};

// The layers on one strip. Tensors have the numbers that they have in the whole graph, and nodes too; activations have
// the rows of the strip. Not a graph that graph::verify() takes: padding lies outside the strip.
struct StripGraph {
  graph::Graph graph;
  std::vector<std::int32_t> pad_top;  // by node: rows of padding above its input
};

struct Strip {
  std::int32_t graph = 0;                // index into Strips::graphs
  std::int64_t input_offset_bytes = 0;   // of its first row in the network's input
  std::int64_t output_offset_bytes = 0;  // of its first row in the last layer's output
};

struct Strips {
  StripCut cut;
  std::vector<StripGraph> graphs;        // strips of the same shape and padding share one
  std::vector<Strip> strips;             // from the top down; empty: every layer runs as a whole
  std::vector<graph::TensorId> skipped;  // activations that never exist as a whole
  std::int64_t recomputed_macs = 0;      // multiply-accumulates beyond those of the whole layers

  bool empty() const { return strips.empty(); }
};

// How many of the first layers can run by strips: a chain from the network's only input, each layer read by the next
// one only, of convolutions, pools, element-wise layers and padding on [1,H,W,C]. 0 where it is shorter than two.
std::int32_t strip_layers(const graph::Graph& graph);

// Cuts a kInt8 graph. Errors: kInvalid for layers outside 2 … strip_layers(), for rows outside 1 … the output's rows -
// 1, and where a strip would lie in the padding altogether.
Strips cut_strips(const graph::Graph& graph, const StripCut& cut);
// The same for layers and rows in range; nothing where a strip would lie in the padding altogether.
std::optional<Strips> find_strips(const graph::Graph& graph, const StripCut& cut);

}  // namespace mote::plan
