#include "mote/graph/ops/batch_norm.h"

#include <fmt/format.h>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const BatchNorm&, const Tensor& input, const LayerSize&) {
  check_rank_at_least(BatchNorm::kName, input, 2);
  const Shape channels{input.shape.back()};
  return {{".gamma", channels}, {".beta", channels}, {".mean", channels}, {".variance", channels}};
}

std::vector<Shape> infer(const BatchNorm& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(BatchNorm::kName, inputs, 5, 5);
  check_constants(BatchNorm::kName, inputs, 1);
  if (!(op.epsilon > 0)) op_error(BatchNorm::kName, fmt::format("epsilon must be > 0, got {}", op.epsilon));
  if (!(op.momentum >= 0 && op.momentum < 1)) {
    op_error(BatchNorm::kName, fmt::format("momentum must be in [0, 1), got {}", op.momentum));
  }
  check_rank_at_least(BatchNorm::kName, *inputs[0], 2);
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    check_shape(BatchNorm::kName, "gamma, beta, mean and variance", *inputs[i], {inputs[0]->shape.back()});
  }
  return {inputs[0]->shape};
}

}  // namespace mote::graph
