// Inputs [N,…,A_i,…] → y [N,…,ΣA_i,…], joined along one axis.
#include "mote/graph/ops/concat.h"

#include <algorithm>

#include "op_functions.h"

namespace mote::trainer {
namespace {

std::int64_t product(const graph::Shape& shape, std::size_t first, std::size_t last) {
  std::int64_t result = 1;
  for (std::size_t i = first; i < last; ++i) result *= shape[i];
  return result;
}

// visit(input, its offset, y's offset, count) for each contiguous run of one sample.
template <class Visitor>
void for_each_run(const graph::Concat& op, const NodeCall& call, Visitor&& visit) {
  const graph::Shape& shape = call.outputs[0].shape();
  const auto axis = static_cast<std::size_t>(op.axis);
  const std::int64_t outer = product(shape, 0, axis);
  const std::int64_t inner = product(shape, axis + 1, shape.size());
  const std::int64_t whole = shape[axis] * inner;
  std::int64_t offset = 0;
  for (const Operand& input : call.inputs) {
    const std::int64_t count = input.shape()[axis] * inner;
    for (std::int64_t i = 0; i < outer; ++i) visit(input, i * count, i * whole + offset, count);
    offset += count;
  }
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::Concat&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Concat& op, const NodeCall& call) {
  const Operand& y = call.outputs[0];
  for_each_run(op, call, [&](const Operand& x, std::int64_t from, std::int64_t to, std::int64_t count) {
    for (std::int64_t n = 0; n < call.samples; ++n) std::copy_n(x.row(n) + from, count, y.row(n) + to);
  });
}

void backward(const graph::Concat& op, const NodeCall& call) {
  const Operand& y = call.outputs[0];
  for_each_run(op, call, [&](const Operand& x, std::int64_t from, std::int64_t to, std::int64_t count) {
    if (x.gradient == nullptr) return;
    for (std::int64_t n = 0; n < call.samples; ++n) {
      for (std::int64_t i = 0; i < count; ++i) x.gradient_row(n)[from + i] += y.gradient_row(n)[to + i];
    }
  });
}

}  // namespace mote::trainer
