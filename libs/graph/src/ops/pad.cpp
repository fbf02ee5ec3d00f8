#include "mote/graph/ops/pad.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Pad&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Pad& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Pad::kName, inputs, 1, 1);
  Shape shape = inputs[0]->shape;
  if (op.before.size() != shape.size() || op.after.size() != shape.size()) {
    op_error(Pad::kName, fmt::format("wanted padding for {} axes, got {} before and {} after", shape.size(),
                                     op.before.size(), op.after.size()));
  }
  for (std::size_t i = 0; i < shape.size(); ++i) {
    check_at_least(Pad::kName, "padding", std::min(op.before[i], op.after[i]), 0);
    const std::int64_t extent = std::int64_t{shape[i]} + op.before[i] + op.after[i];
    if (extent > std::numeric_limits<std::int32_t>::max())
      op_error(Pad::kName, "the padded extent does not fit 32 bits");
    shape[i] = static_cast<std::int32_t>(extent);
  }
  if (!shape.empty() && shape[0] != inputs[0]->shape[0]) op_error(Pad::kName, "axis 0 cannot be padded");
  return {shape};
}

void verify_quantized(const Pad&, const NodeView& node) {
  check_tied_quant(Pad::kName, node);
}

std::int64_t multiply_accumulates(const Pad&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
