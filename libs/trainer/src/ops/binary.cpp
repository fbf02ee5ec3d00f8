// a, b [N,…] → y of the same shape. Either may be a constant, which is then the same for all samples.
#include "mote/graph/ops/binary.h"

#include "activation.h"
#include "op_functions.h"

namespace mote::trainer {

std::vector<ParameterUse> parameters(const graph::Binary&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Binary& op, const NodeCall& call) {
  const Operand &a = call.inputs[0], &b = call.inputs[1], &y = call.outputs[0];
  for (std::int64_t n = 0; n < call.samples; ++n) {
    for (std::int64_t i = 0; i < y.elements(); ++i) {
      y.row(n)[i] = activated(op.activation, a.row(n)[i] + b.row(n)[i]);
    }
  }
}

// Both inputs get dy through the activation.
void backward(const graph::Binary& op, const NodeCall& call) {
  const Operand& y = call.outputs[0];
  const auto dz = call.scratch->take(y.elements());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    pass_gradient(op.activation, y.row(n), y.gradient_row(n), dz.data(), y.elements());
    for (const Operand& input : call.inputs) {
      if (input.gradient == nullptr) continue;
      float* dx = input.gradient_row(n);
      for (std::size_t i = 0; i < dz.size(); ++i) dx[i] += dz[i];
    }
  }
}

}  // namespace mote::trainer
