#include "mote/graph/ops/pad.h"

#include <fmt/format.h>

#include "access_trace.h"
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

std::int64_t output_extent(const mote_pad_s8_params& params, std::size_t axis) {
  return std::int64_t{params.before[axis]} + params.input_dims[axis] + params.after[axis];
}

// Where input row `row` begins in the output.
std::int64_t place_of_row(const mote_pad_s8_params& params, std::int64_t row) {
  const std::int64_t outer = row / params.input_dims[2];
  const std::int64_t y = row % params.input_dims[2] + params.before[2];
  const std::int64_t i = outer % params.input_dims[1] + params.before[1];
  const std::int64_t n = outer / params.input_dims[1] + params.before[0];
  return ((n * output_extent(params, 1) + i) * output_extent(params, 2) + y) * output_extent(params, 3) +
         params.before[3];
}

// Rows are copied in order; all that lies before a row in the output is written before it.
Overlap overlap(const mote_pad_s8_params& params) {
  AccessTrace trace;
  const std::int64_t width = params.input_dims[3];
  const std::int64_t rows = std::int64_t{params.input_dims[0]} * params.input_dims[1] * params.input_dims[2];
  for (std::int64_t row = rows - 1; row >= 0; --row) trace.copy(row * width, place_of_row(params, row) + width);
  return trace.overlap(0, rows * width);
}

}  // namespace

Lowered lower(const graph::Pad& op, const PlannedNode& node) {
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
  // The kernel counts the last axis in bytes.
  const auto value_bytes = static_cast<std::int32_t>(graph::size_bytes(node.inputs[0]->type));
  for (std::int32_t* extents : {params.input_dims, params.before, params.after}) {
    extents[kKernelRank - 1] *= value_bytes;
  }
  return {make_call(mote_pad_s8_op, params, 1), 0, {overlap(params)}};
}

}  // namespace mote::plan
