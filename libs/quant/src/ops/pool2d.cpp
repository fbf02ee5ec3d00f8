#include "rules.h"

namespace mote::quant {

QuantRule quant_rule(const graph::Pool2d&) {
  QuantRule rule;
  rule.output = OutputRule::kTied;
  return rule;
}

}  // namespace mote::quant
