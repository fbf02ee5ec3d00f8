#include "mote/quant/simulate.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/plan/border.h"
#include "mote/plan/host_runner.h"
#include "repair_net.h"

namespace mote::quant {
namespace {

using test::RepairInputs;
using test::RepairNet;

TEST(Snap, KeepsTheValuesOfTheGrid) {
  std::vector<float> values = {-10.0F, -0.26F, 0.0F, 0.24F, 0.26F, 100.0F};
  snap(graph::per_tensor(0.5F, -100), graph::DType::kInt8, values);
  EXPECT_EQ(values, (std::vector<float>{-10.0F, -0.5F, 0.0F, 0.0F, 0.5F, 100.0F}));
  values = {-20.0F, 200.0F};
  snap(graph::per_tensor(0.5F, -100), graph::DType::kInt8, values);
  EXPECT_EQ(values, (std::vector<float>{-14.0F, 113.5F}));
}

TEST(Simulation, IsWithinAStepOfTheRuntime) {
  RepairInputs inputs(8);
  const auto graph = RepairNet{}.build();
  const Draft draft = make_draft(graph, inputs.set(), {.method = RangeMethod::kMinMax});
  const auto int8_graph = quantize(draft);
  std::vector<float> simulated;
  Simulation(graph, int8_graph).run(inputs.set(), [&](graph::TensorId id, std::span<const float> values) {
    if (graph.tensor(id).name == "logits") simulated.insert(simulated.end(), values.begin(), values.end());
  });
  plan::HostRunner runner(int8_graph);
  std::size_t at = 0;
  for (std::size_t clip = 0; clip < 8; ++clip) {
    const auto input = plan::quantize(inputs.set().inputs.subspan(clip * 60, 60), runner.model().input_quant());
    runner.run(input, [&](graph::TensorId id, std::span<const std::int8_t> values) {
      const graph::Tensor& tensor = int8_graph.tensor(id);
      if (tensor.name != "logits") return;
      for (float value : plan::dequantize(values, tensor.quant))
        EXPECT_NEAR(simulated[at++], value, 2.01F * tensor.quant.scales[0]);
    });
  }
}

TEST(Simulation, QuantizesTheWeightsOfTheListedLayersAlone) {
  RepairInputs inputs(4);
  const auto graph = RepairNet{}.build();
  const Simulation simulation(graph, quantize(make_draft(graph, inputs.set(), {})));
  const std::vector<std::int32_t> none, second = {1};
  EXPECT_EQ(test::activation(simulation.with_weights_of(none), inputs.set(), "softmax"),
            test::activation(graph, inputs.set(), "softmax"));
  const auto one = simulation.with_weights_of(second);
  EXPECT_EQ(test::activation(one, inputs.set(), "conv"), test::activation(graph, inputs.set(), "conv"));
  EXPECT_NE(test::activation(one, inputs.set(), "dw"), test::activation(graph, inputs.set(), "dw"));
}

TEST(MeasuringSet, IsChecked) {
  RepairInputs inputs(2);
  const auto graph = RepairNet{}.build();
  MeasuringSet set = inputs.set();
  set.samples = 3;
  EXPECT_EQ(test::error_text([&] { set.validate(graph); }), "invalid: wanted 180 values for 3 inputs, got 120");
  set.samples = 0;
  EXPECT_EQ(test::error_text([&] { set.validate(graph); }),
            "invalid: wanted at least one input to measure on, got none");
}

TEST(SpreadSet, TakesSamplesEvenlySpread) {
  RepairInputs inputs(6);
  const auto graph = RepairNet{}.build();
  const SpreadSet part(inputs.set(), graph, 3);
  ASSERT_EQ(part.set().samples, 3);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(part.set().inputs[i * 60], inputs.set().inputs[2 * i * 60]);
  EXPECT_EQ(SpreadSet(inputs.set(), graph, 100).set().samples, 6);
}

}  // namespace
}  // namespace mote::quant
