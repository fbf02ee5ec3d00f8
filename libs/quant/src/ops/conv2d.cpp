#include "rules.h"

namespace mote::quant {

QuantRule quant_rule(const graph::Conv2d&) {
  QuantRule rule;
  rule.weighted = true;
  rule.channel_axis = 0;
  rule.per_channel = true;
  return rule;
}

}  // namespace mote::quant
