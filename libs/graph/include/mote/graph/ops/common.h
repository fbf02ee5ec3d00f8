// What several ops share: padding rules, fused activations, window geometry.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mote/graph/fields.h"
#include "mote/graph/tensor.h"

namespace mote::graph {

// TensorFlow's rules. kSame: output = ceil(input / stride), the odd cell of padding goes to the end. kValid: no
// padding.
enum class Padding : std::uint8_t { kValid, kSame };

// Fused into the op that has it: max(x, 0), min(max(x, 0), 6).
enum class Activation : std::uint8_t { kNone, kRelu, kRelu6 };

// One axis of a sliding window.
struct WindowAxis {
  std::int32_t output = 0;      // number of positions
  std::int32_t pad_before = 0;  // cells of padding before the first input cell
  std::int32_t pad_after = 0;
};

// Positions and padding of a window along one axis. All arguments >= 1 except under kValid, where a window larger than
// the input gives output <= 0: the caller reports that. Source: TensorFlow, "padding" of tf.nn.convolution.
WindowAxis window_axis(std::int32_t input, std::int32_t kernel, std::int32_t stride, std::int32_t dilation,
                       Padding padding);

}  // namespace mote::graph

template <>
struct mote::EnumNames<mote::graph::Padding> {
  static constexpr std::array<std::string_view, 2> kNames{"valid", "same"};
};

template <>
struct mote::EnumNames<mote::graph::Activation> {
  static constexpr std::array<std::string_view, 3> kNames{"none", "relu", "relu6"};
};
