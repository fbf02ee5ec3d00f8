#include "rules.h"

namespace mote::quant {

QuantRule quant_rule(const graph::DepthwiseConv2d&) {
  QuantRule rule;
  rule.weighted = true;
  rule.channel_axis = 3;
  rule.per_channel = true;
  return rule;
}

}  // namespace mote::quant
