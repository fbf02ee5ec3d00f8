#include "mote/graph/ops/softmax.h"

#include <fmt/format.h>

#include <cmath>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Softmax&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Softmax& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Softmax::kName, inputs, 1, 1);
  check_rank_at_least(Softmax::kName, *inputs[0], 1);
  if (!(op.beta > 0) || !std::isfinite(op.beta))
    op_error(Softmax::kName, fmt::format("beta must be > 0, got {}", op.beta));
  return {inputs[0]->shape};
}

void verify_quantized(const Softmax&, const NodeView& node) {
  check_activation_quant(Softmax::kName, "input", *node.inputs[0]);
  check_activation_quant(Softmax::kName, "output", *node.outputs[0]);
  check_one_activation_type(Softmax::kName, node);
  const bool wide = node.outputs[0]->type == DType::kInt16;
  const Quant wanted = wide ? per_tensor(1.0F / 32768.0F, 0) : per_tensor(1.0F / 256.0F, -128);
  const Quant& got = node.outputs[0]->quant;
  if (got == wanted) return;
  op_error(Softmax::kName,
           fmt::format("wanted an output of scale {} and zero point {}, got {} and {}", wide ? "1/32768" : "1/256",
                       wanted.zero_points[0], got.scales[0], got.zero_points[0]));
}

std::int64_t multiply_accumulates(const Softmax&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
