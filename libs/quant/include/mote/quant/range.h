// From the range of an activation to its scale and zero point.
#pragma once

#include <cstdint>
#include <span>

#include "mote/graph/tensor.h"
#include "mote/quant/number_types.h"

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

// Symmetric int16: scale = greatest |value| / 32767, zero point 0; a range of no width gives scale 1/32767. For int8
// the function above. Source: TensorFlow Lite, 16x8 quantization. Errors: kInvalid when an end is not finite.
graph::Quant activation_quant(const Range& range, ActivationType type);

// round half away from zero, clamped to [low, high].
std::int32_t round_clamped(double value, std::int32_t low, std::int32_t high);

}  // namespace mote::quant
