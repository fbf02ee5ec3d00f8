// Calls the overload of an op.
#pragma once

#include "op_functions.h"

namespace mote::trainer {

void run_forward(const graph::Op& op, const NodeCall& call);
void run_backward(const graph::Op& op, const NodeCall& call);
bool sees_whole_batch(const graph::Op& op);

// The operand of a constant in inference: its values as they lie in the graph, which no op writes to.
Operand frozen_operand(const graph::Tensor& constant);

}  // namespace mote::trainer
