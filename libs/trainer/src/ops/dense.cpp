// x [N,I] (flattened), weights [O,I], bias [O] → y [N,O].
#include "mote/graph/ops/dense.h"

#include "activation.h"
#include "eigen.h"
#include "op_functions.h"

namespace mote::trainer {

std::vector<ParameterUse> parameters(const graph::Dense&, std::span<const graph::Tensor* const> inputs) {
  const graph::Shape& weights = inputs[1]->shape;
  std::vector<ParameterUse> uses{weight(1, weights[1], weights[0])};
  if (inputs.size() > 2) uses.push_back(plain(2, 0.0F));
  return uses;
}

void forward(const graph::Dense& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &w = call.inputs[1], &y = call.outputs[0];
  const ConstMatrixMap weights(w.values, w.shape()[0], w.shape()[1]);
  for (std::int64_t n = 0; n < call.samples; ++n) {
    RowMap output(y.row(n), weights.rows());
    output.noalias() = ConstRowMap(x.row(n), weights.cols()) * weights.transpose();
    if (call.has_input(2)) output += ConstRowMap(call.inputs[2].values, weights.rows());
    activate(op.activation, y.row(n), y.elements());
  }
}

// dz = dy through the activation; dweights += dzᵀ · x; dbias += dz; dx += dz · weights.
void backward(const graph::Dense& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &w = call.inputs[1], &y = call.outputs[0];
  const ConstMatrixMap weights(w.values, w.shape()[0], w.shape()[1]);
  const auto dz_values = call.scratch->take(y.elements());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    pass_gradient(op.activation, y.row(n), y.gradient_row(n), dz_values.data(), y.elements());
    const ConstRowMap dz(dz_values.data(), weights.rows());
    MatrixMap(w.gradient, weights.rows(), weights.cols()).noalias() +=
        dz.transpose() * ConstRowMap(x.row(n), weights.cols());
    if (call.has_input(2)) RowMap(call.inputs[2].gradient, weights.rows()) += dz;
    if (x.gradient != nullptr) RowMap(x.gradient_row(n), weights.cols()).noalias() += dz * weights;
  }
}

}  // namespace mote::trainer
