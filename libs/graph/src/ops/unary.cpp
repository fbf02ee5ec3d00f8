#include "mote/graph/ops/unary.h"

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Unary&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Unary&, const std::vector<const Tensor*>& inputs) {
  check_input_count(Unary::kName, inputs, 1, 1);
  return {inputs[0]->shape};
}

void verify_quantized(const Unary&, const NodeView& node) {
  check_activation_quant(Unary::kName, "input", *node.inputs[0]);
  check_activation_quant(Unary::kName, "output", *node.outputs[0]);
  check_one_activation_type(Unary::kName, node);
}

std::int64_t multiply_accumulates(const Unary&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
