#include "mote/runtime/executor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "tiny_model.h"

namespace mote::test {
namespace {

void fill_input(const mote_executor& executor) {
  auto* const input = static_cast<float*>(mote_input(&executor, 0));
  for (int i = 0; i < 32; ++i) input[i] = static_cast<float>(i % 7) - 3.0F;
}

std::vector<float> output_of(const mote_executor& executor) {
  const auto* const output = static_cast<const float*>(mote_output(&executor, 0));
  return {output, output + 5};
}

TEST(Executor, RunsEveryKernelOfAModel) {
  TinyModel tiny;
  ASSERT_EQ(tiny.init(), MOTE_OK) << tiny.executor.failed_step << " " << tiny.executor.failed_tensor;
  fill_input(tiny.executor);
  ASSERT_EQ(mote_invoke(&tiny.executor), MOTE_OK);
  float sum = 0;
  for (const float p : output_of(tiny.executor)) sum += p;
  EXPECT_NEAR(sum, 256 * 0.1F, 0.3F);  // probabilities of scale 1/256, read with scale 0.1
}

TEST(Executor, GivesTheSameBytesOnEveryCallAndInTwoArenas) {
  TinyModel one;
  TinyModel two;
  ASSERT_EQ(one.init(), MOTE_OK);
  ASSERT_EQ(two.init(), MOTE_OK);
  std::memset(two.arena(), 0x5A, two.arena_size);
  fill_input(one.executor);
  ASSERT_EQ(mote_invoke(&one.executor), MOTE_OK);
  const std::vector<float> first = output_of(one.executor);
  fill_input(one.executor);
  ASSERT_EQ(mote_invoke(&one.executor), MOTE_OK);
  fill_input(two.executor);
  ASSERT_EQ(mote_invoke(&two.executor), MOTE_OK);
  EXPECT_EQ(output_of(one.executor), first);
  EXPECT_EQ(output_of(two.executor), first);
}

TEST(Executor, ShowsEveryStepToTheObserver) {
  TinyModel tiny;
  ASSERT_EQ(tiny.init(), MOTE_OK);
  fill_input(tiny.executor);
  std::vector<std::int32_t> seen;
  const auto observe = [](void* user, const mote_executor* executor, std::int32_t step) {
    static_cast<std::vector<std::int32_t>*>(user)->push_back(step);
    const mote_tensor* const output = mote_step_output(executor, step, 0);
    ASSERT_NE(output, nullptr);
    ASSERT_NE(mote_tensor_data(executor, output), nullptr);
  };
  ASSERT_EQ(mote_invoke_observed(&tiny.executor, observe, &seen), MOTE_OK);
  std::vector<std::int32_t> all(TinyModel::kStepCount);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::int32_t>(i);
  EXPECT_EQ(seen, all);
}

TEST(Executor, ObservedAndPlainInvokeAgree) {
  TinyModel tiny;
  ASSERT_EQ(tiny.init(), MOTE_OK);
  fill_input(tiny.executor);
  ASSERT_EQ(mote_invoke(&tiny.executor), MOTE_OK);
  const std::vector<float> plain = output_of(tiny.executor);
  fill_input(tiny.executor);
  const auto ignore = [](void*, const mote_executor*, std::int32_t) {};
  ASSERT_EQ(mote_invoke_observed(&tiny.executor, ignore, nullptr), MOTE_OK);
  EXPECT_EQ(output_of(tiny.executor), plain);
}

TEST(Executor, DescribesInputsAndOutputs) {
  TinyModel tiny;
  ASSERT_EQ(tiny.init(), MOTE_OK);
  EXPECT_EQ(mote_input_tensor(&tiny.executor, 0)->bytes, 128U);
  EXPECT_EQ(mote_output_tensor(&tiny.executor, 0)->bytes, 20U);
  EXPECT_EQ(mote_tensor_data(&tiny.executor, &tiny.input_of(TinyModel::kDense, 1)), tiny.weights[2].data());
}

TEST(Executor, AnswersNullOutsideTheModel) {
  TinyModel tiny;
  ASSERT_EQ(tiny.init(), MOTE_OK);
  for (const std::int32_t index : {-1, 1, 1000}) {
    EXPECT_EQ(mote_input(&tiny.executor, index), nullptr);
    EXPECT_EQ(mote_output(&tiny.executor, index), nullptr);
    EXPECT_EQ(mote_input_tensor(&tiny.executor, index), nullptr);
    EXPECT_EQ(mote_output_tensor(&tiny.executor, index), nullptr);
    EXPECT_EQ(mote_step_output(&tiny.executor, 0, index), nullptr);
  }
  EXPECT_EQ(mote_step_output(&tiny.executor, -1, 0), nullptr);
  EXPECT_EQ(mote_step_output(&tiny.executor, TinyModel::kStepCount, 0), nullptr);
  EXPECT_EQ(mote_tensor_data(&tiny.executor, nullptr), nullptr);
}

TEST(Executor, RefusesToRunBeforeASuccessfulInit) {
  TinyModel tiny;
  const auto ignore = [](void*, const mote_executor*, std::int32_t) {};
  EXPECT_EQ(mote_invoke(&tiny.executor), MOTE_ERROR_NOT_INITIALIZED);
  EXPECT_EQ(mote_invoke_observed(&tiny.executor, ignore, nullptr), MOTE_ERROR_NOT_INITIALIZED);
  EXPECT_EQ(mote_invoke(nullptr), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(mote_invoke_observed(&tiny.executor, nullptr, nullptr), MOTE_ERROR_NULL_POINTER);
  EXPECT_EQ(mote_input(&tiny.executor, 0), nullptr);
  ASSERT_EQ(tiny.init(), MOTE_OK);
  tiny.model.version += 1;
  ASSERT_EQ(tiny.init(), MOTE_ERROR_MODEL_VERSION);
  EXPECT_EQ(mote_invoke(&tiny.executor), MOTE_ERROR_NOT_INITIALIZED);
}

}  // namespace
}  // namespace mote::test
