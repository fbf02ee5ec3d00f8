// From real factors to the fixed-point multipliers and bounds that the kernels take, as TensorFlow Lite Micro prepares
// them (docs/numerics.md). For whoever lowers an int8 layer or simulates one; not a place for ranges and scales.
#pragma once

#include <cstdint>

#include "mote/graph/ops/common.h"
#include "mote/graph/tensor.h"
#include "mote/quant/number_types.h"

namespace mote::quant {

// A factor as value·2^(shift - 31), value in [2^30, 2^31) or 0. A positive shift is to the left.
struct Multiplier {
  std::int32_t value = 0;
  std::int32_t shift = 0;

  bool operator==(const Multiplier&) const = default;
};

// Nearest multiplier of a finite factor >= 0; below 2^-32 it is {0, 0}.
// Source: TensorFlow Lite quantization_util.cc, QuantizeMultiplier with double rounding.
Multiplier quantize_multiplier(double factor);

// The factor of a convolution, and of a dense layer with scales per channel: s_in·s_w/s_out, all in double.
double channel_factor(float input_scale, float weight_scale, float output_scale);

// The factor of a dense layer with one scale: the product in float, widened, over s_out in double.
// Source: TensorFlow Lite kernel_util.cc, GetQuantizedConvolutionMultipler.
double dense_factor(float input_scale, float weight_scale, float output_scale);

// The factors of a sum: each operand after a left shift by MOTE_ADD_S8_LEFT_SHIFT (MOTE_ADD_S16_LEFT_SHIFT), then their
// sum. All in double.
// Source: TensorFlow Lite kernels/add.cc, Prepare.
struct SumFactors {
  double first = 0;
  double second = 0;
  double sum = 0;
};

SumFactors sum_factors(float first_scale, float second_scale, float output_scale,
                       ActivationType type = ActivationType::kInt8);

// The factor of a mean over `reduced` >= 1 elements, applied to their sum: the division goes into the multiplier, which
// is shifted up first to keep its bits. Source: TensorFlow Lite kernels/internal/reference/reduce.h,
// QuantizedMeanOrSum.
Multiplier mean_multiplier(double factor, std::int32_t reduced);

// Raw bounds of an output after a fused activation, both inclusive: zero point + round(bound / scale), the
// quotient in float. Source: TensorFlow Lite kernel_util.cc, CalculateActivationRangeQuantized.
struct ActivationBounds {
  std::int32_t min = -128;
  std::int32_t max = 127;

  bool operator==(const ActivationBounds&) const = default;
};

// `output` has one scale.
ActivationBounds activation_bounds(graph::Activation activation, const graph::Quant& output,
                                   ActivationType type = ActivationType::kInt8);

}  // namespace mote::quant
