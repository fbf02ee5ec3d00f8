#include "mote/graph/ops/unary.h"

#include "lowering.h"
#include "mote/runtime/kernels/mote_relu_s16.h"
#include "mote/runtime/kernels/mote_relu_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_relu_s8_params> {
  using Parameters = mote_relu_s8_params;
  static constexpr auto kKernel = mote_relu_s8;
  static constexpr auto kFields =
      std::tuple(field("count", &Parameters::count), field("input_offset", &Parameters::input_offset),
                 field("output_offset", &Parameters::output_offset), field("activation", &Parameters::activation),
                 field("scaling", &Parameters::scaling));
};

template <>
struct KernelTraits<mote_relu_s16_params> {
  using Parameters = mote_relu_s16_params;
  static constexpr auto kKernel = mote_relu_s16;
  static constexpr auto kFields =
      std::tuple(field("count", &Parameters::count), field("activation", &Parameters::activation),
                 field("scaling", &Parameters::scaling));
};

namespace {

constexpr std::int64_t kGreatestDifference = 255;  // of a raw value to its zero point
constexpr std::int64_t kGreatestWide = 32768;

graph::Activation bounds_of(graph::UnaryKind kind) {
  return kind == graph::UnaryKind::kRelu6 ? graph::Activation::kRelu6 : graph::Activation::kRelu;
}

}  // namespace

Lowered lower(const graph::Unary& op, const PlannedNode& node) {
  const graph::Tensor& input = *node.inputs[0];
  const graph::Tensor& output = *node.outputs[0];
  if (op.kind == graph::UnaryKind::kRelu6 && input.quant != output.quant) {
    unsupported(
        graph::Unary::kName,
        "relu6 with other scale or zero point at its output: TensorFlow Lite Micro clamps without rescaling, so "
        "that its result would be wrong; give both tensors one scale");
  }
  if (is_wide(node)) {
    const double factor = static_cast<double>(scale(input)) / static_cast<double>(scale(output));
    const mote_relu_s16_params params{count(input), activation(bounds_of(op.kind), output),
                                      checked_scaling(graph::Unary::kName, factor, kGreatestWide)};
    return {make_call(mote_relu_s16_op, params, 1), 0, {{0, 0, 1}}};
  }
  mote_relu_s8_params params{};
  params.count = count(input);
  params.input_offset = -zero_point(input);
  params.output_offset = zero_point(output);
  params.activation = activation(bounds_of(op.kind), output);
  const float factor = scale(input) / scale(output);
  params.scaling = checked_scaling(graph::Unary::kName, static_cast<double>(factor), kGreatestDifference);
  return {make_call(mote_relu_s8_op, params, 1), 0, {{0, 0, 1}}};
}

}  // namespace mote::plan
