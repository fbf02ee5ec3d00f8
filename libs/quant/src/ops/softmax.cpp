#include "rules.h"

namespace mote::quant {

// Fixed by the TensorFlow Lite specification: probabilities on a grid of 1/256, or 1/32768 for int16.
QuantRule quant_rule(const graph::Softmax&) {
  QuantRule rule;
  rule.output = OutputRule::kFixed;
  rule.fixed = graph::per_tensor(1.0F / 256.0F, -128);
  rule.fixed_int16 = graph::per_tensor(1.0F / 32768.0F, 0);
  return rule;
}

}  // namespace mote::quant
