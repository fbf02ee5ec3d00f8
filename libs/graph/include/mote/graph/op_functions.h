// The overloads that libs/graph/src/ops/<stem>.cpp supplies for each op. Called through infer_shapes() and verify().
#pragma once

#include <vector>

#include "mote/graph/graph.h"

namespace mote::graph {

// A node with its tensors at hand.
struct NodeView {
  std::vector<const Tensor*> inputs;
  std::vector<const Tensor*> outputs;
};

// infer: the shapes of the outputs; checks attributes, ranks and extents.
// verify_quantized: what the op demands of types, scales and zero points at stage kInt8.
// multiply_accumulates: products of one inference.
// All errors are kInvalid and start with "[stem]".
#define MOTE_TRAINABLE_OP(Type, stem)                                                 \
  std::vector<Shape> infer(const Type& op, const std::vector<const Tensor*>& inputs); \
  void verify_quantized(const Type& op, const NodeView& node);                        \
  std::int64_t multiply_accumulates(const Type& op, const NodeView& node);
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#define MOTE_TRAINONLY_OP(Type, stem) \
  std::vector<Shape> infer(const Type& op, const std::vector<const Tensor*>& inputs);
#include "mote/graph/ops.def"

}  // namespace mote::graph
