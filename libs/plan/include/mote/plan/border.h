// The float borders of an integer model: real values in, integers through the network, real values out.
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

// The same for a tensor of int8 or int16 with one scale: `raw` are its bytes as they lie in memory, size_bytes(type)
// for each of `values`, aligned to that.
void quantize(std::span<const float> values, const graph::Tensor& tensor, std::span<std::int8_t> raw);
void dequantize(std::span<const std::int8_t> raw, const graph::Tensor& tensor, std::span<float> values);

}  // namespace mote::plan
