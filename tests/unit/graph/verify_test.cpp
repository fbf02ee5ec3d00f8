// One test for each rule that graph.h promises, and for the quantization rules of every op.
#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/graph/builder.h"
#include "mote/graph/text.h"

namespace mote::graph {
namespace {

using test::error_text;

Graph float_graph() {
  return parse(R"(graph "g" {
  input %0 "x" f32[1,2]
  const %1 "w" f32[1,2] = 0x0000803f0000803f
  %2 "y" f32[1,1] = dense(%0, %1)
  %3 "z" f32[1,1] = unary(%2)
  output %3
})");
}

// What verify() says, without the context of the graph.
std::string verify_error(const Graph& graph, Stage stage) {
  const std::string text = error_text([&] { verify(graph, stage); });
  const std::string context = "invalid: graph 'g', stage " + std::string(to_string(stage)) + ": ";
  return text.starts_with(context) ? text.substr(context.size()) : text;
}

std::string float_error(const Graph& graph) {
  return verify_error(graph, Stage::kFloat);
}

TEST(Verify, AcceptsAGoodGraph) {
  EXPECT_EQ(float_error(float_graph()), "no error");
  EXPECT_EQ(verify_error(float_graph(), Stage::kTrain), "no error");
}

TEST(Verify, NamesTheGraphTheStageAndTheLayer) {
  Graph graph = float_graph();
  graph.nodes[1].inputs = {7};
  EXPECT_EQ(error_text([&] { verify(graph, Stage::kFloat); }),
            "invalid: graph 'g', stage float: layer 1 'z': wanted an input tensor below 4, got 7");
}

TEST(Verify, WantsIdsInRange) {
  Graph graph = float_graph();
  graph.nodes[0].inputs[1] = -1;
  EXPECT_EQ(float_error(graph), "layer 0 'y': wanted an input tensor below 4, got -1");
  graph = float_graph();
  graph.nodes[1].outputs = {4};
  EXPECT_EQ(float_error(graph), "layer 1: wanted an output tensor below 4, got 4");
  graph = float_graph();
  graph.inputs = {9};
  EXPECT_EQ(float_error(graph), "wanted a graph input tensor below 4, got 9");
  graph = float_graph();
  graph.outputs = {9};
  EXPECT_EQ(float_error(graph), "wanted a graph output tensor below 4, got 9");
}

TEST(Verify, WantsAnInputAndAnOutput) {
  Graph graph = float_graph();
  graph.outputs.clear();
  EXPECT_EQ(float_error(graph), "wanted at least one input and one output");
  graph = float_graph();
  graph.inputs.clear();
  EXPECT_EQ(float_error(graph), "wanted at least one input and one output");
}

TEST(Verify, RefusesAnInputThatIsListedTwiceOrConstant) {
  Graph graph = float_graph();
  graph.inputs = {0, 0};
  EXPECT_EQ(float_error(graph), "'x' cannot be a graph input: it is a constant or listed twice");
  graph.inputs = {0, 1};
  EXPECT_EQ(float_error(graph), "'w' cannot be a graph input: it is a constant or listed twice");
}

TEST(Verify, RefusesATensorThatIsWrittenTwice) {
  Graph graph = float_graph();
  graph.nodes[1].outputs = {2};
  EXPECT_EQ(float_error(graph), "layer 1 'y': writes 'y' a second time");
  graph.nodes[1].outputs = {1};
  EXPECT_EQ(float_error(graph), "layer 1 'w': writes 'w' a second time");
}

TEST(Verify, RefusesATensorThatIsReadBeforeItIsWritten) {
  Graph graph = float_graph();
  std::swap(graph.nodes[0], graph.nodes[1]);
  EXPECT_EQ(float_error(graph), "layer 0 'z': reads 'y' before it is written");
}

TEST(Verify, RefusesAnOutputThatNobodyWrites) {
  Graph graph = float_graph();
  graph.nodes.pop_back();
  EXPECT_EQ(float_error(graph), "output 'z' is never written");
}

TEST(Verify, WantsConstantsAsLargeAsTheirShapes) {
  Graph graph = float_graph();
  graph.tensor(1).shape = {1, 3};
  EXPECT_EQ(float_error(graph), "tensor 1 'w': wanted 12 bytes for f32[1,3], got 8");
}

TEST(Verify, AllowsAWeightWithoutValuesInTrainingOnly) {
  Graph graph = float_graph();
  graph.tensor(1).data = nullptr;
  EXPECT_EQ(verify_error(graph, Stage::kTrain), "no error");
  EXPECT_EQ(float_error(graph), "tensor 1 'w': a constant has no values");
}

TEST(Verify, RefusesAnActivationWithValues) {
  Graph graph = float_graph();
  graph.tensor(2).data = graph.tensor(1).data;
  EXPECT_EQ(float_error(graph), "tensor 2 'y': an activation must not have values");
}

TEST(Verify, WantsExtentsOfOneOrMore) {
  Graph graph = float_graph();
  graph.tensor(0).shape = {1, 0};
  EXPECT_EQ(float_error(graph), "tensor 0 'x': wanted extents >= 1, got [1,0]");
}

TEST(Verify, RefusesMoreElementsThanAreCountedIn32Bits) {
  Graph graph = float_graph();
  graph.tensor(0).shape = {1, 65536, 65536, 65536, 65536, 65536};
  EXPECT_EQ(float_error(graph),
            "tensor 0 'x': wanted at most 2147483647 elements, got [1,65536,65536,65536,65536,65536]");
}

TEST(Verify, WantsTheOutputShapeThatTheOpInfers) {
  Graph graph = float_graph();
  graph.tensor(2).shape = {1, 2};
  EXPECT_EQ(float_error(graph), "layer 0 'y': [dense] wanted output shape [1,1], got [1,2]");
}

TEST(Verify, WantsAsManyOutputsAsTheOpGives) {
  Graph graph = float_graph();
  graph.nodes[1].outputs.clear();
  EXPECT_EQ(float_error(graph), "layer 1: [unary] wanted 1 outputs, got 0");
}

TEST(Verify, RefusesOpsOfTrainingInTheFloatStage) {
  Graph graph = float_graph();
  graph.nodes[1].op = Dropout{};
  EXPECT_EQ(verify_error(graph, Stage::kTrain), "no error");
  EXPECT_EQ(float_error(graph), "layer 1 'z': [dropout] is legal in a graph of stage train only, got stage float");
}

TEST(Verify, RefusesFloatTensorsInTheInt8Stage) {
  EXPECT_EQ(verify_error(float_graph(), Stage::kInt8), "tensor 0 'x': type f32 is not legal in a graph of stage int8");
}

TEST(Verify, ChecksEveryQuantization) {
  Graph graph = float_graph();
  graph.tensor(0).quant = {{0.5F}, {}, -1};
  EXPECT_EQ(float_error(graph), "tensor 0 'x': wanted as many zero points as scales, got 0 and 1");
  for (float scale : {0.0F, -1.0F}) {
    graph.tensor(0).quant = per_tensor(scale, 0);
    EXPECT_EQ(float_error(graph),
              "tensor 0 'x': wanted a positive finite scale, got " + std::string(scale == 0 ? "0" : "-1"));
  }
  graph.tensor(0).quant = {{0.5F, 0.5F}, {0, 0}, -1};
  EXPECT_EQ(float_error(graph), "tensor 0 'x': wanted one scale without an axis, got 2");
  graph.tensor(0).quant = {{0.5F}, {0}, 1};
  EXPECT_EQ(float_error(graph), "tensor 0 'x': wanted a scale for each index of axis 1 of [1,2], got 1");
  graph.tensor(0).quant = {{0.5F}, {0}, 2};
  EXPECT_EQ(float_error(graph), "tensor 0 'x': wanted a scale for each index of axis 2 of [1,2], got 1");
}

// Quantization rules, each on a text of one int8 node that reads %0 and writes %9.
std::string int8_error(const std::string& lines) {
  return verify_error(compact(parse("graph \"g\" {\n" + lines + "\noutput %9\n}")), Stage::kInt8);
}

const std::string kMap = "input %0 \"x\" i8[1,2,2,2] q(0.5,1)\n";
const std::string kVector = "input %0 \"x\" i8[1,2] q(0.5,1)\n";
const std::string kDense = "%9 \"y\" i8[1,2] q(0.5,0) = dense(%0, %1, %2)";
const std::string kBias = "const %2 \"b\" i32[2] = 0x0000000000000000\n";

TEST(VerifyInt8, WantsWeightsSymmetric) {
  EXPECT_EQ(int8_error(kVector + "const %1 \"w\" i8[2,2] q(0.1,0) = 0x01020304\n" + kBias + kDense), "no error");
  EXPECT_EQ(int8_error(kVector + "const %1 \"w\" i8[2,2] q(0.1,3) = 0x01020304\n" + kBias + kDense),
            "layer 0 'y': [dense] wanted symmetric weights (zero point 0) in 'w'");
  EXPECT_EQ(int8_error(kVector + "const %1 \"w\" i8[2,2] q(0:0.1/0,0.1/1) = 0x01020304\n" + kBias + kDense),
            "layer 0 'y': [dense] wanted symmetric weights (zero point 0) in 'w'");
}

TEST(VerifyInt8, WantsWeightsWithScalesAlongTheOutputChannels) {
  EXPECT_EQ(int8_error(kVector + "const %1 \"w\" i8[2,2] = 0x01020304\n" + kBias + kDense),
            "layer 0 'y': [dense] wanted weights 'w' as int8, int4, ternary or binary with scales, got i8");
  EXPECT_EQ(int8_error(kVector + "const %1 \"w\" i8[2,2] q(1:0.1/0,0.1/0) = 0x01020304\n" + kBias + kDense),
            "layer 0 'y': [dense] wanted the scales of 'w' along axis 0, got axis 1");
  EXPECT_EQ(int8_error(kMap + "const %1 \"w\" i8[2,1,1,2] q(3:0.1/0,0.1/0) = 0x01020304\n" +
                       "%9 \"y\" i8[1,2,2,2] q(0.5,0) = conv2d(%0, %1)"),
            "layer 0 'y': [conv2d] wanted the scales of 'w' along axis 0, got axis 3");
  EXPECT_EQ(int8_error(kMap + "const %1 \"w\" i8[1,1,1,2] q(0:0.1/0) = 0x0102\n" +
                       "%9 \"y\" i8[1,2,2,2] q(0.5,0) = depthwise_conv2d(%0, %1)"),
            "layer 0 'y': [depthwise_conv2d] wanted the scales of 'w' along axis 3, got axis 0");
}

TEST(VerifyInt8, WantsBiasesInInt32) {
  EXPECT_EQ(
      int8_error(kVector + "const %1 \"w\" i8[2,2] q(0.1,0) = 0x01020304\nconst %2 \"b\" i8[2] = 0x0000\n" + kDense),
      "layer 0 'y': [dense] wanted the bias 'b' as i32, got i8");
}

TEST(VerifyInt8, WantsNarrowWeightsWithinTheirType) {
  const auto error = [](const std::string& type, const std::string& values) {
    return int8_error(kVector + "const %1 \"w\" " + type + "[2,2] q(0.1,0) = 0x" + values + "\n" + kBias + kDense);
  };
  EXPECT_EQ(error("i4", "0709f800"), "layer 0 'y': [dense] 9 is no i4 weight, in 'w'");
  EXPECT_EQ(error("i4", "07f9f800"), "no error");
  EXPECT_EQ(error("ternary", "01ff0000"), "no error");
  EXPECT_EQ(error("ternary", "01ff0200"), "layer 0 'y': [dense] 2 is no ternary weight, in 'w'");
  EXPECT_EQ(error("binary", "01ff01ff"), "no error");
  EXPECT_EQ(error("binary", "01ff00ff"), "layer 0 'y': [dense] 0 is no binary weight, in 'w'");
}

// 16x8: int16 activations, int8 weights, int64 biases.
TEST(VerifyInt8, WantsInt16ActivationsWithInt8WeightsAndInt64Biases) {
  const std::string x = "input %0 \"x\" i16[1,2] q(0.5,0)\n";
  const std::string w = "const %1 \"w\" i8[2,2] q(0.1,0) = 0x01020304\n";
  const std::string b = "const %2 \"b\" i64[2] = 0x00000000000000000000000000000000\n";
  const std::string y = "%9 \"y\" i16[1,2] q(0.5,0) = dense(%0, %1, %2)";
  EXPECT_EQ(int8_error(x + w + b + y), "no error");
  EXPECT_EQ(int8_error(x + w + kBias + y), "layer 0 'y': [dense] wanted the bias 'b' as i64, got i32");
  EXPECT_EQ(int8_error(x + "const %1 \"w\" i4[2,2] q(0.1,0) = 0x01020304\n" + b + y),
            "layer 0 'y': [dense] int16 activations want int8 weights, got i4 in 'w'");
  EXPECT_EQ(int8_error(kVector + w + b + y), "layer 0 'y': [dense] wanted input 'x' of its output's type i16, got i8");
  EXPECT_EQ(int8_error("input %0 \"x\" i16[1,2] q(0.5,1)\n" + w + b + y),
            "layer 0 'y': [dense] wanted zero point 0 for int16 'x', got 1");
  EXPECT_EQ(int8_error(x + "%9 \"y\" i16[1,2] q(0.000030517578125,0) = softmax(%0)"), "no error");
  EXPECT_EQ(int8_error(x + "%9 \"y\" i16[1,2] q(0.5,0) = softmax(%0)"),
            "layer 0 'y': [softmax] wanted an output of scale 1/32768 and zero point 0, got 0.5 and 0");
  EXPECT_EQ(int8_error(x + "%9 \"y\" i8[1,2] q(0.5,0) = unary(%0)"),
            "layer 0 'y': [unary] wanted input 'x' of its output's type i8, got i16");
}

TEST(VerifyInt8, WantsPoolsPadsReshapesAndConcatsTied) {
  EXPECT_EQ(int8_error(kMap + "%9 \"y\" i8[1,1,1,2] q(0.5,1) = pool2d(%0) kernel_h=2 kernel_w=2"), "no error");
  EXPECT_EQ(
      int8_error(kMap + "%9 \"y\" i8[1,1,1,2] q(0.5,0) = pool2d(%0) kernel_h=2 kernel_w=2"),
      "layer 0 'y': [pool2d] wanted equal scale and zero point for input 'x' and output 'y', got 0.5:1 and 0.5:0");
  EXPECT_EQ(int8_error(kMap + "%9 \"y\" i8[1,2,2,3] q(0.25,1) = pad(%0) before=0,0,0,0 after=0,0,0,1"),
            "layer 0 'y': [pad] wanted equal scale and zero point for input 'x' and output 'y', got 0.5:1 and 0.25:1");
  EXPECT_EQ(int8_error(kMap + "%9 \"y\" i8[1,8] q(0.25,1) = reshape(%0) shape=1,8"),
            "layer 0 'y': [reshape] wanted equal scale and zero point for input 'x' and output 'y', got 0.5:1 and "
            "0.25:1");
  EXPECT_EQ(
      int8_error(kMap + "input %1 \"z\" i8[1,2,2,2] q(0.5,0)\n" + "%9 \"y\" i8[1,2,2,4] q(0.5,1) = concat(%0, %1)"),
      "layer 0 'y': [concat] wanted equal scale and zero point for input 'z' and output 'y', got 0.5:0 and 0.5:1");
}

TEST(VerifyInt8, WantsSoftmaxAtItsFixedScale) {
  EXPECT_EQ(int8_error(kVector + "%9 \"y\" i8[1,2] q(0.00390625,-128) = softmax(%0)"), "no error");
  EXPECT_EQ(int8_error(kVector + "%9 \"y\" i8[1,2] q(0.00390625,-127) = softmax(%0)"),
            "layer 0 'y': [softmax] wanted an output of scale 1/256 and zero point -128, got 0.00390625 and -127");
}

TEST(VerifyInt8, WantsActivationsWithOneScaleAndAZeroPointOfInt8) {
  const std::string bad = "input %0 \"x\" i8[1,2]\n";
  const std::string x = "wanted input 'x' as int8 or int16 with one scale, got i8 with 0";
  EXPECT_EQ(int8_error(bad + "%9 \"y\" i8[1,2] q(0.5,0) = softmax(%0)"), "layer 0 'y': [softmax] " + x);
  EXPECT_EQ(int8_error(bad + "%9 \"y\" i8[1,2] q(0.5,0) = unary(%0)"), "layer 0 'y': [unary] " + x);
  EXPECT_EQ(int8_error(bad + "%9 \"y\" i8[1] q(0.5,0) = reduce(%0) axes=1"), "layer 0 'y': [reduce] " + x);
  EXPECT_EQ(int8_error(bad + "%9 \"y\" i8[1,2] q(0.5,0) = binary(%0, %0)"),
            "layer 0 'y': [binary] wanted first input 'x' as int8 or int16 with one scale, got i8 with 0");
  EXPECT_EQ(int8_error("input %0 \"x\" i8[1,2] q(0.5,128)\n%9 \"y\" i8[1,2] q(0.5,0) = unary(%0)"),
            "layer 0 'y': [unary] wanted a zero point in -128..127 for 'x', got 128");
  EXPECT_EQ(int8_error(kVector + "%9 \"y\" i8[1,2] q(0.5,-129) = unary(%0)"),
            "layer 0 'y': [unary] wanted a zero point in -128..127 for 'y', got -129");
}

}  // namespace
}  // namespace mote::graph
