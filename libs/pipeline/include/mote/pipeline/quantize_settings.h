// How the numbers of the exported network are stored ([quantize], beside the settings of calibration).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/quant/number_types.h"

namespace mote::pipeline {

// How dense layers are exported.
enum class DenseForm : std::uint8_t {
  kPointwise,   // as 1×1 convolutions: every interpreter agrees on them to the bit (docs/numerics.md)
  kPerTensor,   // as fully connected layers with one weight scale
  kPerChannel,  // as fully connected layers with a weight scale for each output
};

struct QuantizeSettings {
  DenseForm dense = DenseForm::kPointwise;
  quant::WeightType weights = quant::WeightType::kInt8;  // of every layer that has weights,
  std::vector<std::string> int8_layers;                  // but for these
  quant::ActivationType activations = quant::ActivationType::kInt8;
};

}  // namespace mote::pipeline

template <>
struct mote::EnumNames<mote::pipeline::DenseForm> {
  static constexpr std::array<std::string_view, 3> kNames{"pointwise", "per_tensor", "per_channel"};
};
