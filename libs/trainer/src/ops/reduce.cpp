// x [N,…] → y: the mean over some axes.
#include "mote/graph/ops/reduce.h"

#include <algorithm>

#include "op_functions.h"

namespace mote::trainer {
namespace {

// For each element of a sample of x, the element of y that it goes into.
std::vector<std::int64_t> targets(const graph::Reduce& op, const graph::Shape& shape) {
  std::vector<std::int64_t> result{0};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const bool reduced = std::find(op.axes.begin(), op.axes.end(), static_cast<std::int32_t>(axis)) != op.axes.end();
    std::vector<std::int64_t> wider;
    wider.reserve(result.size() * static_cast<std::size_t>(shape[axis]));
    for (std::int64_t target : result) {
      for (std::int32_t i = 0; i < shape[axis]; ++i) wider.push_back(reduced ? target : target * shape[axis] + i);
    }
    result = std::move(wider);
  }
  return result;
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::Reduce&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Reduce& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  const std::vector<std::int64_t> target = targets(op, x.shape());
  const std::int64_t reduced = x.elements() / y.elements();
  const auto count = static_cast<float>(reduced);
  for (std::int64_t n = 0; n < call.samples; ++n) {
    std::fill_n(y.row(n), y.elements(), 0.0F);
    for (std::size_t i = 0; i < target.size(); ++i) y.row(n)[target[i]] += x.row(n)[i];
    for (std::int64_t i = 0; i < y.elements(); ++i) y.row(n)[i] /= count;
  }
}

void backward(const graph::Reduce& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (x.gradient == nullptr) return;
  const std::vector<std::int64_t> target = targets(op, x.shape());
  const float share = static_cast<float>(y.elements()) / static_cast<float>(x.elements());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    for (std::size_t i = 0; i < target.size(); ++i) x.gradient_row(n)[i] += y.gradient_row(n)[target[i]] * share;
  }
}

}  // namespace mote::trainer
