#include "mote/graph/ops/concat.h"

#include <fmt/format.h>

#include "lowering.h"
#include "mote/runtime/kernels/mote_concat_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_concat_s8_params> {
  using Parameters = mote_concat_s8_params;
  static constexpr auto kKernel = mote_concat_s8;
  static constexpr auto kFields =
      std::tuple(field("rows", &Parameters::rows), field("input_count", &Parameters::input_count),
                 field("row_bytes", &Parameters::row_bytes));
};

Lowered lower(const graph::Concat& op, const graph::NodeView& node) {
  if (node.inputs.size() > MOTE_MAX_STEP_INPUTS) {
    unsupported(graph::Concat::kName, fmt::format("wanted at most {} inputs, got {}: join them in two steps",
                                                  static_cast<int>(MOTE_MAX_STEP_INPUTS), node.inputs.size()));
  }
  const graph::Shape& shape = node.outputs[0]->shape;
  mote_concat_s8_params params{};
  params.rows = static_cast<std::int32_t>(graph::element_count({shape.begin(), shape.begin() + op.axis}));
  params.input_count = static_cast<std::int32_t>(node.inputs.size());
  for (std::size_t i = 0; i < node.inputs.size(); ++i) params.row_bytes[i] = count(*node.inputs[i]) / params.rows;
  return {make_call(mote_concat_s8_op, params, params.input_count), 0, {}};
}

}  // namespace mote::plan
