#include "mote/graph/ops/binary.h"

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Binary&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Binary&, const std::vector<const Tensor*>& inputs) {
  check_input_count(Binary::kName, inputs, 2, 2);
  check_shape(Binary::kName, "a second input", *inputs[1], inputs[0]->shape);
  return {inputs[0]->shape};
}

void verify_quantized(const Binary&, const NodeView& node) {
  check_activation_quant(Binary::kName, "first input", *node.inputs[0]);
  check_activation_quant(Binary::kName, "second input", *node.inputs[1]);
  check_activation_quant(Binary::kName, "output", *node.outputs[0]);
  check_one_activation_type(Binary::kName, node);
}

std::int64_t multiply_accumulates(const Binary&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
