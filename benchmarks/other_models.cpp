#include "other_models.h"

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "mote/base/thread_pool.h"
#include "mote/graph/builder.h"
#include "mote/graph/zoo.h"
#include "mote/quant/calibrate.h"
#include "mote/quant/fold.h"
#include "mote/quant/quantize.h"
#include "mote/trainer/float_runner.h"

namespace mote::benchmarks {
namespace {

using graph::Padding;
using graph::TensorId;

constexpr std::int64_t kCalibrationInputs = 4;

void fill(graph::Tensor& tensor, double mean, double deviation, Rng& rng) {
  std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
  for (float& value : values) value = static_cast<float>(mean + deviation * rng.normal());
  tensor.data = graph::make_buffer(std::span<const float>(values));
}

// Weights of about unit gain behind a ReLU.
graph::Graph with_random_weights(graph::Graph graph, Rng& rng) {
  constexpr double kSpread = 0.1;
  for (const graph::Node& node : graph.nodes) {
    if (std::holds_alternative<graph::BatchNorm>(node.op)) {
      for (const std::size_t i : {1U, 4U}) fill(graph.tensor(node.inputs[i]), 1, kSpread, rng);
      for (const std::size_t i : {2U, 3U}) fill(graph.tensor(node.inputs[i]), 0, 2 * kSpread, rng);
      continue;
    }
    if (node.inputs.size() < 2 || !graph.tensor(node.inputs[1]).constant) continue;
    graph::Tensor& weights = graph.tensor(node.inputs[1]);
    const bool is_depthwise = std::holds_alternative<graph::DepthwiseConv2d>(node.op);
    const std::int64_t filters = is_depthwise ? weights.shape.back() : weights.shape.front();
    fill(weights, 0, std::sqrt(2.0 * static_cast<double>(filters) / static_cast<double>(weights.elements())), rng);
    if (node.inputs.size() > 2) fill(graph.tensor(node.inputs[2]), 0, 2 * kSpread, rng);
  }
  return graph;
}

graph::Graph quantized(const graph::Graph& graph, std::uint64_t seed) {
  Rng rng(seed);
  const graph::Graph folded = quant::fold(with_random_weights(graph, rng));
  std::vector<float> inputs(
      static_cast<std::size_t>(kCalibrationInputs * folded.tensor(folded.inputs.front()).elements()));
  for (float& value : inputs) value = static_cast<float>(rng.uniform(-1, 1));
  ThreadPool pool(1);
  quant::CalibrationSettings settings;
  settings.method = quant::RangeMethod::kMinMax;
  const auto ranges = quant::calibrate(folded, *trainer::make_float_runner(pool), inputs, kCalibrationInputs, settings);
  return quant::quantize(folded, ranges);
}

struct Kernel {
  std::int32_t h = 3, w = 3, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  Padding padding = Padding::kSame;
};

// Writes layers one after another, each with its activation.
class Net {
 public:
  Net(const std::string& name, graph::Shape input) : builder_(name), head_(builder_.input("input", std::move(input))) {}

  TensorId head() const { return head_; }
  void set_head(TensorId tensor) { head_ = tensor; }
  std::int32_t channels() const { return builder_.shape(head_)[3]; }

  void conv(std::int32_t filters, const Kernel& k) {
    const graph::Conv2d op{k.stride_h, k.stride_w, k.dilation_h, k.dilation_w, k.padding, graph::Activation::kNone};
    head_ = builder_.layer(next("conv"), op, {head_}, {.filters = filters, .kernel_h = k.h, .kernel_w = k.w});
  }
  void depthwise(const Kernel& k, std::int32_t multiplier = 1) {
    graph::DepthwiseConv2d op;
    op.stride_h = k.stride_h;
    op.stride_w = k.stride_w;
    op.dilation_h = k.dilation_h;
    op.dilation_w = k.dilation_w;
    op.padding = k.padding;
    head_ =
        builder_.layer(next("depthwise"), op, {head_}, {.kernel_h = k.h, .kernel_w = k.w, .multiplier = multiplier});
  }
  void dense(std::int32_t units) { head_ = builder_.layer(next("dense"), graph::Dense{}, {head_}, {.filters = units}); }
  void activate(graph::UnaryKind kind) { head_ = builder_.node(next("activation"), graph::Unary{kind}, {head_}); }
  void relu() { activate(graph::UnaryKind::kRelu); }
  void relu6() { activate(graph::UnaryKind::kRelu6); }
  void add(TensorId other) { head_ = builder_.node(next("add"), graph::Binary{}, {head_, other}); }
  void concat(TensorId other) { head_ = builder_.node(next("concat"), graph::Concat{3}, {other, head_}); }
  void pool(graph::PoolKind kind, std::int32_t size, std::int32_t stride) {
    graph::Pool2d op;
    op.kind = kind;
    op.kernel_h = op.kernel_w = size;
    op.stride_h = op.stride_w = stride;
    head_ = builder_.node(next("pool"), op, {head_});
  }
  void global_average() {
    graph::Pool2d op;
    op.kernel_h = builder_.shape(head_)[1];
    op.kernel_w = builder_.shape(head_)[2];
    head_ = builder_.node(next("pool"), op, {head_});
    flatten();
  }
  void flatten() {
    const auto elements = static_cast<std::int32_t>(graph::element_count(builder_.shape(head_)));
    head_ = builder_.node(next("flatten"), graph::Reshape{{1, elements}}, {head_});
  }
  graph::Graph classifier(std::int32_t classes) {
    dense(classes);
    head_ = builder_.node("softmax", graph::Softmax{}, {head_});
    return build();
  }
  graph::Graph build() {
    builder_.output(head_);
    return builder_.build();
  }

 private:
  std::string next(const char* kind) { return fmt::format("{}{}", kind, layers_++); }

  graph::GraphBuilder builder_;
  TensorId head_;
  std::int32_t layers_ = 0;
};

graph::Graph of_zoo(const char* name, double width, const graph::Shape& input, std::int32_t classes) {
  graph::ArchitectureSettings settings;
  settings.name = name;
  settings.width = width;
  settings.dropout = 0;
  return graph::build_architecture(settings, input, classes);
}

graph::Graph resnet8() {
  return of_zoo("resnet8", 1, {1, 32, 32, 3}, 10);
}

graph::Graph tc_resnet8() {
  return of_zoo("tc-resnet8", 1, {1, 98, 40, 1}, 12);
}

graph::Graph ds_cnn_24() {
  return of_zoo("ds-cnn", 24.0 / 64, {1, 49, 10, 1}, 12);
}

graph::Graph ds_cnn_172() {
  return of_zoo("ds-cnn", 172.0 / 64, {1, 49, 10, 1}, 12);
}

graph::Graph mobilenet_v1_relu6() {
  struct Block {
    std::int32_t filters, stride;
  };
  constexpr Block kBlocks[] = {{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},  {128, 2}, {128, 1},
                               {128, 1}, {128, 1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}};
  Net net("mobilenet-v1-relu6", {1, 96, 96, 3});
  net.conv(8, {.stride_h = 2, .stride_w = 2});
  net.relu6();
  for (const Block& block : kBlocks) {
    net.depthwise({.stride_h = block.stride, .stride_w = block.stride});
    net.relu6();
    net.conv(block.filters, {.h = 1, .w = 1});
    net.relu6();
  }
  net.global_average();
  return net.classifier(2);
}

// Expansion by 1×1, depthwise 3×3, projection by 1×1 without activation, and a sum where shapes agree.
void inverted_residual(Net& net, std::int32_t factor, std::int32_t filters, std::int32_t stride) {
  const TensorId entry = net.head();
  const std::int32_t channels = net.channels();
  if (factor > 1) {
    net.conv(channels * factor, {.h = 1, .w = 1});
    net.relu6();
  }
  net.depthwise({.stride_h = stride, .stride_w = stride});
  net.relu6();
  net.conv(filters, {.h = 1, .w = 1});
  if (stride == 1 && channels == filters) net.add(entry);
}

graph::Graph mobilenet_v2() {
  Net net("mobilenet-v2", {1, 48, 48, 3});
  net.conv(16, {.stride_h = 2, .stride_w = 2});
  net.relu6();
  inverted_residual(net, 1, 8, 1);
  inverted_residual(net, 6, 12, 2);
  inverted_residual(net, 6, 12, 1);
  inverted_residual(net, 6, 16, 2);
  inverted_residual(net, 6, 16, 1);
  inverted_residual(net, 6, 32, 2);
  inverted_residual(net, 6, 32, 1);
  net.conv(128, {.h = 1, .w = 1});
  net.relu6();
  net.global_average();
  return net.classifier(10);
}

graph::Graph auto_encoder() {
  Net net("auto-encoder", {1, 640});
  for (const std::int32_t units : {128, 128, 128, 128, 8, 128, 128, 128, 128}) {
    net.dense(units);
    net.relu();
  }
  net.dense(640);
  return net.build();
}

graph::Graph odd() {
  Net net("odd", {1, 31, 27, 3});
  net.conv(13, {.h = 5, .w = 5, .stride_h = 2, .stride_w = 2});
  net.relu();
  net.depthwise({.h = 5, .w = 5});
  net.relu6();
  net.conv(19, {.h = 1, .w = 1});
  net.relu();
  net.conv(21, {.h = 1, .w = 7});
  net.relu();
  net.conv(23, {.h = 7, .w = 1});
  net.relu();
  net.conv(17, {.dilation_h = 2, .dilation_w = 2});
  net.relu6();
  net.depthwise({.stride_h = 2, .stride_w = 2}, 2);
  net.relu();
  net.depthwise({.dilation_h = 2, .dilation_w = 2});
  net.relu();
  net.conv(31, {});
  net.relu();
  net.global_average();
  return net.classifier(7);
}

// A squeeze by 1×1, then 1×1 and 3×3 side by side (Iandola et al. 2016).
void fire(Net& net, std::int32_t squeezed, std::int32_t expanded) {
  net.conv(squeezed, {.h = 1, .w = 1});
  net.relu();
  const TensorId entry = net.head();
  net.conv(expanded, {.h = 1, .w = 1});
  net.relu();
  const TensorId left = net.head();
  net.set_head(entry);
  net.conv(expanded, {});
  net.relu();
  net.concat(left);
}

graph::Graph squeeze() {
  Net net("squeeze", {1, 48, 48, 3});
  net.conv(24, {.stride_h = 2, .stride_w = 2});
  net.relu();
  net.pool(graph::PoolKind::kMax, 3, 2);
  fire(net, 8, 24);
  fire(net, 8, 24);
  net.pool(graph::PoolKind::kMax, 2, 2);
  fire(net, 16, 32);
  fire(net, 16, 48);
  net.conv(10, {.h = 1, .w = 1});
  net.relu();
  net.global_average();
  return net.classifier(10);
}

graph::Graph lenet() {
  Net net("lenet", {1, 28, 28, 1});
  net.conv(6, {.h = 5, .w = 5});
  net.relu();
  net.pool(graph::PoolKind::kMax, 2, 2);
  net.conv(16, {.h = 5, .w = 5, .padding = Padding::kValid});
  net.relu();
  net.pool(graph::PoolKind::kAverage, 2, 2);
  net.flatten();
  net.dense(120);
  net.relu();
  net.dense(84);
  net.relu();
  return net.classifier(10);
}

struct Model {
  const char* name;
  graph::Graph (*build)();
};

constexpr Model kModels[] = {{"resnet8", resnet8},           {"mobilenet-v1-relu6", mobilenet_v1_relu6},
                             {"mobilenet-v2", mobilenet_v2}, {"auto-encoder", auto_encoder},
                             {"tc-resnet8", tc_resnet8},     {"ds-cnn-24", ds_cnn_24},
                             {"ds-cnn-172", ds_cnn_172},     {"odd", odd},
                             {"squeeze", squeeze},           {"lenet", lenet}};

}  // namespace

std::vector<std::string> other_model_names() {
  std::vector<std::string> names;
  for (const Model& model : kModels) names.emplace_back(model.name);
  return names;
}

graph::Graph other_model(const std::string& name) {
  constexpr std::uint64_t kSeed = 7;
  for (const Model& model : kModels) {
    if (name == model.name) return quantized(model.build(), kSeed);
  }
  throw Error(ErrorCode::kNotFound, fmt::format("[models] wanted one of the models, got '{}'", name));
}

}  // namespace mote::benchmarks
