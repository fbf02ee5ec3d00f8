#include "mote/graph/ops/pad.h"

#include <fmt/format.h>

#include "lowering.h"
#include "mote/runtime/kernels/mote_pad_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_pad_s8_params> {
  using Parameters = mote_pad_s8_params;
  static constexpr auto kKernel = mote_pad_s8;
  static constexpr auto kFields =
      std::tuple(field("input_dims", &Parameters::input_dims), field("before", &Parameters::before),
                 field("after", &Parameters::after), field("value", &Parameters::value));
};

namespace {

constexpr std::size_t kKernelRank = 4;

}  // namespace

Lowered lower(const graph::Pad& op, const graph::NodeView& node) {
  const graph::Shape& shape = node.inputs[0]->shape;
  if (shape.size() > kKernelRank) {
    unsupported(graph::Pad::kName, fmt::format("wanted rank <= {}, got {}", kKernelRank, graph::to_string(shape)));
  }
  mote_pad_s8_params params{{1, 1, 1, 1}, {}, {}, zero_point(*node.inputs[0])};
  const std::size_t lead = kKernelRank - shape.size();
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    params.input_dims[lead + axis] = shape[axis];
    params.before[lead + axis] = op.before[axis];
    params.after[lead + axis] = op.after[axis];
  }
  return {make_call(mote_pad_s8_op, params, 1), 0, {}};
}

}  // namespace mote::plan
