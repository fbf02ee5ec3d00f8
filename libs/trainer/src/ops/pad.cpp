// x [N,…] → y [N,…], larger by zeros before and after along each axis.
#include "mote/graph/ops/pad.h"

#include <algorithm>

#include "op_functions.h"

namespace mote::trainer {
namespace {

// For each element of a sample of x, its place in y.
std::vector<std::int64_t> places(const graph::Pad& op, const graph::Shape& from, const graph::Shape& to) {
  std::vector<std::int64_t> result{0};
  for (std::size_t axis = 0; axis < from.size(); ++axis) {
    std::vector<std::int64_t> wider;
    wider.reserve(result.size() * static_cast<std::size_t>(from[axis]));
    for (std::int64_t place : result) {
      for (std::int32_t i = 0; i < from[axis]; ++i) wider.push_back(place * to[axis] + op.before[axis] + i);
    }
    result = std::move(wider);
  }
  return result;
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::Pad&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Pad& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  const std::vector<std::int64_t> place = places(op, x.shape(), y.shape());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    std::fill_n(y.row(n), y.elements(), 0.0F);
    for (std::size_t i = 0; i < place.size(); ++i) y.row(n)[place[i]] = x.row(n)[i];
  }
}

void backward(const graph::Pad& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (x.gradient == nullptr) return;
  const std::vector<std::int64_t> place = places(op, x.shape(), y.shape());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    for (std::size_t i = 0; i < place.size(); ++i) x.gradient_row(n)[i] += y.gradient_row(n)[place[i]];
  }
}

}  // namespace mote::trainer
