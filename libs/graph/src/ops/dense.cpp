#include "mote/graph/ops/dense.h"

#include <fmt/format.h>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Dense&, const Tensor& input, const LayerSize& size) {
  check_at_least(Dense::kName, "filters", size.filters, 1);
  std::vector<WeightSpec> specs{{".weight", {size.filters, static_cast<std::int32_t>(input.elements())}}};
  if (size.use_bias != 0) specs.push_back({".bias", {size.filters}});
  return specs;
}

std::vector<Shape> infer(const Dense&, const std::vector<const Tensor*>& inputs) {
  check_input_count(Dense::kName, inputs, 2, 3);
  check_constants(Dense::kName, inputs, 1);
  const Tensor& x = *inputs[0];
  const Tensor& weights = *inputs[1];
  check_rank(Dense::kName, "weights", weights, 2);
  if (x.elements() != weights.shape[1]) {
    op_error(Dense::kName, fmt::format("wanted weights for {} inputs {}, got {}", x.elements(), to_string(x.shape),
                                       to_string(weights.shape)));
  }
  if (inputs.size() > 2) check_shape(Dense::kName, "a bias", *inputs[2], {weights.shape[0]});
  return {{1, weights.shape[0]}};
}

void verify_quantized(const Dense&, const NodeView& node) {
  check_weighted_quant(Dense::kName, node, 0);
}

std::int64_t multiply_accumulates(const Dense&, const NodeView& node) {
  return node.inputs[1]->elements();
}

}  // namespace mote::graph
