// What mote_init proves of coded weights: every filter is whole, no gap leads out of its filter, sums fit.
#include <gtest/gtest.h>

#include <vector>

#include "mote/runtime/executor.h"
#include "mote/runtime/kernels/mote_dense_coded_s8.h"

namespace mote::test {
namespace {

// A dense layer of 40 inputs and 2 outputs.
struct CodedDense {
  mote_status init() {
    tensors[0] = {MOTE_TYPE_S8, 2, 0, {1, 40}, 0.5F, nullptr, 0, 40};
    tensors[1] = {MOTE_TYPE_U8,
                  1,
                  0,
                  {static_cast<std::int32_t>(weights.size())},
                  0.0F,
                  weights.data(),
                  0,
                  static_cast<std::uint32_t>(weights.size())};
    tensors[2] = {MOTE_TYPE_S32, 1, 0, {2}, 0.0F, bias.data(), 0, 8};
    tensors[3] = {MOTE_TYPE_S8, 2, 0, {1, 2}, 0.5F, nullptr, 48, 2};
    params = {1, 40, 2, 0, 0, coding, {-128, 127}, {multipliers, shifts, 2}};
    step = {&mote_dense_coded_s8_op, &params, 3, 1, {0, 1, 2}, {3}, 0, 0};
    model.seal = MOTE_MODEL_SEAL(4, 1);
    model.version = MOTE_MODEL_VERSION;
    model.tensors = tensors;
    model.tensor_count = 4;
    model.steps = &step;
    model.step_count = model.input_count = model.output_count = 1;
    model.inputs[0] = 0;
    model.outputs[0] = 3;
    model.arena_bytes = 64;
    return mote_init(&executor, &model, arena, sizeof arena);
  }

  std::int32_t coding = MOTE_CODING_SPARSE_S8;
  std::vector<std::uint8_t> weights{2, 0, 0xf2, 5, 251, 4, 0, 0x11, 1, 2, 0xff, 3, 4};
  std::vector<std::int32_t> bias{100, -100};
  std::int32_t multipliers[2] = {1 << 30, 1 << 30};
  std::int8_t shifts[2] = {-5, -5};
  mote_tensor tensors[4] = {};
  mote_dense_coded_s8_params params{};
  mote_step step{};
  mote_model model{};
  mote_executor executor{};
  alignas(16) std::uint8_t arena[64] = {};
};

TEST(CodedWeightsCheck, AcceptsWholeFilters) {
  CodedDense dense;
  EXPECT_EQ(dense.init(), MOTE_OK);
  dense.coding = MOTE_CODING_S4;
  dense.weights.assign(40, 0x7f);
  EXPECT_EQ(dense.init(), MOTE_OK);
}

TEST(CodedWeightsCheck, RefusesATableOfAnotherLength) {
  CodedDense dense;
  dense.weights.push_back(0);
  EXPECT_EQ(dense.init(), MOTE_ERROR_TENSOR_BYTES);
  dense.weights.resize(12);
  EXPECT_EQ(dense.init(), MOTE_ERROR_TENSOR_BYTES);
  dense.weights.resize(7);
  EXPECT_EQ(dense.init(), MOTE_ERROR_TENSOR_BYTES);
  dense.coding = MOTE_CODING_TERNARY;
  dense.weights.assign(21, 0);
  EXPECT_EQ(dense.init(), MOTE_ERROR_TENSOR_BYTES);
}

// 15 + 15 + 15 > 39.
TEST(CodedWeightsCheck, RefusesAGapThatLeadsOutOfItsFilter) {
  CodedDense dense;
  dense.weights[7] = 0xff;
  EXPECT_EQ(dense.init(), MOTE_ERROR_TENSOR_BYTES);
}

TEST(CodedWeightsCheck, RefusesAnOddNumberOfPairedEntries) {
  CodedDense dense;
  dense.weights[0] = 1;
  EXPECT_EQ(dense.init(), MOTE_ERROR_TENSOR_BYTES);
}

TEST(CodedWeightsCheck, RefusesACodingThatThereIsNot) {
  CodedDense dense;
  for (std::int32_t coding : {0, -1, 7, 1 << 20}) {
    dense.coding = coding;
    EXPECT_EQ(dense.init(), MOTE_ERROR_STEP_PARAMETERS) << coding;
  }
}

TEST(CodedWeightsCheck, RefusesASumThatMayLeaveInt32) {
  CodedDense dense;
  dense.bias[1] = 2147483647;
  EXPECT_EQ(dense.init(), MOTE_ERROR_STEP_ACCUMULATOR);
}

}  // namespace
}  // namespace mote::test
