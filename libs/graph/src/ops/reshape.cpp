#include "mote/graph/ops/reshape.h"

#include <fmt/format.h>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Reshape&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Reshape& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Reshape::kName, inputs, 1, 1);
  std::int64_t elements = 1;
  for (std::int32_t extent : op.shape) {
    check_at_least(Reshape::kName, "an extent", extent, 1);
    elements *= extent;
    if (elements > inputs[0]->elements()) break;
  }
  if (elements != inputs[0]->elements()) {
    op_error(Reshape::kName, fmt::format("wanted a shape of {} elements for {}, got {}", inputs[0]->elements(),
                                         to_string(inputs[0]->shape), to_string(op.shape)));
  }
  return {op.shape};
}

void verify_quantized(const Reshape&, const NodeView& node) {
  check_tied_quant(Reshape::kName, node);
}

std::int64_t multiply_accumulates(const Reshape&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
