#include "rules.h"

namespace mote::quant {

// Per tensor by default: older interpreters read only the first scale of a dense layer and fail without a word.
QuantRule quant_rule(const graph::Dense&) {
  QuantRule rule;
  rule.weighted = true;
  rule.channel_axis = 0;
  rule.per_channel_on_request = true;
  return rule;
}

}  // namespace mote::quant
