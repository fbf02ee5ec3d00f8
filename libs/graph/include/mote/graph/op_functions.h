// The overloads that libs/graph/src/ops/<stem>.cpp supplies for each op. Called through infer_shapes() and verify().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::graph {

// A node with its tensors at hand.
struct NodeView {
  std::vector<const Tensor*> inputs;
  std::vector<const Tensor*> outputs;
};

// What a recipe says of a layer's size beside the op's own fields. An op uses what it needs.
struct LayerSize {
  std::int32_t filters = 0;  // output channels or units, >= 1
  std::int32_t kernel_h = 1;
  std::int32_t kernel_w = 1;
  std::int32_t multiplier = 1;  // depthwise: output channels of each input channel
  std::int32_t use_bias = 1;    // 0 or 1
};

// One weight that a layer needs, by the suffix of its name.
struct WeightSpec {
  std::string suffix;  // ".weight"
  Shape shape;
};

// weights: what a new layer of this op needs beside its input, in the order of the op's inputs; empty for most ops.
// infer: the shapes of the outputs; checks attributes, ranks and extents.
// verify_quantized: what the op demands of types, scales and zero points at stage kInt8.
// multiply_accumulates: products of one inference.
// All errors are kInvalid and start with "[stem]".
#define MOTE_TRAINABLE_OP(Type, stem)                                                          \
  std::vector<WeightSpec> weights(const Type& op, const Tensor& input, const LayerSize& size); \
  std::vector<Shape> infer(const Type& op, const std::vector<const Tensor*>& inputs);          \
  void verify_quantized(const Type& op, const NodeView& node);                                 \
  std::int64_t multiply_accumulates(const Type& op, const NodeView& node);
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#define MOTE_TRAINONLY_OP(Type, stem)                                                          \
  std::vector<WeightSpec> weights(const Type& op, const Tensor& input, const LayerSize& size); \
  std::vector<Shape> infer(const Type& op, const std::vector<const Tensor*>& inputs);
#include "mote/graph/ops.def"

}  // namespace mote::graph
