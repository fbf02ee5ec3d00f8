// Shapes that the ops infer and what they say of attributes and inputs that do not fit.
#include <gtest/gtest.h>

#include <limits>

#include "error_text.h"
#include "mote/graph/op_functions.h"

namespace mote::graph {
namespace {

constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

// Input 0 is an activation, the others are constants.
std::vector<Shape> shapes_of(const Op& op, const std::vector<Shape>& inputs) {
  std::vector<Tensor> tensors;
  for (const Shape& shape : inputs) {
    tensors.push_back({"t" + std::to_string(tensors.size()), DType::kFloat32, shape, {}, !tensors.empty(), nullptr});
  }
  std::vector<const Tensor*> pointers;
  for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
  return infer_shapes(op, pointers);
}

std::string error_of(const Op& op, const std::vector<Shape>& inputs) {
  return test::error_text([&] { shapes_of(op, inputs); });
}

using Shapes = std::vector<Shape>;

TEST(Conv2dShape, FollowsStridePaddingAndDilation) {
  EXPECT_EQ(shapes_of(Conv2d{}, {{1, 5, 7, 3}, {8, 3, 2, 3}}), (Shapes{{1, 3, 6, 8}}));
  EXPECT_EQ(shapes_of(Conv2d{2, 1, 1, 2, Padding::kSame}, {{1, 5, 7, 3}, {8, 3, 2, 3}, {8}}), (Shapes{{1, 3, 7, 8}}));
  EXPECT_EQ(shapes_of(Conv2d{1, 1, 2, 1}, {{1, 5, 7, 3}, {8, 3, 2, 3}}), (Shapes{{1, 1, 6, 8}}));
}

TEST(Conv2dShape, NamesWhatDoesNotFit) {
  EXPECT_EQ(error_of(Conv2d{}, {{1, 4, 4, 3}}), "invalid: [conv2d] wanted 2 to 3 inputs, got 1");
  EXPECT_EQ(error_of(Conv2d{}, {{1, 12}, {8, 3, 3, 3}}),
            "invalid: [conv2d] wanted an input [1,height,width,channels], got [1,12]");
  EXPECT_EQ(error_of(Conv2d{}, {{2, 4, 4, 3}, {8, 3, 3, 3}}),
            "invalid: [conv2d] wanted an input [1,height,width,channels], got [2,4,4,3]");
  EXPECT_EQ(error_of(Conv2d{}, {{1, 4, 4, 3}, {8, 27}}), "invalid: [conv2d] wanted weights of rank 4, got [8,27]");
  EXPECT_EQ(error_of(Conv2d{}, {{1, 4, 4, 3}, {8, 3, 3, 2}}),
            "invalid: [conv2d] wanted weights for 3 input channels, got 2 of shape [8,3,3,2]");
  EXPECT_EQ(error_of(Conv2d{}, {{1, 4, 4, 3}, {8, 3, 3, 3}, {7}}),
            "invalid: [conv2d] wanted a bias of shape [8], got [7]");
  EXPECT_EQ(error_of(Conv2d{}, {{1, 2, 4, 3}, {8, 3, 3, 3}}),
            "invalid: [conv2d] a 3x3 kernel does not fit into an input of [1,2,4,3] without padding");
  EXPECT_EQ(error_of(Conv2d{0, 1}, {{1, 4, 4, 3}, {8, 3, 3, 3}}), "invalid: [conv2d] stride must be >= 1, got 0");
  EXPECT_EQ(error_of(Conv2d{1, 1, 1, -1}, {{1, 4, 4, 3}, {8, 3, 3, 3}}),
            "invalid: [conv2d] dilation must be >= 1, got -1");
}

TEST(Conv2dShape, WantsConstantWeights) {
  const Tensor x{"x", DType::kFloat32, {1, 4, 4, 3}, {}, false, nullptr};
  const Tensor w{"w", DType::kFloat32, {8, 3, 3, 3}, {}, false, nullptr};
  EXPECT_EQ(test::error_text([&] {
              infer_shapes(Conv2d{}, {&x, &w});
            }),
            "invalid: [conv2d] wanted a constant as input 1, got 'w'");
}

TEST(DepthwiseConv2dShape, TakesTheMultiplierFromTheWeights) {
  EXPECT_EQ(shapes_of(DepthwiseConv2d{}, {{1, 5, 7, 3}, {1, 3, 2, 6}}), (Shapes{{1, 3, 6, 6}}));
  EXPECT_EQ(shapes_of(DepthwiseConv2d{2, 2, 1, 1, Padding::kSame}, {{1, 5, 7, 3}, {1, 3, 3, 3}, {3}}),
            (Shapes{{1, 3, 4, 3}}));
}

TEST(DepthwiseConv2dShape, NamesWhatDoesNotFit) {
  EXPECT_EQ(error_of(DepthwiseConv2d{}, {{1, 4, 4, 3}}), "invalid: [depthwise_conv2d] wanted 2 to 3 inputs, got 1");
  EXPECT_EQ(error_of(DepthwiseConv2d{}, {{4, 4, 3}, {1, 3, 3, 3}}),
            "invalid: [depthwise_conv2d] wanted an input [1,height,width,channels], got [4,4,3]");
  const std::string wanted =
      "invalid: [depthwise_conv2d] wanted weights [1,height,width,channels], channels a multiple of 3, got ";
  EXPECT_EQ(error_of(DepthwiseConv2d{}, {{1, 4, 4, 3}, {1, 3, 3, 4}}), wanted + "[1,3,3,4]");
  EXPECT_EQ(error_of(DepthwiseConv2d{}, {{1, 4, 4, 3}, {2, 3, 3, 3}}), wanted + "[2,3,3,3]");
  EXPECT_EQ(error_of(DepthwiseConv2d{}, {{1, 4, 4, 3}, {1, 3, 3, 6}, {3}}),
            "invalid: [depthwise_conv2d] wanted a bias of shape [6], got [3]");
  EXPECT_EQ(error_of(DepthwiseConv2d{}, {{1, 4, 2, 3}, {1, 3, 3, 3}}),
            "invalid: [depthwise_conv2d] a 3x3 kernel does not fit into an input of [1,4,2,3] without padding");
}

TEST(DenseShape, FlattensItsInput) {
  EXPECT_EQ(shapes_of(Dense{}, {{1, 2, 3, 4}, {5, 24}, {5}}), (Shapes{{1, 5}}));
}

TEST(DenseShape, NamesWhatDoesNotFit) {
  EXPECT_EQ(error_of(Dense{}, {{1, 4}}), "invalid: [dense] wanted 2 to 3 inputs, got 1");
  EXPECT_EQ(error_of(Dense{}, {{1, 4}, {4}}), "invalid: [dense] wanted weights of rank 2, got [4]");
  EXPECT_EQ(error_of(Dense{}, {{1, 2, 2}, {5, 3}}), "invalid: [dense] wanted weights for 4 inputs [1,2,2], got [5,3]");
  EXPECT_EQ(error_of(Dense{}, {{1, 4}, {5, 4}, {4}}), "invalid: [dense] wanted a bias of shape [5], got [4]");
}

TEST(Pool2dShape, IsThatOfItsWindow) {
  Pool2d pool{PoolKind::kMax, 3, 2, 2, 1, Padding::kSame};
  EXPECT_EQ(shapes_of(pool, {{1, 5, 7, 3}}), (Shapes{{1, 3, 7, 3}}));
  pool.padding = Padding::kValid;
  EXPECT_EQ(shapes_of(pool, {{1, 5, 7, 3}}), (Shapes{{1, 2, 6, 3}}));
}

TEST(Pool2dShape, NamesWhatDoesNotFit) {
  EXPECT_EQ(error_of(Pool2d{}, {}), "invalid: [pool2d] wanted 1 inputs, got 0");
  EXPECT_EQ(error_of(Pool2d{}, {{1, 4}}), "invalid: [pool2d] wanted an input [1,height,width,channels], got [1,4]");
  EXPECT_EQ(error_of(Pool2d{PoolKind::kMax, 0, 2}, {{1, 5, 7, 3}}),
            "invalid: [pool2d] kernel height must be >= 1, got 0");
  EXPECT_EQ(error_of(Pool2d{PoolKind::kMax, 2, 0}, {{1, 5, 7, 3}}),
            "invalid: [pool2d] kernel width must be >= 1, got 0");
  EXPECT_EQ(error_of(Pool2d{PoolKind::kMax, 6, 2}, {{1, 5, 7, 3}}),
            "invalid: [pool2d] a 6x2 kernel does not fit into an input of [1,5,7,3] without padding");
}

TEST(BinaryShape, WantsEqualShapes) {
  EXPECT_EQ(shapes_of(Binary{}, {{1, 2, 3}, {1, 2, 3}}), (Shapes{{1, 2, 3}}));
  EXPECT_EQ(error_of(Binary{}, {{1, 2, 3}, {1, 3, 2}}),
            "invalid: [binary] wanted a second input of shape [1,2,3], got [1,3,2]");
  EXPECT_EQ(error_of(Binary{}, {{1, 2, 3}}), "invalid: [binary] wanted 2 inputs, got 1");
}

TEST(ConcatShape, SumsTheExtentsOfItsAxis) {
  EXPECT_EQ(shapes_of(Concat{2}, {{1, 2, 3}, {1, 2, 4}, {1, 2, 1}}), (Shapes{{1, 2, 8}}));
}

TEST(ConcatShape, NamesWhatDoesNotFit) {
  EXPECT_EQ(error_of(Concat{1}, {{1, 2}}), "invalid: [concat] wanted 2 to 64 inputs, got 1");
  EXPECT_EQ(error_of(Concat{0}, {{1, 2}, {1, 2}}), "invalid: [concat] axis must be in 1..1, got 0");
  EXPECT_EQ(error_of(Concat{2}, {{1, 2}, {1, 2}}), "invalid: [concat] axis must be in 1..1, got 2");
  EXPECT_EQ(error_of(Concat{1}, {{1}, {1}}), "invalid: [concat] wanted an input of rank 2 or more, got [1]");
  EXPECT_EQ(error_of(Concat{1}, {{1, 2, 3}, {1, 2, 4}}),
            "invalid: [concat] wanted input 1 of shape [1,2,3], got [1,2,4]");
  EXPECT_EQ(error_of(Concat{1}, {{1, 2, 3}, {1, 2}}), "invalid: [concat] wanted input 1 of shape [1,2,3], got [1,2]");
  EXPECT_EQ(error_of(Concat{1}, {{1, kMost}, {1, 1}}), "invalid: [concat] the joined extent does not fit 32 bits");
}

TEST(PadShape, AddsWhatItPads) {
  EXPECT_EQ(shapes_of(Pad{{0, 1, 0}, {0, 2, 3}}, {{1, 4, 5}}), (Shapes{{1, 7, 8}}));
}

TEST(PadShape, NamesWhatDoesNotFit) {
  EXPECT_EQ(error_of(Pad{{0, 1}, {0, 1, 0}}, {{1, 4, 5}}),
            "invalid: [pad] wanted padding for 3 axes, got 2 before and 3 after");
  EXPECT_EQ(error_of(Pad{{0, -1, 0}, {0, 1, 0}}, {{1, 4, 5}}), "invalid: [pad] padding must be >= 0, got -1");
  EXPECT_EQ(error_of(Pad{{0, kMost, 0}, {0, 1, 0}}, {{1, 4, 5}}),
            "invalid: [pad] the padded extent does not fit 32 bits");
  EXPECT_EQ(error_of(Pad{{1, 0, 0}, {0, 0, 0}}, {{1, 4, 5}}), "invalid: [pad] axis 0 cannot be padded");
  EXPECT_EQ(error_of(Pad{{0, 65535, 65535}, {0, 0, 0}}, {{1, 1, 1}}),
            "invalid: wanted at most 2147483647 elements, got [1,65536,65536]");
}

TEST(ReduceShape, DropsOrKeepsItsAxes) {
  EXPECT_EQ(shapes_of(Reduce{ReduceKind::kMean, {1, 2}, 0}, {{1, 4, 5, 6}}), (Shapes{{1, 6}}));
  EXPECT_EQ(shapes_of(Reduce{ReduceKind::kMean, {1, 3}, 1}, {{1, 4, 5, 6}}), (Shapes{{1, 1, 5, 1}}));
}

TEST(ReduceShape, NamesWhatDoesNotFit) {
  EXPECT_EQ(error_of(Reduce{}, {{1, 4}}), "invalid: [reduce] wanted at least one axis, got none");
  for (const auto& axes : std::vector<std::vector<std::int32_t>>{{0}, {3}, {-1}, {2, 1}, {1, 1}}) {
    EXPECT_EQ(error_of(Reduce{ReduceKind::kMean, axes, 0}, {{1, 4, 5}}),
              "invalid: [reduce] axes must ascend within 1..2, got " + field_text(axes));
  }
  EXPECT_EQ(error_of(Reduce{ReduceKind::kMean, {1}, 2}, {{1, 4}}), "invalid: [reduce] keep_dims must be 0 or 1, got 2");
}

TEST(ReshapeShape, KeepsTheNumberOfElements) {
  EXPECT_EQ(shapes_of(Reshape{{1, 20}}, {{1, 4, 5}}), (Shapes{{1, 20}}));
  EXPECT_EQ(error_of(Reshape{{1, 21}}, {{1, 4, 5}}),
            "invalid: [reshape] wanted a shape of 20 elements for [1,4,5], got [1,21]");
  EXPECT_EQ(error_of(Reshape{{1, -4, -5}}, {{1, 4, 5}}), "invalid: [reshape] an extent must be >= 1, got -4");
  EXPECT_EQ(error_of(Reshape{{kMost, kMost, kMost}}, {{1, 4, 5}}),
            "invalid: [reshape] wanted a shape of 20 elements for [1,4,5], got [2147483647,2147483647,2147483647]");
}

TEST(SoftmaxShape, WantsAPositiveBeta) {
  EXPECT_EQ(shapes_of(Softmax{}, {{1, 3, 5}}), (Shapes{{1, 3, 5}}));
  EXPECT_EQ(error_of(Softmax{0.0F}, {{1, 5}}), "invalid: [softmax] beta must be > 0, got 0");
  EXPECT_EQ(error_of(Softmax{std::numeric_limits<float>::infinity()}, {{1, 5}}),
            "invalid: [softmax] beta must be > 0, got inf");
  EXPECT_EQ(error_of(Softmax{}, {{}}), "invalid: [softmax] wanted an input of rank 1 or more, got []");
}

TEST(UnaryShape, IsThatOfItsInput) {
  EXPECT_EQ(shapes_of(Unary{}, {{1, 3, 5}}), (Shapes{{1, 3, 5}}));
  EXPECT_EQ(error_of(Unary{}, {{1}, {1}}), "invalid: [unary] wanted 1 inputs, got 2");
}

TEST(DropoutShape, WantsARateBelowOne) {
  EXPECT_EQ(shapes_of(Dropout{0.0F}, {{1, 3}}), (Shapes{{1, 3}}));
  EXPECT_EQ(error_of(Dropout{1.0F}, {{1, 3}}), "invalid: [dropout] rate must be in [0, 1), got 1");
  EXPECT_EQ(error_of(Dropout{-0.5F}, {{1, 3}}), "invalid: [dropout] rate must be in [0, 1), got -0.5");
}

TEST(BatchNormShape, WantsOneValueForEachChannel) {
  const Shape c{3};
  EXPECT_EQ(shapes_of(BatchNorm{}, {{1, 4, 4, 3}, c, c, c, c}), (Shapes{{1, 4, 4, 3}}));
  EXPECT_EQ(error_of(BatchNorm{}, {{1, 3}, c, c, c}), "invalid: [batch_norm] wanted 5 inputs, got 4");
  EXPECT_EQ(error_of(BatchNorm{}, {{1, 3}, c, c, {2}, c}),
            "invalid: [batch_norm] wanted gamma, beta, mean and variance of shape [3], got [2]");
  EXPECT_EQ(error_of(BatchNorm{0.0F, 0.9F}, {{1, 3}, c, c, c, c}), "invalid: [batch_norm] epsilon must be > 0, got 0");
  EXPECT_EQ(error_of(BatchNorm{0.1F, 1.0F}, {{1, 3}, c, c, c, c}),
            "invalid: [batch_norm] momentum must be in [0, 1), got 1");
  EXPECT_EQ(error_of(BatchNorm{}, {{3}, c, c, c, c}),
            "invalid: [batch_norm] wanted an input of rank 2 or more, got [3]");
}

}  // namespace
}  // namespace mote::graph
