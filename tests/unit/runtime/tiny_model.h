// A model that runs every kernel once, built by hand in memory: what the executor's tests run, and damage.
//
// Every table is a heap block of exactly its size, so that a sanitizer sees a read behind its end.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "mote/runtime/executor.h"
#include "mote/runtime/kernels.h"

namespace mote::test {

struct TinyModel {
  TinyModel();
  TinyModel(const TinyModel&) = delete;
  TinyModel& operator=(const TinyModel&) = delete;

  // Numbers of the steps below.
  enum Step {
    kQuantize,
    kConv2d,
    kDepthwise,
    kMaxPool,
    kConcat,
    kPad,
    kAveragePool,
    kRelu,
    kAdd,
    kMean,
    kReshape,
    kDense,
    kSoftmax,
    kDequantize,
    kStepCount
  };

  mote_status init() { return mote_init(&executor, &model, arena(), arena_size); }
  void* arena() const { return arena_storage.get(); }

  // The tensor that a step writes, or reads as input `index`.
  mote_tensor& output_of(Step step) { return tensors[static_cast<std::size_t>(steps[step].outputs[0])]; }
  mote_tensor& input_of(Step step, std::size_t index) {
    return tensors[static_cast<std::size_t>(steps[step].inputs[index])];
  }

  std::vector<mote_tensor> tensors;
  std::vector<mote_step> steps;
  mote_model model{};
  mote_executor executor{};

  std::vector<std::vector<std::int8_t>> weights;
  std::vector<std::vector<std::int32_t>> biases;
  std::vector<std::vector<std::int32_t>> multipliers;
  std::vector<std::vector<std::int8_t>> shifts;

  mote_quantize_f32_s8_params quantize{};
  mote_conv2d_s8_params conv2d{};
  mote_depthwise_conv2d_s8_params depthwise{};
  mote_max_pool2d_s8_params max_pool{};
  mote_concat_s8_params concat{};
  mote_pad_s8_params pad{};
  mote_average_pool2d_s8_params average_pool{};
  mote_relu_s8_params relu{};
  mote_add_s8_params add{};
  mote_mean_s8_params mean{};
  mote_reshape_params reshape{};
  mote_dense_s8_params dense{};
  mote_softmax_s8_params softmax{};
  mote_dequantize_s8_f32_params dequantize{};

  std::size_t arena_size = 0;

 private:
  struct AlignedDelete {
    void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{MOTE_ARENA_ALIGNMENT}); }
  };

  std::int16_t activation(mote_type type, std::vector<std::int32_t> shape, std::int16_t zero_point);
  std::int16_t constant(mote_type type, std::vector<std::int32_t> shape, const void* data);
  std::int16_t weight(std::vector<std::int32_t> shape);
  std::int16_t bias(std::int32_t count);
  mote_channel_scaling scaling(std::int32_t count);
  std::int16_t step(const mote_op& op, const void* params, std::vector<std::int16_t> inputs, std::int16_t output);
  void build();

  std::uint32_t next_offset_ = 0;
  std::unique_ptr<void, AlignedDelete> arena_storage;
};

}  // namespace mote::test
