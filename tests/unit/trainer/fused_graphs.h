// Small networks that between them have every kind of block, odd channel counts, strides, dilations and shared values.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "mote/graph/builder.h"

namespace mote::trainer::test {

// Writes layers one after the other; weights are left to initialize().
class Layers {
 public:
  explicit Layers(const graph::Shape& input) : builder_("small"), head_(builder_.input("input", input)) {}

  graph::TensorId head() const { return head_; }
  Layers& at(graph::TensorId tensor) {
    head_ = tensor;
    return *this;
  }
  const graph::Shape& shape() const { return builder_.shape(head_); }

  Layers& op(graph::Op op) { return op_of(std::move(op), {head_}); }
  Layers& op_of(graph::Op op, std::vector<graph::TensorId> inputs) {
    head_ = builder_.node(name("node"), std::move(op), std::move(inputs));
    return *this;
  }
  Layers& conv(std::int32_t outputs, std::int32_t h, std::int32_t w, graph::Conv2d op = {}, int biases = 0) {
    return weighted(op, {outputs, h, w, shape()[3]}, outputs, biases);
  }
  Layers& depthwise(std::int32_t multiplier, std::int32_t h, std::int32_t w, graph::DepthwiseConv2d op = {},
                    int biases = 0) {
    const std::int32_t outputs = shape()[3] * multiplier;
    return weighted(op, {1, h, w, outputs}, outputs, biases);
  }
  Layers& dense(std::int32_t outputs, graph::Dense op = {}, int biases = 1) {
    return weighted(op, {outputs, static_cast<std::int32_t>(graph::element_count(shape()))}, outputs, biases);
  }
  Layers& norm() {
    std::vector<graph::TensorId> inputs{head_};
    const std::int32_t channels = shape().back();
    for (int i = 0; i < 4; ++i) inputs.push_back(builder_.weight(name("norm"), {channels}));
    return op_of(graph::BatchNorm{}, inputs);
  }
  Layers& relu() { return op(graph::Unary{graph::UnaryKind::kRelu}); }
  Layers& relu6() { return op(graph::Unary{graph::UnaryKind::kRelu6}); }
  Layers& norm_relu() { return norm().relu(); }
  Layers& pool(graph::PoolKind kind, std::int32_t kernel, std::int32_t stride, graph::Padding padding) {
    graph::Pool2d pool;
    pool.kind = kind;
    pool.kernel_h = pool.kernel_w = kernel;
    pool.stride_h = pool.stride_w = stride;
    pool.padding = padding;
    return op(pool);
  }
  graph::Graph classes(std::int32_t count) {
    dense(count);
    op(graph::Softmax{});
    builder_.output(head_);
    return builder_.build();
  }

 private:
  template <class Op>
  Layers& weighted(Op op, graph::Shape weights, std::int32_t outputs, int biases) {
    std::vector<graph::TensorId> inputs{head_, builder_.weight(name("weight"), std::move(weights))};
    if (biases > 0) inputs.push_back(builder_.weight(name("bias"), {outputs}));
    return op_of(op, inputs);
  }
  std::string name(const char* kind) { return kind + std::to_string(next_++); }

  graph::GraphBuilder builder_;
  graph::TensorId head_;
  int next_ = 0;
};

struct NamedGraph {
  std::string name;
  graph::Graph graph;
};

inline graph::Conv2d conv_options(std::int32_t stride_h, std::int32_t stride_w, std::int32_t dilation,
                                  graph::Padding padding) {
  graph::Conv2d op;
  op.stride_h = stride_h;
  op.stride_w = stride_w;
  op.dilation_h = op.dilation_w = dilation;
  op.padding = padding;
  return op;
}

inline graph::DepthwiseConv2d depthwise_options(std::int32_t stride_h, std::int32_t stride_w, std::int32_t dilation,
                                                graph::Padding padding) {
  graph::DepthwiseConv2d op;
  op.stride_h = stride_h;
  op.stride_w = stride_w;
  op.dilation_h = op.dilation_w = dilation;
  op.padding = padding;
  return op;
}

inline std::vector<NamedGraph> small_graphs() {
  using graph::Padding;
  using graph::PoolKind;
  constexpr Padding kSame = Padding::kSame, kValid = Padding::kValid;
  std::vector<NamedGraph> graphs;
  const auto add = [&](const char* name, graph::Graph graph) { graphs.push_back({name, std::move(graph)}); };
  const graph::Shape image{1, 7, 6, 3};
  add("dense alone", Layers({1, 5}).classes(3));
  add("dense with norm", Layers({1, 17}).dense(5, {}, 0).norm_relu().dense(33, {}, 1).relu().classes(3));
  add("dense with a fused activation", Layers({1, 9}).dense(5, {graph::Activation::kRelu}).norm().relu6().classes(2));
  add("conv of 1x1", Layers(image).conv(17, 1, 1).norm_relu().conv(5, 1, 1).norm_relu().classes(3));
  add("conv same", Layers(image)
                       .conv(5, 3, 3, conv_options(1, 1, 1, kSame), 1)
                       .norm_relu()
                       .conv(3, 2, 3, conv_options(1, 1, 1, kSame))
                       .norm_relu()
                       .classes(4));
  add("conv with strides", Layers(image)
                               .conv(5, 3, 3, conv_options(2, 1, 1, kSame))
                               .norm_relu()
                               .conv(20, 3, 3, conv_options(1, 2, 1, kSame))
                               .norm_relu()
                               .conv(5, 2, 2, conv_options(2, 2, 1, kValid))
                               .relu()
                               .classes(4));
  add("conv of 1x1 with strides", Layers(image)
                                      .conv(5, 1, 1, conv_options(2, 3, 1, kSame), 1)
                                      .relu()
                                      .conv(4, 1, 1, conv_options(2, 2, 1, kValid))
                                      .norm_relu()
                                      .classes(4));
  add("conv with dilation", Layers({1, 9, 8, 2})
                                .conv(5, 3, 2, conv_options(1, 1, 2, kSame))
                                .norm_relu()
                                .conv(3, 3, 3, conv_options(2, 3, 2, kSame))
                                .norm_relu()
                                .classes(4));
  add("conv of 1-D", Layers({1, 1, 11, 5})
                         .conv(7, 1, 9, conv_options(1, 2, 1, kSame))
                         .norm_relu()
                         .conv(7, 1, 3, conv_options(1, 1, 1, kValid))
                         .norm_relu()
                         .classes(2));
  add("depthwise", Layers(image)
                       .conv(17, 1, 1)
                       .norm_relu()
                       .depthwise(1, 3, 3, depthwise_options(1, 1, 1, kSame))
                       .norm_relu()
                       .depthwise(1, 2, 5, depthwise_options(1, 1, 1, kValid), 1)
                       .norm_relu()
                       .classes(3));
  add("depthwise with strides", Layers(image)
                                    .depthwise(1, 3, 3, depthwise_options(1, 2, 1, kSame))
                                    .norm_relu()
                                    .depthwise(1, 3, 3, depthwise_options(3, 2, 1, kSame), 1)
                                    .relu()
                                    .classes(3));
  add("depthwise with dilation", Layers({1, 9, 9, 5})
                                     .norm()
                                     .depthwise(1, 3, 3, depthwise_options(1, 1, 3, kSame))
                                     .norm_relu()
                                     .depthwise(1, 3, 2, depthwise_options(2, 1, 2, kSame))
                                     .norm()
                                     .classes(3));
  add("depthwise with multiplier", Layers(image)
                                       .conv(5, 1, 1)
                                       .norm_relu()
                                       .depthwise(3, 3, 3, depthwise_options(2, 1, 1, kSame), 1)
                                       .norm_relu()
                                       .classes(3));
  add("average pools", Layers(image)
                           .conv(5, 3, 3)
                           .norm_relu()
                           .pool(PoolKind::kAverage, 3, 2, kSame)
                           .conv(6, 1, 1)
                           .norm_relu()
                           .pool(PoolKind::kAverage, 2, 1, kValid)
                           .classes(3));
  add("max pools", Layers(image)
                       .conv(5, 2, 2)
                       .norm_relu()
                       .pool(PoolKind::kMax, 3, 2, kSame)
                       .norm()
                       .relu6()
                       .pool(PoolKind::kMax, 2, 1, kValid)
                       .classes(3));
  {
    Layers layers(image);
    const auto entry = layers.conv(5, 3, 3, conv_options(1, 1, 1, kSame)).norm_relu().head();
    const auto shortcut = layers.conv(8, 1, 1, conv_options(2, 2, 1, kSame)).norm().head();
    layers.at(entry)
        .conv(8, 3, 3, conv_options(2, 2, 1, kSame))
        .norm_relu()
        .conv(8, 3, 3, conv_options(1, 1, 1, kSame))
        .norm();
    const auto sum = layers.op_of(graph::Binary{}, {layers.head(), shortcut}).relu().head();
    layers.conv(8, 3, 3, conv_options(1, 1, 1, kSame)).norm();
    layers.op_of(graph::Binary{graph::BinaryKind::kAdd, graph::Activation::kRelu}, {layers.head(), sum}).norm();
    graph::Reduce mean;
    mean.axes = {1, 2};
    add("residuals", layers.op(mean).classes(3));
  }
  {
    Layers layers(image);
    const auto left = layers.conv(5, 1, 1).norm_relu().head();
    const auto right = layers.at(left).conv(3, 3, 3, conv_options(1, 1, 1, kSame)).head();
    graph::Pad pad;
    pad.before = {0, 1, 0, 2};
    pad.after = {0, 0, 2, 1};
    layers.op_of(graph::Concat{3}, {left, right, left}).norm_relu().op(pad);
    add("concat and pad",
        layers.conv(5, 3, 3, conv_options(2, 2, 1, kValid)).norm_relu().op(graph::Reshape{{1, 45}}).classes(2));
  }
  {
    Layers layers(image);
    const auto norm = layers.conv(5, 1, 1).norm().head();
    const auto relu = layers.relu().head();
    layers.op_of(graph::Binary{}, {norm, relu});
    add("a norm that two read", layers.op(graph::Dropout{0.3F})
                                    .norm()
                                    .relu()
                                    .norm_relu()
                                    .op(graph::Reshape{{1, 6, 7, 5}})
                                    .conv(4, 3, 3)
                                    .norm_relu()
                                    .classes(2));
  }
  add("dropout", Layers(image)
                     .op(graph::Dropout{0.1F})
                     .conv(17, 3, 3)
                     .norm_relu()
                     .op(graph::Dropout{0.5F})
                     .depthwise(1, 3, 3, depthwise_options(1, 1, 1, kSame))
                     .norm_relu()
                     .op(graph::Dropout{0.25F})
                     .conv(3, 1, 1)
                     .norm_relu()
                     .op(graph::Dropout{0.0F})
                     .classes(3));
  return graphs;
}

}  // namespace mote::trainer::test
