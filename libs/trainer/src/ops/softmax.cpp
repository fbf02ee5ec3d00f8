// x [N,…,K] → y of the same shape: exp(beta·x_k)/Σ exp(beta·x_j) over the last axis, the greatest x subtracted first.
#include "mote/graph/ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "op_functions.h"

namespace mote::trainer {

std::vector<ParameterUse> parameters(const graph::Softmax&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Softmax& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  const std::int64_t count = y.shape().back();
  const std::int64_t rows = call.samples * y.elements() / count;
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* from = x.values + r * count;
    float* to = y.values + r * count;
    const float greatest = *std::max_element(from, from + count);
    float sum = 0.0F;
    for (std::int64_t k = 0; k < count; ++k) sum += to[k] = std::exp(op.beta * (from[k] - greatest));
    for (std::int64_t k = 0; k < count; ++k) to[k] /= sum;
  }
}

// dx_k = beta · y_k · (dy_k - Σ_j dy_j·y_j).
void backward(const graph::Softmax& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (x.gradient == nullptr) return;
  const std::int64_t count = y.shape().back();
  const std::int64_t rows = call.samples * y.elements() / count;
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* out = y.values + r * count;
    const float* dy = y.gradient + r * count;
    float* dx = x.gradient + r * count;
    float dot = 0.0F;
    for (std::int64_t k = 0; k < count; ++k) dot += dy[k] * out[k];
    for (std::int64_t k = 0; k < count; ++k) dx[k] += op.beta * out[k] * (dy[k] - dot);
  }
}

}  // namespace mote::trainer
