#include "mote/graph/ops/concat.h"

#include <fmt/format.h>

#include "access_trace.h"
#include "lowering.h"
#include "mote/runtime/kernels/mote_concat_s8.h"

namespace mote::plan {
namespace {

// Rows of all inputs in turn, each copied.
Overlap overlap(const mote_concat_s8_params& params, std::int32_t input) {
  AccessTrace trace;
  std::int64_t end = 0;
  for (std::int32_t i = 0; i < params.input_count; ++i) end += std::int64_t{params.rows} * params.row_bytes[i];
  for (std::int64_t row = params.rows - 1; row >= 0; --row) {
    for (std::int32_t i = params.input_count - 1; i >= 0; --i) {
      if (i == input) trace.read(row * params.row_bytes[i]);
      trace.write(end);
      end -= params.row_bytes[i];
    }
  }
  return trace.overlap(input, std::int64_t{params.rows} * params.row_bytes[input]);
}

}  // namespace

template <>
struct KernelTraits<mote_concat_s8_params> {
  using Parameters = mote_concat_s8_params;
  static constexpr auto kKernel = mote_concat_s8;
  static constexpr auto kFields =
      std::tuple(field("rows", &Parameters::rows), field("input_count", &Parameters::input_count),
                 field("row_bytes", &Parameters::row_bytes));
};

Lowered lower(const graph::Concat& op, const PlannedNode& node) {
  if (node.inputs.size() > MOTE_MAX_STEP_INPUTS) {
    unsupported(graph::Concat::kName, fmt::format("wanted at most {} inputs, got {}: join them in two steps",
                                                  static_cast<int>(MOTE_MAX_STEP_INPUTS), node.inputs.size()));
  }
  const graph::Shape& shape = node.outputs[0]->shape;
  mote_concat_s8_params params{};
  params.rows = static_cast<std::int32_t>(graph::element_count({shape.begin(), shape.begin() + op.axis}));
  params.input_count = static_cast<std::int32_t>(node.inputs.size());
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    params.row_bytes[i] = static_cast<std::int32_t>(node.inputs[i]->bytes()) / params.rows;
  }
  Lowered lowered{make_call(mote_concat_s8_op, params, params.input_count), 0, {}};
  for (std::int32_t i = 0; i < params.input_count; ++i) lowered.overlaps.push_back(overlap(params, i));
  return lowered;
}

}  // namespace mote::plan
