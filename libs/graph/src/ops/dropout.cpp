#include "mote/graph/ops/dropout.h"

#include <fmt/format.h>

#include "check.h"

namespace mote::graph {

std::vector<WeightSpec> weights(const Dropout&, const Tensor&, const LayerSize&) {
  return {};
}

std::vector<Shape> infer(const Dropout& op, const std::vector<const Tensor*>& inputs) {
  check_input_count(Dropout::kName, inputs, 1, 1);
  if (!(op.rate >= 0 && op.rate < 1)) op_error(Dropout::kName, fmt::format("rate must be in [0, 1), got {}", op.rate));
  return {inputs[0]->shape};
}

}  // namespace mote::graph
