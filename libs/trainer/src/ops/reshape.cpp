// x [N,…] → y [N,…]: the same elements in the same order.
#include "mote/graph/ops/reshape.h"

#include <algorithm>

#include "op_functions.h"

namespace mote::trainer {

std::vector<ParameterUse> parameters(const graph::Reshape&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Reshape&, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  std::copy_n(x.values, call.samples * y.elements(), y.values);
}

void backward(const graph::Reshape&, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (x.gradient == nullptr) return;
  for (std::int64_t i = 0; i < call.samples * y.elements(); ++i) x.gradient[i] += y.gradient[i];
}

}  // namespace mote::trainer
