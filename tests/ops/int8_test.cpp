// The way of a trained graph to the device: folded, calibrated, quantized, run by the runtime, written as .tflite.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "mote/base/rng.h"
#include "mote/graph/text.h"
#include "mote/plan/border.h"
#include "mote/plan/host_runner.h"
#include "mote/quant/calibrate.h"
#include "mote/quant/fold.h"
#include "mote/quant/quantize.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"
#include "mote/trainer/float_runner.h"
#include "mote/trainer/initialize.h"
#include "parameter_uses.h"
#include "samples.h"

namespace mote::test {
namespace {

constexpr std::int64_t kSamples = 48;

// Adds a little to each value; a variance that started at 1 stays positive.
void shift_values(graph::Tensor& tensor, std::uint64_t key) {
  Rng rng = Rng::derive(2, "shift", {key});
  const auto start = graph::values<float>(tensor);
  std::vector<float> values(start.begin(), start.end());
  for (float& value : values) value += static_cast<float>(rng.uniform(-0.4, 0.4));
  tensor.data = graph::make_buffer(std::span<const float>(values));
}

// As after training: none of the biases, gammas, means … is where it started.
graph::Graph with_values(const graph::Graph& graph) {
  graph::Graph result = trainer::initialize(graph, 1);
  for (const graph::Node& node : result.nodes) {
    for (const trainer::ParameterUse& use : parameter_uses(result, node)) {
      const graph::TensorId id = node.inputs[use.input];
      if (use.kind != trainer::ParameterKind::kWeight) shift_values(result.tensor(id), static_cast<std::uint64_t>(id));
    }
  }
  return result;
}

// A graph as float and as int8, with the inputs that it was calibrated on.
struct Quantized {
  graph::Graph real;
  graph::Graph int8;
  std::vector<float> inputs;
};

Quantized quantized(const graph::Graph& trained, ThreadPool& pool) {
  Quantized result;
  result.real = quant::fold(with_values(trained));
  const std::int64_t elements = trained.tensor(trained.inputs[0]).elements();
  Rng rng = Rng::derive(3, "inputs");
  for (std::int64_t i = 0; i < kSamples * elements; ++i) result.inputs.push_back(static_cast<float>(rng.normal()));
  const auto ranges = quant::calibrate(result.real, *trainer::make_float_runner(pool), result.inputs, kSamples,
                                       {.method = quant::RangeMethod::kMinMax});
  result.int8 = quant::quantize(result.real, ranges);
  return result;
}

class EveryQuantizedOp : public testing::TestWithParam<OpSample> {
 protected:
  ThreadPool pool_{1};
};

// Both see the same inputs, those of the int8 grid: what differs is what the layers do.
TEST_P(EveryQuantizedOp, IsNearTheFloatGraph) {
  const Quantized q = quantized(GetParam().sample.graph, pool_);
  plan::HostRunner runner(q.int8);
  const auto inputs = plan::quantize(q.inputs, runner.model().input_quant());
  const auto outputs = plan::invoke(runner.model(), inputs).outputs;
  const auto real = trainer::predict(q.real, plan::dequantize(inputs, runner.model().input_quant()), kSamples, pool_);
  const graph::Quant& quant = runner.model().output_quant();
  ASSERT_EQ(outputs.size(), real.size());
  double greatest = 0;
  for (std::size_t i = 0; i < real.size(); ++i) {
    const double steps = static_cast<double>(real[i]) / static_cast<double>(quant.scales[0]);
    greatest = std::max(greatest, std::abs(outputs[i] - quant.zero_points[0] - steps));
  }
  EXPECT_LE(greatest, GetParam().sample.distance) << "steps of " << quant.scales[0];
}

INSTANTIATE_TEST_SUITE_P(Ops, EveryQuantizedOp, testing::ValuesIn(trained_samples()),
                         [](const auto& info) { return test_name(info.param); });

class EveryWrittenOp : public testing::TestWithParam<OpSample> {
 protected:
  ThreadPool pool_{1};
};

TEST_P(EveryWrittenOp, SurvivesATfliteFile) {
  const OpSample& one = GetParam();
  const graph::Graph graph =
      one.stage == graph::Stage::kInt8 ? one.sample.graph : quantized(one.sample.graph, pool_).int8;
  const graph::Graph back = tflite::read_model(tflite::write_model(graph)).graph;
  EXPECT_EQ(graph::print(back), graph::print(graph));
  EXPECT_TRUE(back == graph);
}

INSTANTIATE_TEST_SUITE_P(Ops, EveryWrittenOp, testing::ValuesIn(all_samples()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace mote::test
