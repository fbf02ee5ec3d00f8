#include "mote/quant/calibrate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "error_text.h"
#include "mote/graph/text.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::TensorId;

// Answers relu(x) for each tensor that a node writes, whatever the node.
class FakeRunner : public graph::FloatRunner {
 public:
  void run(const Graph& graph, std::span<const float> inputs, std::int64_t samples, const Observer& observe) override {
    EXPECT_EQ(static_cast<std::int64_t>(inputs.size()), samples * graph.tensor(graph.inputs[0]).elements());
    most_samples = std::max(most_samples, samples);
    observe(graph.inputs[0], inputs);
    std::vector<float> outputs(inputs.begin(), inputs.end());
    for (float& value : outputs) value = value < 0.0F ? 0.0F : value;
    for (const graph::Node& node : graph.nodes) observe(node.outputs[0], outputs);
  }

  void run_edited(const Graph&, std::span<const float>, std::int64_t, const Editor&) override {
    FAIL() << "calibration changes nothing";
  }

  std::int64_t most_samples = 0;
};

Graph relu_graph() {
  return graph::parse(R"(graph "g" {
  input %0 "x" f32[1,2]
  const %1 "w" f32[1] = 0x00000000
  %2 "y" f32[1,2] = unary(%0)
  output %2
})");
}

std::vector<Range> ranges_of(const std::vector<float>& inputs, RangeMethod method, double percentile = 0.9999) {
  FakeRunner runner;
  const auto samples = static_cast<std::int64_t>(inputs.size() / 2);
  return calibrate(relu_graph(), runner, inputs, samples, {.method = method, .percentile = percentile});
}

// 20000 values, even in [-1, 1), and one of 100.
std::vector<float> with_outlier() {
  std::vector<float> values;
  for (int i = 0; i < 20000; ++i) values.push_back(static_cast<float>(i - 10000) / 10000.0F);
  values[7] = 100.0F;
  return values;
}

TEST(Calibrate, MinMaxHoldsAllValuesOfAllSamples) {
  const auto ranges = ranges_of({0.5F, -3.0F, 2.0F, 1.0F, -1.0F, 0.0F}, RangeMethod::kMinMax);
  ASSERT_EQ(ranges.size(), 3U);
  EXPECT_EQ(ranges[0], (Range{-3.0F, 2.0F}));
  EXPECT_EQ(ranges[1], (Range{}));
  EXPECT_EQ(ranges[2], (Range{0.0F, 2.0F}));
}

TEST(Calibrate, RunsManySamplesInBoundedChunks) {
  FakeRunner runner;
  std::vector<float> inputs(2 * 1000, 0.25F);
  inputs.back() = 4.0F;
  const auto ranges = calibrate(relu_graph(), runner, inputs, 1000, {.method = RangeMethod::kMinMax});
  EXPECT_EQ(ranges[2], (Range{0.25F, 4.0F}));
  EXPECT_LT(runner.most_samples, 1000);
}

TEST(Calibrate, PercentileDropsTheMostExtremeValues) {
  const auto ranges = ranges_of(with_outlier(), RangeMethod::kPercentile, 0.999);
  EXPECT_LT(ranges[0].high, 1.2F);
  EXPECT_GE(ranges[0].high, 0.98F);
  EXPECT_LE(ranges[0].low, -0.98F);
}

TEST(Calibrate, APercentileOfOneDropsNothing) {
  const auto ranges = ranges_of(with_outlier(), RangeMethod::kPercentile, 1.0);
  EXPECT_FLOAT_EQ(ranges[0].high, 100.0F);
  EXPECT_FLOAT_EQ(ranges[0].low, -1.0F);
}

double squared_error(const std::vector<float>& values, const Range& range) {
  const graph::Quant quant = activation_quant(range);
  const auto scale = static_cast<double>(quant.scales[0]);
  double sum = 0;
  for (float value : values) {
    const double raw = std::clamp(std::round(value / scale) + quant.zero_points[0], -128.0, 127.0);
    sum += std::pow((raw - quant.zero_points[0]) * scale - value, 2);
  }
  return sum;
}

TEST(Calibrate, MseClipsAnOutlierThatCostsMoreThanItSaves) {
  // 200000 values in [-1, 1) and one of 4: keeping it would widen every step by 2.5.
  std::vector<float> values;
  for (int i = 0; i < 200000; ++i) values.push_back(static_cast<float>(i - 100000) / 100000.0F);
  values[7] = 4.0F;
  const Range kept = ranges_of(values, RangeMethod::kMse)[0];
  EXPECT_LT(kept.high, 4.0F);
  EXPECT_LT(squared_error(values, kept), squared_error(values, {-1.0F, 4.0F}));
}

TEST(Calibrate, MseKeepsValuesThatAreSpreadEvenly) {
  std::vector<float> values;
  for (int i = 0; i < 20000; ++i) values.push_back(static_cast<float>(i - 10000) / 10000.0F);
  const Range kept = ranges_of(values, RangeMethod::kMse)[0];
  EXPECT_LT(kept.low, -0.97F);
  EXPECT_GT(kept.high, 0.97F);
}

TEST(Calibrate, EveryMethodTakesAConstantActivation) {
  for (auto method : {RangeMethod::kMinMax, RangeMethod::kPercentile, RangeMethod::kMse}) {
    EXPECT_EQ(ranges_of({0.0F, 0.0F, 0.0F, 0.0F}, method)[2], (Range{})) << enum_name(method);
    EXPECT_FLOAT_EQ(ranges_of({2.0F, 2.0F}, method)[2].high, 2.0F) << enum_name(method);
  }
}

TEST(Calibrate, NamesTheTensorThatIsNotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(test::error_text([&] {
              ranges_of({0.0F, nan}, RangeMethod::kMse);
            }),
            "invalid: 'x' takes the value nan during calibration: the network has diverged or its input holds NaN");
}

TEST(Calibrate, WantsAnInput) {
  EXPECT_EQ(test::error_text([&] { ranges_of({}, RangeMethod::kMinMax); }),
            "invalid: wanted at least one input to calibrate on, got none");
}

TEST(Calibrate, WantsAsManyValuesAsTheSamplesHave) {
  FakeRunner runner;
  const std::vector<float> inputs(5);
  EXPECT_EQ(test::error_text([&] { calibrate(relu_graph(), runner, inputs, 3, {}); }),
            "invalid: wanted 6 values for 3 inputs, got 5");
}

TEST(CalibrationSettings, AreChecked) {
  for (double percentile : {0.5, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
    CalibrationSettings settings{.percentile = percentile};
    EXPECT_TRUE(test::error_text([&] { settings.validate(); }).starts_with("invalid: percentile must be in (0.5, 1]"));
  }
  CalibrationSettings settings{.samples = 0};
  EXPECT_EQ(test::error_text([&] { settings.validate(); }), "invalid: samples must be >= 1, got 0");
  EXPECT_EQ(test::error_text([&] { CalibrationSettings{}.validate(); }), "no error");
}

}  // namespace
}  // namespace mote::quant
