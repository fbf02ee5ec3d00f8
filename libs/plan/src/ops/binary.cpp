#include "mote/graph/ops/binary.h"

#include <fmt/format.h>

#include "lowering.h"
#include "mote/runtime/kernels/mote_add_s16.h"
#include "mote/runtime/kernels/mote_add_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_add_s8_params> {
  using Parameters = mote_add_s8_params;
  static constexpr auto kKernel = mote_add_s8;
  static constexpr auto kFields =
      std::tuple(field("count", &Parameters::count), field("input1_offset", &Parameters::input1_offset),
                 field("input2_offset", &Parameters::input2_offset), field("output_offset", &Parameters::output_offset),
                 field("activation", &Parameters::activation), field("input1", &Parameters::input1),
                 field("input2", &Parameters::input2), field("output", &Parameters::output));
};

template <>
struct KernelTraits<mote_add_s16_params> {
  using Parameters = mote_add_s16_params;
  static constexpr auto kKernel = mote_add_s16;
  static constexpr auto kFields = std::tuple(
      field("count", &Parameters::count), field("activation", &Parameters::activation),
      field("input1", &Parameters::input1), field("input2", &Parameters::input2), field("output", &Parameters::output));
};

namespace {

// Factors of a sum are below 1: operands have their headroom from the common left shift.
mote_scaling small_scaling(double factor) {
  const quant::Multiplier multiplier = quant::quantize_multiplier(factor);
  if (multiplier.shift > 0) {
    inexact(graph::Binary::kName,
            fmt::format("the output's scale is too small for a sum: wanted a factor below 1, got {}; choose a wider "
                        "output range",
                        factor));
  }
  return {multiplier.value, multiplier.shift};
}

Lowered lower_wide(const graph::Binary& op, const graph::NodeView& node) {
  const graph::Tensor& output = *node.outputs[0];
  const quant::SumFactors factors =
      quant::sum_factors(scale(*node.inputs[0]), scale(*node.inputs[1]), scale(output), quant::ActivationType::kInt16);
  mote_add_s16_params params{};
  params.count = count(output);
  params.activation = activation(op.activation, output);
  params.input1 = small_scaling(factors.first);
  params.input2 = small_scaling(factors.second);
  params.output = small_scaling(factors.sum);
  return {make_call(mote_add_s16_op, params, 2), 0, {{0, 0, 1}, {1, 0, 1}}};
}

}  // namespace

Lowered lower(const graph::Binary& op, const PlannedNode& node) {
  if (is_wide(node)) return lower_wide(op, node);
  const graph::Tensor& a = *node.inputs[0];
  const graph::Tensor& b = *node.inputs[1];
  const graph::Tensor& output = *node.outputs[0];
  const quant::SumFactors factors = quant::sum_factors(scale(a), scale(b), scale(output));
  mote_add_s8_params params{};
  params.count = count(output);
  params.input1_offset = -zero_point(a);
  params.input2_offset = -zero_point(b);
  params.output_offset = zero_point(output);
  params.activation = activation(op.activation, output);
  params.input1 = small_scaling(factors.first);
  params.input2 = small_scaling(factors.second);
  params.output = small_scaling(factors.sum);
  return {make_call(mote_add_s8_op, params, 2), 0, {{0, 0, 1}, {1, 0, 1}}};
}

}  // namespace mote::plan
