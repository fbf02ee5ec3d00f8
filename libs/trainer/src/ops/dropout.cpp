// x [N,…] → y of the same shape. Training: some elements zero, the others larger; inference: x.
#include "mote/graph/ops/dropout.h"

#include <algorithm>

#include "op_functions.h"

namespace mote::trainer {

std::vector<ParameterUse> parameters(const graph::Dropout&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Dropout& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (call.mode == RunMode::kInference) {
    std::copy_n(x.values, call.samples * y.elements(), y.values);
    return;
  }
  const auto mask = call.scratch->take(y.elements());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    fill_dropout_mask(call.dropout, op.rate, call.first_sample + n, mask);
    for (std::size_t i = 0; i < mask.size(); ++i) y.row(n)[i] = x.row(n)[i] * mask[i];
  }
}

// The mask is drawn again rather than kept.
void backward(const graph::Dropout& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (x.gradient == nullptr) return;
  const auto mask = call.scratch->take(y.elements());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    fill_dropout_mask(call.dropout, op.rate, call.first_sample + n, mask);
    for (std::size_t i = 0; i < mask.size(); ++i) x.gradient_row(n)[i] += y.gradient_row(n)[i] * mask[i];
  }
}

}  // namespace mote::trainer
