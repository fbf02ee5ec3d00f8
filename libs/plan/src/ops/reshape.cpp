#include "mote/graph/ops/reshape.h"

#include "lowering.h"
#include "mote/runtime/kernels/mote_reshape.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_reshape_params> {
  using Parameters = mote_reshape_params;
  static constexpr auto kKernel = mote_reshape;
  static constexpr auto kFields = std::tuple(field("bytes", &Parameters::bytes));
};

Lowered lower(const graph::Reshape&, const PlannedNode& node) {
  const mote_reshape_params params{static_cast<std::int32_t>(node.inputs[0]->bytes())};
  // At one address nothing is copied; a copy wants its operands apart.
  return {make_call(mote_reshape_op, params, 1), 0, {{0, 0, params.bytes}}};
}

}  // namespace mote::plan
