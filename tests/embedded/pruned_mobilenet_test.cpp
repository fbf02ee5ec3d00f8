// A MobileNet with a third of its filters zero: on the device it costs what a network of its live channels costs.
#include <gtest/gtest.h>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/device/bench.h"
#include "mote/device/verify.h"
#include "tools.h"
#include "zero_filters.h"

namespace mote::device {
namespace {

constexpr std::int32_t kSide = 48;
constexpr std::int32_t kChannels[] = {12, 24, 48, 48, 96, 96, 192};
constexpr std::int32_t kStrides[] = {2, 1, 2, 1, 2, 1, 2};

// As training leaves it: what a ReLU gives begins at the lowest code.
graph::Graph with_relu_ranges(graph::Graph graph) {
  for (const graph::Node& node : std::vector<graph::Node>(graph.nodes)) {
    if (graph::op_name(node.op) != "dense" && graph.tensor(node.outputs[0]).shape.size() == 4)
      graph.tensor(node.outputs[0]).quant.zero_points = {-128};
  }
  return graph;
}

// The first layer is a convolution, each further one a depthwise and a pointwise one; `thirds` of the channels of each.
graph::Graph mobilenet(std::int32_t thirds) {
  using graph::Padding;
  constexpr graph::Activation kRelu = graph::Activation::kRelu;
  test::Int8GraphBuilder net("mobilenet", 5);
  graph::TensorId x = net.input({1, kSide, kSide, 3});
  for (std::size_t i = 0; i < std::size(kChannels); ++i) {
    const std::int32_t channels = kChannels[i] / 3 * thirds;
    const std::int32_t stride = kStrides[i];
    if (i == 0) {
      x = net.conv(x, channels, 3, 3, {stride, stride, 1, 1, Padding::kSame, kRelu});
      continue;
    }
    x = net.depthwise(x, 1, 3, 3, {stride, stride, 1, 1, Padding::kSame, kRelu});
    x = net.conv(x, channels, 1, 1, {1, 1, 1, 1, Padding::kSame, kRelu});
  }
  return with_relu_ranges(net.build(net.softmax(net.dense(net.mean(x, {1, 2}, 0), 4))));
}

// Every third filter of each convolution.
graph::Graph with_a_third_zero(graph::Graph graph) {
  for (const graph::Node& node : std::vector<graph::Node>(graph.nodes)) {
    if (!std::holds_alternative<graph::Conv2d>(node.op)) continue;
    std::vector<bool> dead(static_cast<std::size_t>(graph.tensor(node.inputs[1]).shape[0]));
    for (std::size_t o = 0; o < dead.size(); o += 3) dead[o] = true;
    test::zero_filters(graph, node, dead, test::ZeroBias::kZero);
  }
  return graph;
}

Subject subject_of(const graph::Graph& graph) {
  exporter::BundleOptions options;
  options.name = "mobilenet";
  return make_subject(graph, Core::kCortexM4, plan::Optimize::kBalanced, options);
}

TEST(PrunedMobilenet, TakesTheInstructionsOfItsLiveChannels) {
  MOTE_NEED_TOOLS(Core::kCortexM4);
  const Subject pruned = subject_of(with_a_third_zero(mobilenet(3)));
  const Bench got = bench(pruned, Core::kCortexM4);
  const Bench whole = bench(subject_of(mobilenet(3)), Core::kCortexM4);
  const Bench live = bench(subject_of(mobilenet(2)), Core::kCortexM4);
  RecordProperty("pruned", std::to_string(got.inference.instructions));
  RecordProperty("whole", std::to_string(whole.inference.instructions));
  RecordProperty("live", std::to_string(live.inference.instructions));
  EXPECT_NEAR(static_cast<double>(got.multiply_accumulates), static_cast<double>(live.multiply_accumulates),
              0.03 * static_cast<double>(live.multiply_accumulates));
  EXPECT_NEAR(static_cast<double>(got.inference.instructions), static_cast<double>(live.inference.instructions),
              0.05 * static_cast<double>(live.inference.instructions));
  EXPECT_LT(got.inference.instructions * 10, whole.inference.instructions * 6);
  EXPECT_NEAR(static_cast<double>(got.weight_bytes), static_cast<double>(live.weight_bytes),
              0.03 * static_cast<double>(live.weight_bytes));
}

TEST(PrunedMobilenet, AnswersTheBytesOfTheWholeOne) {
  MOTE_NEED_TOOLS(Core::kCortexM4);
  const Subject pruned = subject_of(with_a_third_zero(mobilenet(3)));
  const Verification result =
      verify(pruned, random_records(pruned.model, pruned.options.frontend, 5, 1), Core::kCortexM4);
  EXPECT_TRUE(result.equal()) << describe(result);
  EXPECT_LT(pruned.plan.graph.tensor(pruned.plan.graph.nodes[0].outputs[0]).shape[3], kChannels[0]);
}

// The record of a subject is checked, not believed.
TEST(PrunedMobilenet, AChannelThatIsNoConstantIsFound) {
  MOTE_NEED_TOOLS(Core::kHost);
  Subject pruned = subject_of(with_a_third_zero(mobilenet(3)));
  for (quant::ChannelRecord& record : pruned.records) {
    if (!record.constant.empty() && record.constant[0])
      record.constant[0] = static_cast<std::int8_t>(*record.constant[0] + 1);
  }
  const std::string text = test::error_text(
      [&] { verify(pruned, random_records(pruned.model, pruned.options.frontend, 1, 1), Core::kHost); });
  EXPECT_NE(text.find("wanted the constant"), std::string::npos) << text;
}

}  // namespace
}  // namespace mote::device
