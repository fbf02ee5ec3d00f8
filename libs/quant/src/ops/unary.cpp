#include "rules.h"

namespace mote::quant {

QuantRule quant_rule(const graph::Unary&) {
  return {};
}

}  // namespace mote::quant
