#include "rules.h"

namespace mote::quant {

QuantRule quant_rule(const graph::Reshape&) {
  QuantRule rule;
  rule.output = OutputRule::kTied;
  return rule;
}

}  // namespace mote::quant
