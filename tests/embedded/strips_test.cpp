// First layers that run strip by strip give the bytes of the desktop's whole layers, in emulation.
#include <gtest/gtest.h>

#include <algorithm>

#include "int8_graphs.h"
#include "mote/device/verify.h"
#include "tools.h"

namespace mote::device {
namespace {

// A MobileNet: its first feature maps are its largest.
graph::Graph mobilenet() {
  using test::Padding;
  constexpr test::Activation kRelu = test::Activation::kRelu6;
  test::Int8GraphBuilder net("strips", 11);
  graph::TensorId x = net.conv(net.input({1, 64, 64, 1}), 8, 3, 3, {2, 2, 1, 1, Padding::kSame, kRelu});
  for (const auto& [stride, channels] : {std::pair{1, 16}, std::pair{2, 16}, std::pair{2, 32}, std::pair{1, 32}}) {
    x = net.depthwise(x, 1, 3, 3, {stride, stride, 1, 1, Padding::kSame, kRelu});
    x = net.conv(x, channels, 1, 1, {1, 1, 1, 1, Padding::kSame, kRelu});
  }
  return net.build(net.softmax(net.dense(net.mean(x, {1, 2}, 0), 4)));
}

class StripCores : public testing::TestWithParam<Core> {};

TEST_P(StripCores, GiveTheBytesOfWholeLayers) {
  MOTE_NEED_TOOLS(GetParam());
  exporter::BundleOptions options;
  options.name = "strips";
  const Subject subject = make_subject(mobilenet(), GetParam(), plan::Optimize::kSize, options);
  ASSERT_FALSE(subject.plan.strips.empty());
  const Verification result =
      verify(subject, random_records(subject.model, subject.options.frontend, 3, 1), GetParam());
  EXPECT_TRUE(result.equal()) << describe(result);
  EXPECT_EQ(result.skipped.size(), subject.plan.strips.skipped.size());
  EXPECT_EQ(result.layers + static_cast<std::int64_t>(result.skipped.size()),
            static_cast<std::int64_t>(subject.plan.graph.nodes.size()));
}

// The fastest kernels, made for the core, where the cores have any.
TEST_P(StripCores, GiveTheBytesOfWholeLayersByTheFastestKernels) {
  MOTE_NEED_TOOLS(GetParam());
  exporter::BundleOptions options;
  options.name = "strips";
  for (const plan::StripCut cut : {plan::StripCut{4, 4}, plan::StripCut{7, 3}}) {
    codegen::PlanGoal goal;
    goal.optimize = plan::Optimize::kSpeed;
    goal.strips.cut = cut;
    const Subject subject = make_subject(mobilenet(), GetParam(), goal, options);
    ASSERT_FALSE(subject.plan.strips.empty());
    EXPECT_EQ(subject.plan.is_portable(), instruction_set(GetParam()) == codegen::InstructionSet::kPortable);
    const Verification result =
        verify(subject, random_records(subject.model, subject.options.frontend, 2, 1), GetParam());
    EXPECT_TRUE(result.equal()) << cut.layers << " layers: " << describe(result);
  }
}

INSTANTIATE_TEST_SUITE_P(Some, StripCores,
                         testing::Values(Core::kHost, Core::kCortexM0, Core::kCortexM4, Core::kCortexM55),
                         [](const auto& one) {
                           std::string name(enum_name(one.param));
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace mote::device
