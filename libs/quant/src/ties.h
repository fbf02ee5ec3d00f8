// Which activations must share scale and zero point. Private to this library.
#pragma once

#include <cstddef>
#include <vector>

#include "mote/graph/graph.h"
#include "rules.h"

namespace mote::quant {

// Sets of tensors (union-find by path halving).
class TiedSets {
 public:
  explicit TiedSets(std::size_t count);

  // The tensor that stands for the set of `item`.
  std::size_t find(std::size_t item);
  void tie(graph::TensorId a, graph::TensorId b);

 private:
  std::vector<std::size_t> parent_;
};

// By the rules of the ops.
TiedSets tie_tensors(const graph::Graph& graph);

}  // namespace mote::quant
