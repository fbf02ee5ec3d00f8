#include "mote/quant/quantize.h"

#include <gtest/gtest.h>

#include <limits>

#include "error_text.h"
#include "mote/graph/builder.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::GraphBuilder;
using graph::per_tensor;
using graph::Tensor;
using graph::TensorId;

// Ranges by the name of the activation; what is not named has [-128, 127], which is scale 1 and zero point 0.
using Named = std::vector<std::pair<std::string, Range>>;

std::vector<Range> ranges_for(const Graph& graph, const Named& named) {
  std::vector<Range> ranges(graph.tensors.size(), Range{-128.0F, 127.0F});
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    for (const auto& [name, range] : named) {
      if (graph.tensors[i].name == name) ranges[i] = range;
    }
  }
  return ranges;
}

const Tensor& named(const Graph& graph, const std::string& name) {
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.name == name) return tensor;
  }
  throw std::out_of_range(name);
}

template <class T>
std::vector<T> values_of(const Graph& graph, const std::string& name) {
  const auto span = graph::values<T>(named(graph, name));
  return {span.begin(), span.end()};
}

// A 1×1 convolution of 2 channels; filter 0 reaches 127, filter 1 reaches 254.
Graph conv_graph(const std::vector<float>& bias) {
  GraphBuilder builder("conv");
  const TensorId x = builder.input("x", {1, 1, 1, 2});
  const TensorId w = builder.constant("w", {2, 1, 1, 2}, std::vector<float>{127.0F, -1.4F, 254.0F, -254.0F});
  const TensorId b = builder.constant("b", {2}, bias);
  builder.output(builder.node("y", graph::Conv2d{}, {x, w, b}));
  return builder.build();
}

TEST(Quantize, GivesEachFilterOfAConvolutionItsScale) {
  const Graph graph = conv_graph({0, 0});
  const Graph result = quantize(graph, ranges_for(graph, {{"y", {0.0F, 510.0F}}}));
  EXPECT_EQ(named(result, "x").quant, per_tensor(1.0F, 0));
  EXPECT_EQ(named(result, "y").quant, per_tensor(2.0F, -128));
  EXPECT_EQ(named(result, "w").quant, (graph::Quant{{1.0F, 2.0F}, {0, 0}, 0}));
  EXPECT_EQ(values_of<std::int8_t>(result, "w"), (std::vector<std::int8_t>{127, -1, 127, -127}));
}

TEST(Quantize, RoundsHalvesOfABiasAwayFromZero) {
  const Graph graph = conv_graph({2.5F, -5.0F});
  const Graph result = quantize(graph, ranges_for(graph, {}));
  EXPECT_EQ(values_of<std::int32_t>(result, "b"), (std::vector<std::int32_t>{3, -3}));
  EXPECT_EQ(named(result, "b").quant, (graph::Quant{{1.0F, 2.0F}, {0, 0}, 0}));
}

TEST(Quantize, ScalesABiasByInputTimesWeight) {
  const Graph graph = conv_graph({3.0F, 8.0F});
  const Graph result = quantize(graph, ranges_for(graph, {{"x", {-32.0F, 31.75F}}}));
  EXPECT_EQ(named(result, "b").quant.scales, (std::vector<float>{0.25F, 0.5F}));
  EXPECT_EQ(values_of<std::int32_t>(result, "b"), (std::vector<std::int32_t>{12, 16}));
}

TEST(Quantize, KeepsTheBiasOfAnAllZeroFilter) {
  GraphBuilder builder("dead");
  const TensorId x = builder.input("x", {1, 1, 1, 1});
  const TensorId w = builder.constant("w", {2, 1, 1, 1}, std::vector<float>{0.0F, 1.0F});
  const TensorId b = builder.constant("b", {2}, std::vector<float>{7.5F, 0.0F});
  builder.output(builder.node("y", graph::Conv2d{}, {x, w, b}));
  const Graph graph = builder.build();
  const Graph result = quantize(graph, ranges_for(graph, {}));
  const Tensor& bias = named(result, "b");
  EXPECT_NEAR(static_cast<double>(bias.quant.scales[0]) * graph::values<std::int32_t>(bias)[0], 7.5, 1e-4);
  EXPECT_EQ(values_of<std::int8_t>(result, "w")[0], 0);
}

TEST(Quantize, GivesADepthwiseConvolutionAScaleForEachOutputChannel) {
  GraphBuilder builder("depthwise");
  const TensorId x = builder.input("x", {1, 1, 2, 2});
  const TensorId w = builder.constant("w", {1, 1, 2, 2}, std::vector<float>{127.0F, 4.0F, 1.0F, -254.0F});
  builder.output(builder.node("y", graph::DepthwiseConv2d{}, {x, w}));
  const Graph graph = builder.build();
  const Graph result = quantize(graph, ranges_for(graph, {}));
  EXPECT_EQ(named(result, "w").quant, (graph::Quant{{1.0F, 2.0F}, {0, 0}, 3}));
  EXPECT_EQ(values_of<std::int8_t>(result, "w"), (std::vector<std::int8_t>{127, 2, 1, -127}));
}

Graph dense_graph() {
  GraphBuilder builder("dense");
  const TensorId x = builder.input("x", {1, 2});
  const TensorId w = builder.constant("w", {2, 2}, std::vector<float>{127.0F, 4.0F, 1.0F, -254.0F});
  const TensorId b = builder.constant("b", {2}, std::vector<float>{6.0F, -2.0F});
  builder.output(builder.node("y", graph::Dense{}, {x, w, b}));
  return builder.build();
}

TEST(Quantize, GivesADenseLayerOneScale) {
  const Graph graph = dense_graph();
  const Graph result = quantize(graph, ranges_for(graph, {}));
  EXPECT_EQ(named(result, "w").quant, per_tensor(2.0F, 0));
  EXPECT_EQ(named(result, "b").quant, per_tensor(2.0F, 0));
  EXPECT_EQ(values_of<std::int8_t>(result, "w"), (std::vector<std::int8_t>{64, 2, 1, -127}));
  EXPECT_EQ(values_of<std::int32_t>(result, "b"), (std::vector<std::int32_t>{3, -1}));
}

TEST(Quantize, GivesADenseLayerAScaleForEachUnitOnRequest) {
  const Graph graph = dense_graph();
  const Graph result = quantize(graph, ranges_for(graph, {}), {.dense = DenseScales::kPerChannel});
  EXPECT_EQ(named(result, "w").quant, (graph::Quant{{1.0F, 2.0F}, {0, 0}, 0}));
  EXPECT_EQ(named(result, "b").quant, (graph::Quant{{1.0F, 2.0F}, {0, 0}, 0}));
}

TEST(Quantize, GivesEachLayerTheWeightTypeThatIsAskedFor) {
  const Graph graph = conv_graph({12.0F, -3.0F});
  const auto weights = [&](WeightType type) { return quantize(graph, ranges_for(graph, {}), {.weights = {type}}); };
  const Graph int4 = weights(WeightType::kInt4);
  EXPECT_EQ(named(int4, "w").type, graph::DType::kInt4);
  EXPECT_EQ(values_of<std::int8_t>(int4, "w"), (std::vector<std::int8_t>{7, 0, 7, -7}));
  EXPECT_EQ(named(int4, "w").quant.scales[0], 127.0F / 7);
  const Graph ternary = weights(WeightType::kTernary);
  EXPECT_EQ(named(ternary, "w").type, graph::DType::kTernary);
  EXPECT_EQ(values_of<std::int8_t>(ternary, "w"), (std::vector<std::int8_t>{1, 0, 1, -1}));
  EXPECT_EQ(named(ternary, "w").quant.scales, (std::vector<float>{127.0F, 254.0F}));
  const Graph binary = weights(WeightType::kBinary);
  EXPECT_EQ(named(binary, "w").type, graph::DType::kBinary);
  EXPECT_EQ(values_of<std::int8_t>(binary, "w"), (std::vector<std::int8_t>{1, -1, 1, -1}));
}

TEST(Quantize, TakesTheWeightScalesThatAreGiven) {
  const Graph graph = conv_graph({0, 0});
  QuantizeSettings settings;
  settings.weight_scales = {{2.0F, 4.0F}};
  const Graph result = quantize(graph, ranges_for(graph, {}), settings);
  EXPECT_EQ(named(result, "w").quant.scales, (std::vector<float>{2.0F, 4.0F}));
  EXPECT_EQ(values_of<std::int8_t>(result, "w"), (std::vector<std::int8_t>{64, -1, 64, -64}));
}

TEST(Quantize, RefusesWeightSettingsThatDoNotFit) {
  const Graph graph = conv_graph({0, 0});
  const auto error = [&](const QuantizeSettings& settings) {
    return test::error_text([&] { quantize(graph, ranges_for(graph, {}), settings); });
  };
  EXPECT_EQ(error({.weights = {WeightType::kInt4, WeightType::kInt8}}),
            "invalid: wanted weight types for none or for each of 1 layers, got 2");
  EXPECT_EQ(error({.weight_scales = {{}, {}}}),
            "invalid: wanted weight scales for none or for each of 1 layers, got 2");
  EXPECT_EQ(error({.weight_scales = {{1.0F}}}), "invalid: layer 'y': wanted 2 weight scales, got 1");
  EXPECT_EQ(error({.weight_scales = {{1.0F, 0.0F}}}), "invalid: layer 'y': wanted positive weight scales, got 0");
  EXPECT_EQ(error({.activations = ActivationType::kInt16, .weights = {WeightType::kInt4}}),
            "invalid: layer 'y': int16 activations want int8 weights, got int4");
}

// 16x8 of TensorFlow Lite.
TEST(Quantize, GivesInt16ActivationsNoZeroPointAndBiasesOf64Bits) {
  const Graph graph = conv_graph({3.0F, -1.0F});
  const Graph result = quantize(graph, ranges_for(graph, {{"x", {0.0F, 3.2767F}}, {"y", {-65.534F, 1.0F}}}),
                                {.activations = ActivationType::kInt16});
  EXPECT_EQ(named(result, "x").type, graph::DType::kInt16);
  EXPECT_EQ(named(result, "x").quant, per_tensor(1e-4F, 0));
  EXPECT_FLOAT_EQ(named(result, "y").quant.scales[0], 2e-3F);
  EXPECT_EQ(named(result, "w").type, graph::DType::kInt8);
  EXPECT_EQ(named(result, "b").type, graph::DType::kInt64);
  EXPECT_EQ(values_of<std::int64_t>(result, "b"), (std::vector<std::int64_t>{30000, -5000}));
}

TEST(Quantize, FixesAnInt16SoftmaxAtTheGridOf32768) {
  GraphBuilder builder("soft");
  const TensorId x = builder.input("x", {1, 4});
  builder.output(builder.node("y", graph::Softmax{}, {x}));
  const Graph graph = builder.build();
  const Graph result = quantize(graph, ranges_for(graph, {}), {.activations = ActivationType::kInt16});
  EXPECT_EQ(named(result, "y").quant, per_tensor(1.0F / 32768.0F, 0));
}

// Hazard: in a file a single scale means "per tensor", with or without an axis; a graph that says otherwise would not
// come back as it was written.
TEST(Quantize, CallsOneScalePerTensorEvenWhereChannelsHaveTheirOwn) {
  GraphBuilder builder("one");
  const TensorId x = builder.input("x", {1, 2, 2, 1});
  const TensorId w = builder.constant("w", {1, 1, 1, 1}, std::vector<float>{127.0F});
  const TensorId b = builder.constant("b", {1}, std::vector<float>{1.0F});
  builder.output(builder.node("y", graph::Conv2d{}, {x, w, b}));
  const Graph graph = builder.build();
  const Graph result = quantize(graph, ranges_for(graph, {}));
  EXPECT_EQ(named(result, "w").quant, per_tensor(1.0F, 0));
  EXPECT_EQ(named(result, "b").quant, per_tensor(1.0F, 0));
}

TEST(Quantize, TiesPoolsPadsAndReshapesToTheWidestOfTheirRanges) {
  GraphBuilder builder("tied");
  const TensorId x = builder.input("x", {1, 2, 2, 1});
  const TensorId pool = builder.node("pool", graph::Pool2d{.kernel_h = 2}, {x});
  const TensorId pad = builder.node("pad", graph::Pad{{0, 0, 1, 0}, {0, 0, 0, 0}}, {pool});
  builder.output(builder.node("flat", graph::Reshape{{1, 3}}, {pad}));
  const Graph graph = builder.build();
  const Graph result = quantize(
      graph,
      ranges_for(graph, {{"x", {-2.0F, 8.0F}}, {"pool", {-1.0F, 8.0F}}, {"pad", {0.0F, 3.0F}}, {"flat", {0, 3}}}));
  const graph::Quant wanted = activation_quant({-2.0F, 8.0F});
  for (const char* name : {"x", "pool", "pad", "flat"}) EXPECT_EQ(named(result, name).quant, wanted) << name;
}

TEST(Quantize, TiesEveryInputOfAConcat) {
  GraphBuilder builder("concat");
  const TensorId x = builder.input("x", {1, 2});
  const TensorId relu = builder.node("relu", graph::Unary{}, {x});
  builder.output(builder.node("both", graph::Concat{1}, {x, relu}));
  const Graph graph = builder.build();
  const Graph result =
      quantize(graph, ranges_for(graph, {{"x", {-4.0F, 2.0F}}, {"relu", {0.0F, 6.0F}}, {"both", {0.0F, 1.0F}}}));
  const graph::Quant wanted = activation_quant({-4.0F, 6.0F});
  for (const char* name : {"x", "relu", "both"}) EXPECT_EQ(named(result, name).quant, wanted) << name;
}

// Hazard: TensorFlow Lite Micro's relu6 clamps raw values and never rescales; with a scale of its own at the output its
// answers would be wrong.
TEST(Quantize, TiesARelu6OnItsOwnAndLetsAReluRescale) {
  GraphBuilder builder("relu");
  const TensorId x = builder.input("x", {1, 2});
  const TensorId relu6 = builder.node("relu6", graph::Unary{graph::UnaryKind::kRelu6}, {x});
  builder.output(builder.node("relu", graph::Unary{}, {relu6}));
  const Graph graph = builder.build();
  const Graph result =
      quantize(graph, ranges_for(graph, {{"x", {-8.0F, 8.0F}}, {"relu6", {0.0F, 6.0F}}, {"relu", {0.0F, 6.0F}}}));
  EXPECT_EQ(named(result, "relu6").quant, activation_quant({-8.0F, 8.0F}));
  EXPECT_EQ(named(result, "relu").quant, activation_quant({0.0F, 6.0F}));
}

TEST(Quantize, KeepsTheFixedScaleOfASoftmaxThroughWhatIsTiedToIt) {
  GraphBuilder builder("softmax");
  const TensorId x = builder.input("x", {1, 4});
  const TensorId softmax = builder.node("softmax", graph::Softmax{}, {x});
  builder.output(builder.node("shaped", graph::Reshape{{1, 2, 2}}, {softmax}));
  const Graph graph = builder.build();
  const Graph result = quantize(graph, ranges_for(graph, {{"x", {-4.0F, 2.0F}}}));
  EXPECT_EQ(named(result, "softmax").quant, per_tensor(1.0F / 256.0F, -128));
  EXPECT_EQ(named(result, "shaped").quant, per_tensor(1.0F / 256.0F, -128));
  EXPECT_EQ(named(result, "x").quant, activation_quant({-4.0F, 2.0F}));
}

TEST(Quantize, GivesAnAdditionAScaleOfItsOwn) {
  GraphBuilder builder("add");
  const TensorId x = builder.input("x", {1, 4});
  builder.output(builder.node("sum", graph::Binary{}, {x, x}));
  const Graph graph = builder.build();
  const Graph result = quantize(graph, ranges_for(graph, {{"sum", {-256.0F, 254.0F}}}));
  EXPECT_EQ(named(result, "sum").quant, per_tensor(2.0F, 0));
}

TEST(Quantize, MakesTwoOfAConstantThatTwoLayersShare) {
  GraphBuilder builder("shared");
  const TensorId x = builder.input("x", {1, 2});
  const TensorId w = builder.constant("w", {2, 2}, std::vector<float>{127.0F, 0.0F, 0.0F, 127.0F});
  const TensorId b = builder.constant("b", {2}, std::vector<float>{8.0F, 8.0F});
  const TensorId y = builder.node("y", graph::Dense{}, {x, w, b});
  builder.output(builder.node("z", graph::Dense{}, {y, w, b}));
  const Graph graph = builder.build();
  const Graph result = quantize(graph, ranges_for(graph, {{"y", {-256.0F, 254.0F}}}));
  const auto& first = result.nodes[0].inputs;
  const auto& second = result.nodes[1].inputs;
  EXPECT_NE(first[2], second[2]);
  EXPECT_EQ(graph::values<std::int32_t>(result.tensor(first[2]))[0], 8);
  EXPECT_EQ(graph::values<std::int32_t>(result.tensor(second[2]))[0], 4);
}

TEST(Quantize, LeavesNoFloatBehind) {
  const Graph graph = dense_graph();
  for (const Tensor& tensor : quantize(graph, ranges_for(graph, {})).tensors) {
    EXPECT_NE(tensor.type, graph::DType::kFloat32) << tensor.name;
  }
}

TEST(Quantize, RefusesAGraphThatIsNotFolded) {
  GraphBuilder builder("train");
  builder.output(builder.node("drop", graph::Dropout{}, {builder.input("x", {1, 2})}));
  const Graph graph = builder.build();
  EXPECT_EQ(test::error_text([&] { quantize(graph, ranges_for(graph, {})); }),
            "invalid: graph 'train', stage float: layer 0 'drop': [dropout] is legal in a graph of stage train only, "
            "got stage float");
}

TEST(Quantize, NamesTheTensorWhoseRangeIsNotFinite) {
  const Graph graph = dense_graph();
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(test::error_text([&] {
              quantize(graph, ranges_for(graph, {{"y", {0.0F, infinity}}}));
            }),
            "invalid: tensor 'y': wanted a finite range, got 0..inf: the network has diverged or its input holds NaN");
}

TEST(Quantize, NamesTheConstantThatIsNotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Graph graph = conv_graph({0.0F, nan});
  EXPECT_EQ(test::error_text([&] { quantize(graph, ranges_for(graph, {})); }),
            "invalid: layer 'y': a value of 'b' is nan: the training has diverged");
  GraphBuilder builder("nan");
  const TensorId x = builder.input("x", {1, 1});
  builder.output(builder.node("y", graph::Dense{}, {x, builder.constant("w", {1, 1}, std::vector<float>{nan})}));
  const Graph dense = builder.build();
  EXPECT_EQ(test::error_text([&] { quantize(dense, ranges_for(dense, {})); }),
            "invalid: layer 'y': a value of 'w' is nan: the training has diverged");
}

}  // namespace
}  // namespace mote::quant
