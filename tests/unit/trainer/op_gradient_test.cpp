// backward() of every op against finite differences of its forward().
#include <gtest/gtest.h>

#include "op_harness.h"

namespace mote::trainer::test {
namespace {

using graph::Activation;
using graph::Padding;

TEST(Conv2dGradient, EqualsFiniteDifferences) {
  graph::Conv2d op;
  op.padding = Padding::kSame;
  OpHarness harness(op, {{1, 5, 4, 3}, {2, 3, 2, 3}, {2}}, {1, 2}, 2);
  harness.check_gradients({0, 1, 2});
}

TEST(Conv2dGradient, EqualsFiniteDifferencesWithStrideDilationAndRelu) {
  graph::Conv2d op;
  op.stride_h = 2;
  op.dilation_w = 2;
  op.activation = Activation::kRelu;
  OpHarness harness(op, {{1, 7, 6, 2}, {3, 3, 2, 2}, {3}}, {1, 2}, 2);
  harness.check_gradients({0, 1, 2});
}

TEST(Conv2dGradient, EqualsFiniteDifferencesOfAPointwiseOneWithoutBias) {
  OpHarness harness(graph::Conv2d{}, {{1, 3, 3, 4}, {5, 1, 1, 4}}, {1}, 3);
  harness.check_gradients({0, 1});
}

TEST(DepthwiseConv2dGradient, EqualsFiniteDifferences) {
  graph::DepthwiseConv2d op;
  op.padding = Padding::kSame;
  op.stride_w = 2;
  OpHarness harness(op, {{1, 5, 4, 3}, {1, 3, 3, 3}, {3}}, {1, 2}, 2);
  harness.check_gradients({0, 1, 2});
}

TEST(DepthwiseConv2dGradient, EqualsFiniteDifferencesWithAMultiplier) {
  graph::DepthwiseConv2d op;
  op.dilation_h = 2;
  op.activation = Activation::kRelu6;
  OpHarness harness(op, {{1, 6, 4, 2}, {1, 2, 3, 6}, {6}}, {1, 2}, 2);
  harness.check_gradients({0, 1, 2});
}

TEST(DenseGradient, EqualsFiniteDifferences) {
  OpHarness harness(graph::Dense{}, {{1, 2, 3, 1}, {4, 6}, {4}}, {1, 2}, 3);
  harness.check_gradients({0, 1, 2});
}

TEST(DenseGradient, EqualsFiniteDifferencesWithRelu) {
  graph::Dense op;
  op.activation = Activation::kRelu;
  OpHarness harness(op, {{1, 6}, {4, 6}, {4}}, {1, 2}, 3);
  harness.check_gradients({0, 1, 2});
}

TEST(UnaryGradient, EqualsFiniteDifferences) {
  for (auto kind : {graph::UnaryKind::kRelu, graph::UnaryKind::kRelu6}) {
    OpHarness harness(graph::Unary{kind}, {{1, 4, 4, 3}}, {}, 2);
    for (float& x : harness.input(0)) x *= 4.0F;
    harness.check_gradients({0});
  }
}

TEST(BinaryGradient, EqualsFiniteDifferences) {
  OpHarness harness(graph::Binary{graph::BinaryKind::kAdd, Activation::kRelu}, {{1, 3, 3, 2}, {1, 3, 3, 2}}, {}, 2);
  harness.check_gradients({0, 1});
}

TEST(ConcatGradient, EqualsFiniteDifferencesAlongEveryAxis) {
  for (std::int32_t axis : {1, 2, 3}) {
    graph::Shape other{1, 2, 3, 2};
    other[static_cast<std::size_t>(axis)] = 4;
    OpHarness harness(graph::Concat{axis}, {{1, 2, 3, 2}, other}, {}, 2);
    harness.check_gradients({0, 1});
  }
}

TEST(Pool2dGradient, EqualsFiniteDifferences) {
  for (auto kind : {graph::PoolKind::kAverage, graph::PoolKind::kMax}) {
    graph::Pool2d op;
    op.kind = kind;
    op.kernel_h = 3;
    op.kernel_w = 2;
    op.stride_h = 2;
    op.padding = Padding::kSame;
    op.activation = Activation::kRelu;
    OpHarness harness(op, {{1, 5, 4, 2}}, {}, 2);
    harness.check_gradients({0});
  }
}

TEST(ReduceGradient, EqualsFiniteDifferences) {
  for (const auto& axes : std::vector<std::vector<std::int32_t>>{{1, 2}, {3}, {1, 3}}) {
    graph::Reduce op;
    op.axes = axes;
    op.keep_dims = 1;
    OpHarness harness(op, {{1, 3, 2, 4}}, {}, 2);
    harness.check_gradients({0});
  }
}

TEST(PadGradient, EqualsFiniteDifferences) {
  OpHarness harness(graph::Pad{{0, 1, 0, 2}, {0, 2, 1, 0}}, {{1, 2, 3, 2}}, {}, 2);
  harness.check_gradients({0});
}

TEST(ReshapeGradient, EqualsFiniteDifferences) {
  OpHarness harness(graph::Reshape{{1, 12}}, {{1, 2, 3, 2}}, {}, 2);
  harness.check_gradients({0});
}

TEST(SoftmaxGradient, EqualsFiniteDifferences) {
  OpHarness harness(graph::Softmax{1.5F}, {{1, 3, 5}}, {}, 2);
  harness.check_gradients({0});
}

TEST(BatchNormGradient, EqualsFiniteDifferences) {
  OpHarness harness(graph::BatchNorm{}, {{1, 2, 2, 3}, {3}, {3}, {3}, {3}}, {1, 2, 3, 4}, 4);
  harness.check_gradients({0, 1, 2});
}

TEST(DropoutGradient, EqualsFiniteDifferencesUnderOneMask) {
  OpHarness harness(graph::Dropout{0.4F}, {{1, 5, 2, 3}}, {}, 2);
  harness.check_gradients({0});
}

TEST(EveryOp, AddsToTheGradientThatItFinds) {
  OpHarness harness(graph::Unary{}, {{1, 4}}, {}, 1);
  harness.input(0) = {1, 2, -3, 4};
  harness.run_forward();
  harness.input_gradient(0) = {10, 10, 10, 10};
  harness.output_gradient() = {1, 2, 3, 4};
  harness.run_backward();
  EXPECT_EQ(harness.input_gradient(0), (std::vector<float>{11, 12, 10, 14}));
}

}  // namespace
}  // namespace mote::trainer::test
