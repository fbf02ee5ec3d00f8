#include "mote/doctor/tflite_check.h"

#include <gtest/gtest.h>

#include "mote/plan/border.h"
#include "sick_network.h"

namespace mote::doctor {
namespace {

TEST(CheckInt8, SaysOfEachLayerWhatItsGridHoldsAndWhatIsDead) {
  test::SickNetwork network(0);
  ThreadPool pool(1);
  quant::Draft draft = network.draft();
  std::vector<float> bias(8, 0.1F);
  bias[3] = -100;
  test::set_constant(draft.graph, "pw.b", bias);
  const auto findings = check_int8(quantize(draft), {}, pool);
  ASSERT_EQ(findings.size(), 7U);
  EXPECT_EQ(findings[2].name, "pw");
  EXPECT_EQ(findings[2].dead_channels, (std::vector<std::int32_t>{3}));
  EXPECT_TRUE(findings[0].dead_channels.empty());
  EXPECT_GT(findings[0].weight_spread, 1.0);
  EXPECT_FALSE(findings[0].clipped_share);
  EXPECT_EQ(findings[6].kept.low, 0.0F);
}

TEST(CheckInt8, CountsValuesAtTheEndsOfTheGridOnClips) {
  test::SickNetwork network(0);
  ThreadPool pool(1);
  quant::Draft draft = network.draft();
  const auto share = [&](const graph::Graph& graph) {
    const auto inputs = plan::quantize(network.clips().inputs.inputs, graph.tensor(graph.inputs[0]).quant);
    return *check_int8(graph, inputs, pool)[0].clipped_share;
  };
  EXPECT_LT(share(quantize(draft)), 0.01);
  for (quant::Range& range : draft.ranges) range = {0.25F * range.low, 0.25F * range.high};
  EXPECT_GT(share(quantize(draft)), 0.02);
}

}  // namespace
}  // namespace mote::doctor
