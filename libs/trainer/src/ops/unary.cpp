// x [N,…] → y of the same shape.
#include "mote/graph/ops/unary.h"

#include "activation.h"
#include "op_functions.h"

namespace mote::trainer {
namespace {

graph::Activation activation_of(graph::UnaryKind kind) {
  return kind == graph::UnaryKind::kRelu6 ? graph::Activation::kRelu6 : graph::Activation::kRelu;
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::Unary&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Unary& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  const graph::Activation activation = activation_of(op.kind);
  const std::int64_t count = call.samples * y.elements();
  for (std::int64_t i = 0; i < count; ++i) y.values[i] = activated(activation, x.values[i]);
}

void backward(const graph::Unary& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (x.gradient == nullptr) return;
  const graph::Activation activation = activation_of(op.kind);
  const std::int64_t count = call.samples * y.elements();
  for (std::int64_t i = 0; i < count; ++i) {
    if (is_open(activation, y.values[i])) x.gradient[i] += y.gradient[i];
  }
}

}  // namespace mote::trainer
