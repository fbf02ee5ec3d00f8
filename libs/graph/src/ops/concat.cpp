#include "mote/graph/ops/concat.h"

#include <fmt/format.h>

#include <limits>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Concat&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Concat& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Concat::kName, inputs, 2, 64);
  check_rank_at_least(Concat::kName, *inputs[0], 2);
  Shape shape = inputs[0]->shape;
  if (op.axis < 1 || static_cast<std::size_t>(op.axis) >= shape.size()) {
    op_error(Concat::kName, fmt::format("axis must be in 1..{}, got {}", shape.size() - 1, op.axis));
  }
  const auto axis = static_cast<std::size_t>(op.axis);
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    Shape wanted = shape;
    if (inputs[i]->shape.size() == shape.size()) wanted[axis] = inputs[i]->shape[axis];
    check_shape(Concat::kName, fmt::format("input {}", i), *inputs[i], wanted);
    const std::int64_t extent = std::int64_t{shape[axis]} + inputs[i]->shape[axis];
    if (extent > std::numeric_limits<std::int32_t>::max())
      op_error(Concat::kName, "the joined extent does not fit 32 bits");
    shape[axis] = static_cast<std::int32_t>(extent);
  }
  return {shape};
}

void verify_quantized(const Concat&, const NodeView& node) {
  for (const Tensor* input : node.inputs) check_tied_quant(Concat::kName, {{input}, node.outputs});
}

std::int64_t multiply_accumulates(const Concat&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
