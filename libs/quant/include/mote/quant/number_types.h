// How the numbers of a network are stored: the types that weights and activations may have. For whoever asks for a
// format (recipes, quantize(), quantization-aware training); the types of a finished graph are graph::DType.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mote/base/enum_names.h"
#include "mote/graph/tensor.h"

namespace mote::quant {

// All symmetric, zero point 0, with a scale s for each output channel.
enum class WeightType : std::uint8_t {
  kInt8,     // s·{-127…127}, s = greatest |w| / 127
  kInt4,     // s·{-7…7}, s = greatest |w| / 7. .tflite: TensorType INT4
  kTernary,  // s·{-1, 0, 1}: 0 where |w| <= 0.7·mean|w|, s = mean|w| of the rest. C bundle only.
             // Source: Li, Zhang, Liu, "Ternary Weight Networks" (2016)
  kBinary,   // s·{-1, 1}: the sign of w (0 counts as positive), s = mean|w|. C bundle only.
             // Source: Rastegari et al., "XNOR-Net" (2016)
};

enum class ActivationType : std::uint8_t {
  kInt8,   // asymmetric; int32 biases
  kInt16,  // symmetric, zero point 0; int8 weights and int64 biases: "16x8" of TensorFlow Lite
};

// The integers of a type are -greatest_weight(type) … greatest_weight(type).
std::int32_t greatest_weight(WeightType type);

graph::DType weight_dtype(WeightType type);
graph::DType activation_dtype(ActivationType type);

}  // namespace mote::quant

template <>
struct mote::EnumNames<mote::quant::WeightType> {
  static constexpr std::array<std::string_view, 4> kNames{"int8", "int4", "ternary", "binary"};
};

template <>
struct mote::EnumNames<mote::quant::ActivationType> {
  static constexpr std::array<std::string_view, 2> kNames{"int8", "int16"};
};
