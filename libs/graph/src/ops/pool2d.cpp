#include "mote/graph/ops/pool2d.h"

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Pool2d&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Pool2d& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Pool2d::kName, inputs, 1, 1);
  check_feature_map(Pool2d::kName, *inputs[0]);
  const Window window{op.kernel_h, op.kernel_w, op.stride_h, op.stride_w, 1, 1, op.padding};
  return {window_output(Pool2d::kName, window, inputs[0]->shape, inputs[0]->shape[3])};
}

void verify_quantized(const Pool2d&, const NodeView& node) {
  check_tied_quant(Pool2d::kName, node);
}

std::int64_t multiply_accumulates(const Pool2d&, const NodeView&) {
  return 0;
}

}  // namespace mote::graph
