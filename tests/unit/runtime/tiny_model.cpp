#include "tiny_model.h"

#include <algorithm>
#include <new>

namespace mote::test {
namespace {

constexpr std::int16_t kZeroPoint = 3;
constexpr float kScale = 0.1F;
constexpr mote_activation kWhole{-128, 127};

std::uint32_t element_bytes(mote_type type) {
  return type == MOTE_TYPE_S8 ? 1 : 4;
}

mote_tensor describe(mote_type type, const std::vector<std::int32_t>& shape) {
  mote_tensor tensor{};
  tensor.type = static_cast<std::uint8_t>(type);
  tensor.rank = static_cast<std::uint8_t>(shape.size());
  tensor.scale = kScale;
  tensor.bytes = element_bytes(type);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    tensor.dims[i] = shape[i];
    tensor.bytes *= static_cast<std::uint32_t>(shape[i]);
  }
  return tensor;
}

}  // namespace

std::int16_t TinyModel::activation(mote_type type, std::vector<std::int32_t> shape, std::int16_t zero_point) {
  mote_tensor tensor = describe(type, shape);
  tensor.zero_point = zero_point;
  tensor.offset = next_offset_;
  next_offset_ += (tensor.bytes + 15) / 16 * 16;
  tensors.push_back(tensor);
  return static_cast<std::int16_t>(tensors.size() - 1);
}

std::int16_t TinyModel::constant(mote_type type, std::vector<std::int32_t> shape, const void* data) {
  tensors.push_back(describe(type, shape));
  tensors.back().data = data;
  return static_cast<std::int16_t>(tensors.size() - 1);
}

std::int16_t TinyModel::weight(std::vector<std::int32_t> shape) {
  std::size_t count = 1;
  for (const std::int32_t extent : shape) count *= static_cast<std::size_t>(extent);
  std::vector<std::int8_t> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<std::int8_t>(i * 37 % 255 - 127);
  weights.push_back(std::move(values));
  return constant(MOTE_TYPE_S8, std::move(shape), weights.back().data());
}

std::int16_t TinyModel::bias(std::int32_t count) {
  std::vector<std::int32_t> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i * 100) - 150;
  biases.push_back(std::move(values));
  return constant(MOTE_TYPE_S32, {count}, biases.back().data());
}

mote_channel_scaling TinyModel::scaling(std::int32_t count) {
  multipliers.emplace_back(static_cast<std::size_t>(count), 1500000000);
  shifts.emplace_back(static_cast<std::size_t>(count), static_cast<std::int8_t>(-7));
  return {multipliers.back().data(), shifts.back().data(), count};
}

std::int16_t TinyModel::step(const mote_op& op, const void* params, std::vector<std::int16_t> inputs,
                             std::int16_t output) {
  mote_step made{};
  made.op = &op;
  made.params = params;
  made.input_count = static_cast<std::int32_t>(inputs.size());
  made.output_count = 1;
  std::copy(inputs.begin(), inputs.end(), made.inputs);
  made.outputs[0] = output;
  steps.push_back(made);
  return output;
}

void TinyModel::build() {
  const auto s8 = [this](std::vector<std::int32_t> shape) {
    return activation(MOTE_TYPE_S8, std::move(shape), kZeroPoint);
  };
  const std::int16_t input = activation(MOTE_TYPE_F32, {1, 4, 4, 2}, 0);
  model.inputs[0] = input;

  quantize = {32, kScale, kZeroPoint};
  std::int16_t x = step(mote_quantize_f32_s8_op, &quantize, {input}, s8({1, 4, 4, 2}));
  conv2d = {{4, 4, 4, 4, 3, 3, 1, 1, 1, 1, 1, 1}, 2, 5, -kZeroPoint, kZeroPoint, kWhole, scaling(5)};
  x = step(mote_conv2d_s8_op, &conv2d, {x, weight({5, 3, 3, 2}), bias(5)}, s8({1, 4, 4, 5}));
  depthwise = {{4, 4, 2, 2, 3, 3, 1, 1, 1, 1, 0, 0}, 5, 2, -kZeroPoint, kZeroPoint, kWhole, scaling(10)};
  x = step(mote_depthwise_conv2d_s8_op, &depthwise, {x, weight({1, 3, 3, 10}), bias(10)}, s8({1, 2, 2, 10}));
  max_pool = {{2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1}, 10, kWhole};
  x = step(mote_max_pool2d_s8_op, &max_pool, {x}, s8({1, 2, 2, 10}));
  concat = {4, 2, {10, 10}};
  x = step(mote_concat_s8_op, &concat, {x, x}, s8({1, 2, 2, 20}));
  pad = {{1, 2, 2, 20}, {0, 1, 1, 0}, {0, 1, 1, 0}, kZeroPoint};
  x = step(mote_pad_s8_op, &pad, {x}, s8({1, 4, 4, 20}));
  average_pool = {{4, 4, 2, 2, 2, 2, 2, 2, 1, 1, 0, 0}, 20, kWhole};
  x = step(mote_average_pool2d_s8_op, &average_pool, {x}, s8({1, 2, 2, 20}));
  relu = {80, -kZeroPoint, kZeroPoint, {kZeroPoint, 127}, {1 << 30, 1}};
  x = step(mote_relu_s8_op, &relu, {x}, s8({1, 2, 2, 20}));
  add = {80, -kZeroPoint, -kZeroPoint, kZeroPoint, kWhole, {1 << 30, 0}, {1 << 30, 0}, {1 << 30, -18}};
  x = step(mote_add_s8_op, &add, {x, x}, s8({1, 2, 2, 20}));
  mean = {1, 4, 20, -kZeroPoint, kZeroPoint, {1 << 30, -1}};
  x = step(mote_mean_s8_op, &mean, {x}, s8({1, 20}));
  reshape = {20};
  x = step(mote_reshape_op, &reshape, {x}, s8({1, 1, 1, 20}));
  dense = {1, 20, 5, -kZeroPoint, kZeroPoint, kWhole, scaling(1)};
  x = step(mote_dense_s8_op, &dense, {x, weight({5, 20}), bias(5)}, s8({1, 5}));
  softmax = {1, 5, {1717986944, 23}, -248};
  x = step(mote_softmax_s8_op, &softmax, {x}, activation(MOTE_TYPE_S8, {1, 5}, -128));
  dequantize = {5, kScale, -128};
  model.outputs[0] = step(mote_dequantize_s8_f32_op, &dequantize, {x}, activation(MOTE_TYPE_F32, {1, 5}, 0));
}

TinyModel::TinyModel() {
  build();
  tensors.shrink_to_fit();
  steps.shrink_to_fit();
  steps[kConv2d].scratch_offset = next_offset_;
  steps[kConv2d].scratch_bytes = mote_conv2d_s8_scratch_bytes(&conv2d);
  arena_size = next_offset_ + steps[kConv2d].scratch_bytes;
  arena_storage.reset(::operator new (arena_size, std::align_val_t{MOTE_ARENA_ALIGNMENT}));
  std::fill_n(static_cast<std::uint8_t*>(arena()), arena_size, std::uint8_t{0});

  model.tensors = tensors.data();
  model.tensor_count = static_cast<std::int32_t>(tensors.size());
  model.steps = steps.data();
  model.step_count = static_cast<std::int32_t>(steps.size());
  model.seal = MOTE_MODEL_SEAL(model.tensor_count, model.step_count);
  model.version = MOTE_MODEL_VERSION;
  model.input_count = 1;
  model.output_count = 1;
  model.arena_bytes = static_cast<std::uint32_t>(arena_size);
}

}  // namespace mote::test
