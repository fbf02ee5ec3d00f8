#include "mote/graph/ops/reduce.h"

#include <fmt/format.h>

#include <algorithm>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Reduce&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Reduce& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Reduce::kName, inputs, 1, 1);
  const Shape& shape = inputs[0]->shape;
  const auto rank = static_cast<std::int32_t>(shape.size());
  if (op.keep_dims != 0 && op.keep_dims != 1) {
    op_error(Reduce::kName, fmt::format("keep_dims must be 0 or 1, got {}", op.keep_dims));
  }
  if (op.axes.empty()) op_error(Reduce::kName, "wanted at least one axis, got none");
  for (std::size_t i = 0; i < op.axes.size(); ++i) {
    if (op.axes[i] < 1 || op.axes[i] >= rank || (i > 0 && op.axes[i] <= op.axes[i - 1])) {
      op_error(Reduce::kName, fmt::format("axes must ascend within 1..{}, got {}", rank - 1, field_text(op.axes)));
    }
  }
  Shape result;
  for (std::int32_t axis = 0; axis < rank; ++axis) {
    const bool reduced = std::find(op.axes.begin(), op.axes.end(), axis) != op.axes.end();
    if (!reduced) result.push_back(shape[static_cast<std::size_t>(axis)]);
    if (reduced && op.keep_dims != 0) result.push_back(1);
  }
  return {result};
}

void verify_quantized(const Reduce&, const NodeView& node) {
  check_activation_quant(Reduce::kName, "input", *node.inputs[0]);
  check_activation_quant(Reduce::kName, "output", *node.outputs[0]);
  check_one_activation_type(Reduce::kName, node);
}

std::int64_t multiply_accumulates(const Reduce&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
