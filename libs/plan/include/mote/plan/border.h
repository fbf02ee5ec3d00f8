// The float borders of an int8 model: real values in, int8 through the network, real values out.
// The arithmetic is the device's own (the runtime's C), so that a value rounds alike on both sides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/graph/tensor.h"

namespace mote::plan {

// q = zero_point + round(x / scale), rounded half away from zero, saturated to [-128, 127]. NaN gives the zero point.
// `quant` has one scale; `values` and `quantized` are equally long (asserted).
void quantize(std::span<const float> values, const graph::Quant& quant, std::span<std::int8_t> quantized);
std::vector<std::int8_t> quantize(std::span<const float> values, const graph::Quant& quant);

// x = scale · (q - zero_point).
void dequantize(std::span<const std::int8_t> quantized, const graph::Quant& quant, std::span<float> values);
std::vector<float> dequantize(std::span<const std::int8_t> quantized, const graph::Quant& quant);

}  // namespace mote::plan
