#include "run_op.h"

namespace mote::trainer {
namespace {

// Ops that only ever arrive by import have no trainer part; verify() keeps them out of kTrain and kFloat graphs.
template <class Attributes>
concept Trainable = requires(const Attributes& op, const NodeCall& call) {
  forward(op, call);
};

}  // namespace

void run_forward(const graph::Op& op, const NodeCall& call) {
  std::visit(
      [&](const auto& attributes) {
        if constexpr (Trainable<std::decay_t<decltype(attributes)>>) forward(attributes, call);
      },
      op);
}

void run_backward(const graph::Op& op, const NodeCall& call) {
  std::visit(
      [&](const auto& attributes) {
        if constexpr (Trainable<std::decay_t<decltype(attributes)>>) backward(attributes, call);
      },
      op);
}

bool sees_whole_batch(const graph::Op& op) {
  return std::visit([](const auto& attributes) { return kSeesWholeBatch<std::decay_t<decltype(attributes)>>; }, op);
}

Operand frozen_operand(const graph::Tensor& constant) {
  return {&constant, const_cast<float*>(graph::values<float>(constant).data()), nullptr};
}

}  // namespace mote::trainer
