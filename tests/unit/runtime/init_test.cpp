// Each status that mote_init documents, by the smallest damage that causes it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "mote/runtime/executor.h"
#include "tiny_model.h"

namespace mote::test {
namespace {

constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

// What mote_init says of a tiny model after `damage`.
template <class Damage>
mote_status init_after(Damage damage) {
  TinyModel tiny;
  damage(tiny);
  return tiny.init();
}

TEST(Init, AcceptsTheTinyModel) {
  EXPECT_EQ(init_after([](TinyModel&) {}), MOTE_OK);
}

TEST(Init, RefusesNullPointers) {
  TinyModel tiny;
  EXPECT_EQ(mote_init(nullptr, &tiny.model, tiny.arena(), tiny.arena_size), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(mote_init(&tiny.executor, nullptr, tiny.arena(), tiny.arena_size), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(mote_init(&tiny.executor, &tiny.model, nullptr, tiny.arena_size), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.tensors = nullptr; }), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.steps = nullptr; }), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[0].op = nullptr; }), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[0].params = nullptr; }), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.scaling.shifts = nullptr; }), MOTE_ERROR_NULL_POINTER);
}

TEST(Init, RefusesAnArenaThatIsSmallOrNotAligned) {
  TinyModel tiny;
  EXPECT_EQ(mote_init(&tiny.executor, &tiny.model, tiny.arena(), tiny.arena_size - 1), MOTE_ERROR_ARENA_TOO_SMALL);
  EXPECT_EQ(mote_init(&tiny.executor, &tiny.model, static_cast<char*>(tiny.arena()) + 1, tiny.arena_size),
            MOTE_ERROR_ARENA_ALIGNMENT);
}

TEST(Init, RefusesADamagedHeader) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.seal ^= 1; }), MOTE_ERROR_MODEL_SEAL);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.tensor_count += 1; }), MOTE_ERROR_MODEL_SEAL);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.step_count += 1; }), MOTE_ERROR_MODEL_SEAL);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.version += 1; }), MOTE_ERROR_MODEL_VERSION);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.input_count = 0; }), MOTE_ERROR_MODEL_COUNT);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.output_count = MOTE_MAX_MODEL_OUTPUTS + 1; }),
            MOTE_ERROR_MODEL_COUNT);
  EXPECT_EQ(init_after([](TinyModel& t) {
              t.model.step_count = 0;
              t.model.seal = MOTE_MODEL_SEAL(t.model.tensor_count, 0);
            }),
            MOTE_ERROR_MODEL_COUNT);
}

TEST(Init, RefusesTensorNumbersOutsideTheTable) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.inputs[0] = MOTE_NO_TENSOR; }), MOTE_ERROR_TENSOR_INDEX);
  EXPECT_EQ(init_after([](TinyModel& t) { t.model.outputs[0] = 1000; }), MOTE_ERROR_TENSOR_INDEX);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[2].inputs[1] = 1000; }), MOTE_ERROR_TENSOR_INDEX);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[2].outputs[0] = -2; }), MOTE_ERROR_TENSOR_INDEX);
}

TEST(Init, RefusesADamagedTensor) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].type = 0; }), MOTE_ERROR_TENSOR_TYPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].rank = 0; }), MOTE_ERROR_TENSOR_RANK);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].rank = MOTE_MAX_RANK + 1; }), MOTE_ERROR_TENSOR_RANK);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].dims[1] = 0; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].dims[1] = kMax; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].bytes += 1; }), MOTE_ERROR_TENSOR_BYTES);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].offset = 0xFFFFFFFFU; }), MOTE_ERROR_TENSOR_PLACE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].offset += 2; }), MOTE_ERROR_TENSOR_ALIGNMENT);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].scale = -1; }), MOTE_ERROR_TENSOR_QUANTIZATION);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[0].scale = std::nanf(""); }), MOTE_ERROR_TENSOR_QUANTIZATION);
  EXPECT_EQ(init_after([](TinyModel& t) { t.tensors[1].zero_point = 128; }), MOTE_ERROR_TENSOR_QUANTIZATION);
}

TEST(Init, RefusesAConstantWhereSomethingIsWritten) {
  const auto make_constant = [](TinyModel& t, mote_tensor& tensor) {
    tensor.data = t.arena();
    tensor.offset = 0;
  };
  EXPECT_EQ(init_after([&](TinyModel& t) { make_constant(t, t.tensors[0]); }), MOTE_ERROR_TENSOR_PLACE);
  EXPECT_EQ(init_after([&](TinyModel& t) { make_constant(t, t.output_of(TinyModel::kPad)); }), MOTE_ERROR_TENSOR_PLACE);
}

TEST(Init, RefusesWeightsThatAreNotConstantOrNotSymmetric) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.input_of(TinyModel::kDense, 1).data = nullptr; }), MOTE_ERROR_TENSOR_PLACE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.input_of(TinyModel::kDense, 1).zero_point = 1; }),
            MOTE_ERROR_TENSOR_QUANTIZATION);
}

TEST(Init, RefusesTheWrongNumberOfTensors) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[TinyModel::kConv2d].input_count = 2; }), MOTE_ERROR_STEP_TENSORS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[TinyModel::kAdd].input_count = 11; }), MOTE_ERROR_STEP_TENSORS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[TinyModel::kAdd].output_count = 0; }), MOTE_ERROR_STEP_TENSORS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[TinyModel::kAdd].inputs[1] = MOTE_NO_TENSOR; }),
            MOTE_ERROR_STEP_TENSORS);
}

TEST(Init, AcceptsAnAbsentBias) {
  EXPECT_EQ(init_after([](TinyModel& t) {
              for (const auto step : {TinyModel::kConv2d, TinyModel::kDepthwise, TinyModel::kDense}) {
                t.steps[step].inputs[2] = MOTE_NO_TENSOR;
              }
            }),
            MOTE_OK);
}

TEST(Init, RefusesParametersThatDisagreeWithTheTensors) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.window.input_h += 1; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.window.stride_h = 0; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.window.pad_left = 3; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.window.dilation_w = kMax; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.input_offset += 1; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.activation.max = 128; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.depthwise.multiplier = 3; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.max_pool.window.dilation_h = 2; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.concat.row_bytes[1] = 9; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.pad.before[1] = 2; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.pad.after[2] = -1; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.add.count = 81; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.mean.reduced = 5; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.reshape.bytes = 19; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.dense.rows = 2; }), MOTE_ERROR_TENSOR_SHAPE);
  EXPECT_EQ(init_after([](TinyModel& t) { t.softmax.diff_min = 1; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.softmax.diff_min = -1000; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.quantize.scale = 0; }), MOTE_ERROR_STEP_PARAMETERS);
  EXPECT_EQ(init_after([](TinyModel& t) { t.dequantize.count = 4; }), MOTE_ERROR_TENSOR_SHAPE);
}

TEST(Init, RefusesCopiesBetweenTensorsOfAnotherQuantization) {
  for (const auto step : {TinyModel::kMaxPool, TinyModel::kConcat, TinyModel::kPad, TinyModel::kAveragePool}) {
    EXPECT_EQ(init_after([&](TinyModel& t) { t.output_of(step).scale *= 2; }), MOTE_ERROR_TENSOR_QUANTIZATION);
  }
}

TEST(Init, RefusesRequantizationTablesOutOfRange) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.multipliers[0][3] = -1; }), MOTE_ERROR_STEP_MULTIPLIER);
  EXPECT_EQ(init_after([](TinyModel& t) { t.conv2d.scaling.count = 4; }), MOTE_ERROR_STEP_MULTIPLIER);
  EXPECT_EQ(init_after([](TinyModel& t) { t.shifts[0][3] = -32; }), MOTE_ERROR_STEP_SHIFT);
  EXPECT_EQ(init_after([](TinyModel& t) { t.shifts[1][9] = 31; }), MOTE_ERROR_STEP_SHIFT);
  EXPECT_EQ(init_after([](TinyModel& t) { t.add.output.shift = 1; }), MOTE_ERROR_STEP_SHIFT);
  EXPECT_EQ(init_after([](TinyModel& t) { t.softmax.scaling.shift = -1; }), MOTE_ERROR_STEP_SHIFT);
  EXPECT_EQ(init_after([](TinyModel& t) { t.mean.scaling.multiplier = -1; }), MOTE_ERROR_STEP_MULTIPLIER);
}

TEST(Init, RefusesABiasThatCouldLeaveInt32) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.biases[0][4] = kMax; }), MOTE_ERROR_STEP_ACCUMULATOR);
  EXPECT_EQ(init_after([](TinyModel& t) { t.biases[1][0] = -kMax - 1; }), MOTE_ERROR_STEP_ACCUMULATOR);
}

TEST(Init, AcceptsALargeBiasOfAFilterWithoutWeights) {
  EXPECT_EQ(init_after([](TinyModel& t) {
              std::fill_n(t.weights[0].begin() + 4 * 18, 18, std::int8_t{0});  // filter 4 of the convolution
              t.biases[0][4] = kMax;
            }),
            MOTE_OK);
  EXPECT_EQ(init_after([](TinyModel& t) {
              for (std::size_t tap = 0; tap < 9; ++tap) t.weights[1][tap * 10 + 7] = 0;  // channel 7 of the depthwise
              t.biases[1][7] = -kMax;
            }),
            MOTE_OK);
}

TEST(Init, RefusesScratchThatIsSmallOutsideOrNotAligned) {
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[TinyModel::kConv2d].scratch_bytes -= 1; }), MOTE_ERROR_STEP_SCRATCH);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[TinyModel::kConv2d].scratch_offset += 4; }), MOTE_ERROR_STEP_SCRATCH);
  EXPECT_EQ(init_after([](TinyModel& t) { t.steps[TinyModel::kConv2d].scratch_offset = 2; }), MOTE_ERROR_STEP_SCRATCH);
}

TEST(Init, SaysWhichTensorOrStepIsAtFault) {
  TinyModel tensor;
  tensor.tensors[7].rank = 0;
  EXPECT_NE(tensor.init(), MOTE_OK);
  EXPECT_EQ(tensor.executor.failed_tensor, 7);
  EXPECT_EQ(tensor.executor.failed_step, -1);
  TinyModel step;
  step.mean.inner = 0;
  EXPECT_NE(step.init(), MOTE_OK);
  EXPECT_EQ(step.executor.failed_tensor, -1);
  EXPECT_EQ(step.executor.failed_step, TinyModel::kMean);
}

}  // namespace
}  // namespace mote::test
