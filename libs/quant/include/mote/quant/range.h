// From the range of a tensor to its int8 scale and zero point.
#pragma once

#include <cstdint>
#include <span>

#include "mote/graph/tensor.h"

namespace mote::quant {

// The real values that a tensor takes, or that are kept of them.
struct Range {
  float low = 0;
  float high = 0;

  bool operator==(const Range&) const = default;
};

// The smallest range that holds both.
Range join(const Range& a, const Range& b);

// Asymmetric int8 of a range widened to contain zero: scale = (high - low)/255, zero point in [-128, 127] such that
// real zero is a grid point. A range of no width gives scale 1/255. Source: TensorFlow Lite 8-bit quantization
// specification. Errors: kInvalid when an end is not finite.
graph::Quant activation_quant(const Range& range);

// Symmetric int8 scale of one filter or tensor: greatest |value| / 127, never less than what keeps `bias` /
// (input_scale · scale) inside ±2^30, so that an all-zero filter keeps its bias in int32.
float weight_scale(float greatest_magnitude, float bias, float input_scale);

// round half away from zero, clamped to [low, high].
std::int32_t round_clamped(double value, std::int32_t low, std::int32_t high);

}  // namespace mote::quant
