#include "mote/quant/multiplier.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "mote/runtime/kernels/mote_add_s16.h"
#include "mote/runtime/kernels/mote_add_s8.h"

namespace mote::quant {
namespace {

constexpr int kLeastShift = -31;

// zero point + round(value / scale), rounded half away from zero, at most `greatest`.
std::int32_t raw_bound(float value, const graph::Quant& quant, std::int32_t greatest) {
  const float steps = std::round(value / quant.scales[0]);
  const auto most = static_cast<float>(greatest - quant.zero_points[0]);
  return steps >= most ? greatest : quant.zero_points[0] + static_cast<std::int32_t>(steps);
}

}  // namespace

Multiplier quantize_multiplier(double factor) {
  assert(std::isfinite(factor) && factor >= 0);
  if (factor == 0) return {};
  int shift = 0;
  const double fraction = std::frexp(factor, &shift);
  auto value = static_cast<std::int64_t>(std::round(fraction * static_cast<double>(std::int64_t{1} << 31)));
  if (value == std::int64_t{1} << 31) {
    value /= 2;
    ++shift;
  }
  if (shift < kLeastShift) return {};
  return {static_cast<std::int32_t>(value), shift};
}

double channel_factor(float input_scale, float weight_scale, float output_scale) {
  return static_cast<double>(input_scale) * static_cast<double>(weight_scale) / static_cast<double>(output_scale);
}

double dense_factor(float input_scale, float weight_scale, float output_scale) {
  const float product = input_scale * weight_scale;
  return static_cast<double>(product) / static_cast<double>(output_scale);
}

SumFactors sum_factors(float first_scale, float second_scale, float output_scale, ActivationType type) {
  const double twice_greater = 2 * static_cast<double>(std::max(first_scale, second_scale));
  const double common_factor =
      1 << (type == ActivationType::kInt16 ? int{MOTE_ADD_S16_LEFT_SHIFT} : int{MOTE_ADD_S8_LEFT_SHIFT});
  return {static_cast<double>(first_scale) / twice_greater, static_cast<double>(second_scale) / twice_greater,
          twice_greater / (common_factor * static_cast<double>(output_scale))};
}

Multiplier mean_multiplier(double factor, std::int32_t reduced) {
  const Multiplier multiplier = quantize_multiplier(factor);
  const std::int32_t log2 = static_cast<std::int32_t>(std::bit_width(static_cast<std::uint32_t>(reduced))) - 1;
  const std::int32_t up = std::min({log2, 32, 31 + multiplier.shift});
  const std::int64_t value = (std::int64_t{multiplier.value} << up) / reduced;
  return {static_cast<std::int32_t>(value), multiplier.shift - up};
}

ActivationBounds activation_bounds(graph::Activation activation, const graph::Quant& output, ActivationType type) {
  ActivationBounds bounds;
  if (type == ActivationType::kInt16) bounds = {-32768, 32767};
  if (activation == graph::Activation::kNone) return bounds;
  bounds.min = std::max(bounds.min, output.zero_points[0]);
  if (activation == graph::Activation::kRelu6) bounds.max = raw_bound(6.0F, output, bounds.max);
  return bounds;
}

}  // namespace mote::quant
