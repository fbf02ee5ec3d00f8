#include "rules.h"

namespace mote::quant {

// TensorFlow Lite Micro's relu6 clamps without rescaling, so that its output keeps the scale of its input.
QuantRule quant_rule(const graph::Unary& op) {
  QuantRule rule;
  if (op.kind == graph::UnaryKind::kRelu6) rule.output = OutputRule::kTied;
  return rule;
}

}  // namespace mote::quant
