#include "mote/plan/border.h"

#include <cassert>

#include "mote/runtime/kernels/mote_dequantize_s16_f32.h"
#include "mote/runtime/kernels/mote_dequantize_s8_f32.h"
#include "mote/runtime/kernels/mote_quantize_f32_s16.h"
#include "mote/runtime/kernels/mote_quantize_f32_s8.h"

namespace mote::plan {

void quantize(std::span<const float> values, const graph::Quant& quant, std::span<std::int8_t> quantized) {
  assert(values.size() == quantized.size() && quant.scales.size() == 1);
  const mote_quantize_f32_s8_params params{static_cast<std::int32_t>(values.size()), quant.scales[0],
                                           quant.zero_points[0]};
  mote_quantize_f32_s8(&params, values.data(), quantized.data());
}

std::vector<std::int8_t> quantize(std::span<const float> values, const graph::Quant& quant) {
  std::vector<std::int8_t> result(values.size());
  quantize(values, quant, result);
  return result;
}

void dequantize(std::span<const std::int8_t> quantized, const graph::Quant& quant, std::span<float> values) {
  assert(values.size() == quantized.size() && quant.scales.size() == 1);
  const mote_dequantize_s8_f32_params params{static_cast<std::int32_t>(values.size()), quant.scales[0],
                                             quant.zero_points[0]};
  mote_dequantize_s8_f32(&params, quantized.data(), values.data());
}

std::vector<float> dequantize(std::span<const std::int8_t> quantized, const graph::Quant& quant) {
  std::vector<float> result(quantized.size());
  dequantize(quantized, quant, result);
  return result;
}

void quantize(std::span<const float> values, const graph::Tensor& tensor, std::span<std::int8_t> raw) {
  if (tensor.type == graph::DType::kInt8) return quantize(values, tensor.quant, raw);
  assert(tensor.type == graph::DType::kInt16 && raw.size() == 2 * values.size() && tensor.quant.scales.size() == 1);
  const mote_quantize_f32_s16_params params{static_cast<std::int32_t>(values.size()), tensor.quant.scales[0]};
  mote_quantize_f32_s16(&params, values.data(), reinterpret_cast<std::int16_t*>(raw.data()));
}

void dequantize(std::span<const std::int8_t> raw, const graph::Tensor& tensor, std::span<float> values) {
  if (tensor.type == graph::DType::kInt8) return dequantize(raw, tensor.quant, values);
  assert(tensor.type == graph::DType::kInt16 && raw.size() == 2 * values.size() && tensor.quant.scales.size() == 1);
  const mote_dequantize_s16_f32_params params{static_cast<std::int32_t>(values.size()), tensor.quant.scales[0]};
  mote_dequantize_s16_f32(&params, reinterpret_cast<const std::int16_t*>(raw.data()), values.data());
}

}  // namespace mote::plan
