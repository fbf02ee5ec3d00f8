#include "mote/graph/ops/softmax.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "lowering.h"
#include "mote/runtime/kernels/mote_softmax_s16.h"
#include "mote/runtime/kernels/mote_softmax_s8.h"

namespace mote::plan {

template <>
struct KernelTraits<mote_softmax_s8_params> {
  using Parameters = mote_softmax_s8_params;
  static constexpr auto kKernel = mote_softmax_s8;
  static constexpr auto kFields =
      std::tuple(field("rows", &Parameters::rows), field("columns", &Parameters::columns),
                 field("scaling", &Parameters::scaling), field("diff_min", &Parameters::diff_min));
};

template <>
struct KernelTraits<mote_softmax_s16_params> {
  using Parameters = mote_softmax_s16_params;
  static constexpr auto kKernel = mote_softmax_s16;
  static constexpr auto kFields = std::tuple(field("rows", &Parameters::rows), field("columns", &Parameters::columns),
                                             field("scaling", &Parameters::scaling));
};

namespace {

constexpr double kWideStep = 10.0 / 65535.0;  // of a difference, in the table of exponentials
constexpr int kGreatestWideShift = 14;
constexpr int kIntegerBits = 5;  // of a scaled difference, in fixed point with 26 fraction bits
constexpr int kFractionBits = 31 - kIntegerBits;
constexpr double kGreatestFactor = 2147483647.0;

// Source: TensorFlow Lite quantization_util.cc, PreprocessSoftmaxScaling and CalculateInputRadius.
mote_scaling difference_scaling(double beta, double input_scale) {
  const double factor = std::min(beta * input_scale * static_cast<double>(1 << kFractionBits), kGreatestFactor);
  const quant::Multiplier multiplier = quant::quantize_multiplier(factor);
  if (factor <= 1 || multiplier.shift > MOTE_MAX_SHIFT) {
    unsupported(graph::Softmax::kName, fmt::format("wanted beta times the input's scale between 2^-{} and 2^{}, got {}",
                                                   kFractionBits, kIntegerBits - 1, beta * input_scale));
  }
  return {multiplier.value, multiplier.shift};
}

std::int32_t least_difference(std::int32_t shift) {
  const double greatest = (1 << kIntegerBits) - 1;
  return -static_cast<std::int32_t>(std::floor(std::ldexp(greatest, kFractionBits - shift)));
}

Lowered lower_wide(const graph::Softmax& op, const graph::Tensor& input) {
  const double factor = static_cast<double>(scale(input)) * static_cast<double>(op.beta) / kWideStep;
  const quant::Multiplier multiplier = quant::quantize_multiplier(factor);
  if (multiplier.shift > kGreatestWideShift) {
    unsupported(graph::Softmax::kName, fmt::format("wanted beta times the input's scale below {}, got {}",
                                                   kWideStep * (1 << kGreatestWideShift), factor * kWideStep));
  }
  mote_softmax_s16_params params{};
  params.columns = input.shape.empty() ? 1 : input.shape.back();
  params.rows = count(input) / params.columns;
  params.scaling = {multiplier.value, multiplier.shift};
  return {make_call(mote_softmax_s16_op, params, 1), 0, {{0, 0, 1}}};
}

}  // namespace

Lowered lower(const graph::Softmax& op, const PlannedNode& node) {
  const graph::Tensor& input = *node.inputs[0];
  if (is_wide(node)) return lower_wide(op, input);
  mote_softmax_s8_params params{};
  params.columns = input.shape.empty() ? 1 : input.shape.back();
  params.rows = count(input) / params.columns;
  params.scaling = difference_scaling(static_cast<double>(op.beta), static_cast<double>(scale(input)));
  params.diff_min = least_difference(params.scaling.shift);
  // A row is written once all of it has been read, then as its values are read again.
  return {make_call(mote_softmax_s8_op, params, 1), 0, {{0, 0, 1}}};
}

}  // namespace mote::plan
