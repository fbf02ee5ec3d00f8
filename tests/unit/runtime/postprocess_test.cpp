#include "mote/runtime/postprocess.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace {

using Outputs = std::vector<std::int8_t>;

// Owns what a device would hold in static memory.
struct Machine {
  Machine(std::vector<std::int32_t> limits, std::int32_t smoothing, std::int32_t refractory_steps)
      : thresholds(std::move(limits)),
        settings{static_cast<std::int32_t>(thresholds.size()), smoothing, refractory_steps, thresholds.data()},
        memory(mote_postprocess_bytes(&settings) / 4 + 1) {
    EXPECT_EQ(mote_postprocess_init(&post, &settings, memory.data(), mote_postprocess_bytes(&settings)), MOTE_OK);
  }
  std::int32_t push(const Outputs& outputs) { return mote_postprocess_push(&post, outputs.data()); }

  std::vector<std::int32_t> thresholds;
  mote_postprocess_settings settings;
  std::vector<std::int32_t> memory;
  mote_postprocess post{};
};

constexpr std::int32_t kHalf = 0;  // a softmax of 0.5: raw 0

TEST(Postprocess, FiresTheGreatestOfTheClassesThatReachTheirThreshold) {
  Machine machine({MOTE_NEVER_FIRES, kHalf, kHalf, 100 * 256}, 1, 0);
  EXPECT_EQ(machine.push({127, -1, -1, 99}), MOTE_NO_DETECTION);
  EXPECT_EQ(machine.push({127, 0, -1, 99}), 1);
  EXPECT_EQ(machine.push({-128, 5, 6, 99}), 2);
  EXPECT_EQ(machine.push({-128, 5, 5, -128}), 1) << "the first among equals";
  EXPECT_EQ(machine.push({-128, 5, 5, 100}), 3);
}

TEST(Postprocess, AveragesWhatThereIsAndThenTheLastOnes) {
  Machine machine({10 * 256}, 3, 0);
  EXPECT_EQ(machine.push({12}), 0);
  EXPECT_EQ(machine.push({7}), MOTE_NO_DETECTION);   // 9.5
  EXPECT_EQ(machine.push({11}), 0);                  // 10
  EXPECT_EQ(machine.push({11}), MOTE_NO_DETECTION);  // 29 / 3
  EXPECT_EQ(mote_postprocess_sum(&machine.post, 0), 29);
  EXPECT_EQ(mote_postprocess_held(&machine.post), 3);
}

TEST(Postprocess, ComparesAveragesFinerThanAnOutputsStep) {
  Machine machine({64}, 4, 0);  // a quarter of a step
  for (int i = 0; i < 4; ++i) (void)machine.push({0});
  EXPECT_EQ(machine.push({1}), 0);
  EXPECT_EQ(machine.push({-1}), MOTE_NO_DETECTION);
}

TEST(Postprocess, StaysSilentForTheRefractorySteps) {
  Machine machine({kHalf, kHalf}, 1, 3);
  std::vector<std::int32_t> fired;
  for (int i = 0; i < 7; ++i) fired.push_back(machine.push({static_cast<std::int8_t>(i), 3}));
  EXPECT_EQ(fired, (std::vector<std::int32_t>{1, -1, -1, 0, -1, -1, 0}));
}

TEST(Postprocess, ResetForgetsOutputsAndDetections) {
  Machine machine({kHalf}, 8, 100);
  EXPECT_EQ(machine.push({127}), 0);
  mote_postprocess_reset(&machine.post);
  EXPECT_EQ(machine.push({-1}), MOTE_NO_DETECTION);
  EXPECT_EQ(machine.push({3}), 0) << "average of the two since then";
}

TEST(Postprocess, TheGreatestSumsDoNotOverflow) {
  Machine machine({32767, -32768}, MOTE_MAX_SMOOTHING, 0);
  for (int i = 0; i < 2 * MOTE_MAX_SMOOTHING; ++i) EXPECT_EQ(machine.push({127, -128}), 1);
  EXPECT_EQ(mote_postprocess_sum(&machine.post, 1), -128 * MOTE_MAX_SMOOTHING);
}

TEST(Postprocess, ItsSumsAreThoseOfTheWindow) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> value(-128, 127);
  Machine machine({kHalf, kHalf, kHalf}, 5, 0);
  std::vector<Outputs> all;
  for (int step = 0; step < 200; ++step) {
    Outputs& outputs = all.emplace_back();
    for (int c = 0; c < 3; ++c) outputs.push_back(static_cast<std::int8_t>(value(random)));
    (void)machine.push(outputs);
    for (std::int32_t c = 0; c < 3; ++c) {
      std::int32_t sum = 0;
      for (std::size_t i = all.size() > 5 ? all.size() - 5 : 0; i < all.size(); ++i) {
        sum += all[i][static_cast<std::size_t>(c)];
      }
      EXPECT_EQ(mote_postprocess_sum(&machine.post, c), sum);
    }
  }
}

TEST(Postprocess, RefusesSettingsOutOfRange) {
  const std::vector<std::int32_t> thresholds{0, 0};
  const auto status_of = [](const mote_postprocess_settings& settings) {
    std::vector<std::int32_t> memory(64);
    mote_postprocess post{};
    EXPECT_EQ(mote_postprocess_bytes(&settings), 0U);
    return mote_postprocess_init(&post, &settings, memory.data(), 256);
  };
  EXPECT_EQ(status_of({0, 1, 0, thresholds.data()}), MOTE_ERROR_POSTPROCESS_SETTINGS);
  EXPECT_EQ(status_of({2, 0, 0, thresholds.data()}), MOTE_ERROR_POSTPROCESS_SETTINGS);
  EXPECT_EQ(status_of({2, MOTE_MAX_SMOOTHING + 1, 0, thresholds.data()}), MOTE_ERROR_POSTPROCESS_SETTINGS);
  EXPECT_EQ(status_of({2, 1, -1, thresholds.data()}), MOTE_ERROR_POSTPROCESS_SETTINGS);
  const std::vector<std::int32_t> beyond{0, MOTE_NEVER_FIRES + 1};
  EXPECT_EQ(status_of({2, 1, 0, beyond.data()}), MOTE_ERROR_POSTPROCESS_SETTINGS);
  EXPECT_EQ(status_of({2, 1, 0, nullptr}), MOTE_ERROR_NULL_POINTER);
}

TEST(Postprocess, RefusesMemoryThatIsSmallOrNotAligned) {
  const std::vector<std::int32_t> thresholds{0, 0};
  const mote_postprocess_settings settings{2, 3, 0, thresholds.data()};
  std::vector<std::int32_t> memory(8);
  mote_postprocess post{};
  const std::size_t bytes = mote_postprocess_bytes(&settings);
  EXPECT_EQ(bytes, 2U * 4 + 2 * 3);
  EXPECT_EQ(mote_postprocess_init(&post, &settings, memory.data(), bytes - 1), MOTE_ERROR_DSP_MEMORY);
  EXPECT_EQ(mote_postprocess_init(&post, &settings, reinterpret_cast<char*>(memory.data()) + 1, bytes),
            MOTE_ERROR_DSP_MEMORY);
  EXPECT_EQ(mote_postprocess_init(&post, &settings, nullptr, bytes), MOTE_ERROR_NULL_POINTER);
}

}  // namespace
