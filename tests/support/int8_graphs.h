// Random int8 graphs of one op each and of several, for tests of readers, planners and other interpreters. The same
// seed gives the same graph.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "mote/base/rng.h"
#include "mote/graph/builder.h"

namespace mote::test {

using graph::TensorId;

class Int8GraphBuilder {
 public:
  Int8GraphBuilder(std::string name, std::uint64_t seed) : builder_(std::move(name)), rng_(seed) {}

  TensorId input(graph::Shape shape) { return builder_.input("x", std::move(shape), graph::DType::kInt8, any_quant()); }

  // An input with the quantization of another.
  TensorId tied_input(TensorId other, graph::Shape shape) {
    return builder_.input("x", std::move(shape), graph::DType::kInt8, builder_.graph().tensor(other).quant);
  }

  TensorId conv(TensorId x, std::int32_t channels, std::int32_t kernel_h, std::int32_t kernel_w, graph::Conv2d op) {
    const std::int32_t inputs = builder_.shape(x)[3];
    const TensorId w = weights({channels, kernel_h, kernel_w, inputs}, 0, kernel_h * kernel_w * inputs);
    return weighted(op, x, w, channels, kernel_h * kernel_w * inputs);
  }

  TensorId depthwise(TensorId x, std::int32_t multiplier, std::int32_t kernel_h, std::int32_t kernel_w,
                     graph::DepthwiseConv2d op) {
    const std::int32_t channels = builder_.shape(x)[3] * multiplier;
    const TensorId w = weights({1, kernel_h, kernel_w, channels}, 3, kernel_h * kernel_w);
    return weighted(op, x, w, channels, kernel_h * kernel_w);
  }

  // `axis` 0: a scale for each output; -1: one scale.
  TensorId dense(TensorId x, std::int32_t units, std::int32_t axis = -1,
                 graph::Activation activation = graph::Activation::kNone) {
    const auto inputs = static_cast<std::int32_t>(graph::element_count(builder_.shape(x)));
    return weighted(graph::Dense{activation}, x, weights({units, inputs}, axis, inputs), units, inputs);
  }

  TensorId dense_without_bias(TensorId x, std::int32_t units) {
    const auto inputs = static_cast<std::int32_t>(graph::element_count(builder_.shape(x)));
    const TensorId w = weights({units, inputs}, -1, inputs);
    return node(graph::Dense{}, {x, w}, scaled(weighted_range(x, w, inputs)));
  }

  TensorId add(TensorId a, TensorId b, graph::Activation activation = graph::Activation::kNone) {
    const float wide = std::max(scale(a), scale(b));
    return node(graph::Binary{graph::BinaryKind::kAdd, activation}, {a, b}, scaled(wide * uniform(0.6F, 2.5F)));
  }

  // Ops whose output shares the quantization of their first input.
  TensorId tied(graph::Op op, std::vector<TensorId> inputs) {
    const graph::Quant quant = builder_.graph().tensor(inputs[0]).quant;
    return node(std::move(op), std::move(inputs), quant);
  }

  TensorId relu(TensorId x) {
    return node(graph::Unary{graph::UnaryKind::kRelu}, {x}, scaled(scale(x) * uniform(0.4F, 1.5F)));
  }
  TensorId relu6(TensorId x) { return tied(graph::Unary{graph::UnaryKind::kRelu6}, {x}); }

  TensorId mean(TensorId x, std::vector<std::int32_t> axes, std::int32_t keep_dims) {
    return node(graph::Reduce{graph::ReduceKind::kMean, std::move(axes), keep_dims}, {x},
                scaled(scale(x) * uniform(0.1F, 1.2F)));
  }

  TensorId softmax(TensorId x, float beta = 1.0F) {
    return node(graph::Softmax{beta}, {x}, graph::per_tensor(1.0F / 256.0F, -128));
  }

  const graph::Shape& shape(TensorId id) const { return builder_.shape(id); }
  Rng& rng() { return rng_; }

  graph::Graph build(TensorId output) {
    builder_.output(output);
    return builder_.build();
  }

 private:
  float uniform(float low, float high) { return static_cast<float>(rng_.uniform(low, high)); }
  float scale(TensorId id) const { return builder_.graph().tensor(id).quant.scales[0]; }
  graph::Quant scaled(float scale) {
    return graph::per_tensor(scale, static_cast<std::int32_t>(rng_.below(256)) - 128);
  }
  graph::Quant any_quant() { return scaled(uniform(0.01F, 0.2F)); }

  TensorId node(graph::Op op, std::vector<TensorId> inputs, graph::Quant quant) {
    return builder_.node("layer" + std::to_string(layers_++), std::move(op), std::move(inputs), graph::DType::kInt8,
                         std::move(quant));
  }

  // Filters of `terms` products each, of about unit gain.
  TensorId weights(graph::Shape shape, std::int32_t axis, std::int32_t terms) {
    graph::Tensor tensor;
    tensor.name = "w" + std::to_string(layers_);
    tensor.type = graph::DType::kInt8;
    tensor.shape = std::move(shape);
    const std::int32_t channels = axis < 0 ? 1 : tensor.shape[static_cast<std::size_t>(axis)];
    for (std::int32_t i = 0; i < channels; ++i)
      tensor.quant.scales.push_back(uniform(0.2F, 1.0F) / (64.0F * std::sqrt(static_cast<float>(terms))));
    tensor.quant.zero_points.assign(static_cast<std::size_t>(channels), 0);
    tensor.quant.axis = channels > 1 ? axis : -1;
    std::vector<std::int8_t> values(static_cast<std::size_t>(tensor.elements()));
    for (auto& value : values) value = static_cast<std::int8_t>(static_cast<int>(rng_.below(255)) - 127);
    tensor.data = graph::make_buffer(std::span<const std::int8_t>(values));
    return builder_.constant(std::move(tensor));
  }

  TensorId bias(TensorId x, TensorId w, std::int32_t channels, std::int32_t terms) {
    graph::Tensor tensor;
    tensor.name = "b" + std::to_string(layers_);
    tensor.type = graph::DType::kInt32;
    tensor.shape = {channels};
    tensor.quant = builder_.graph().tensor(w).quant;
    for (float& one : tensor.quant.scales) one *= scale(x);
    if (tensor.quant.per_channel()) tensor.quant.axis = 0;
    const std::int64_t reach = 2000 * static_cast<std::int64_t>(std::sqrt(terms)) + 1;
    std::vector<std::int32_t> values;
    for (std::int32_t i = 0; i < channels; ++i) {
      values.push_back(static_cast<std::int32_t>(
          static_cast<std::int64_t>(rng_.below(static_cast<std::uint64_t>(2 * reach))) - reach));
    }
    tensor.data = graph::make_buffer(std::span<const std::int32_t>(values));
    return builder_.constant(std::move(tensor));
  }

  // An output scale that spreads random sums of `terms` products over the int8 range.
  float weighted_range(TensorId x, TensorId w, std::int32_t terms) {
    const float product = scale(x) * builder_.graph().tensor(w).quant.scales[0];
    return product * std::sqrt(static_cast<float>(terms)) * uniform(40.0F, 160.0F);
  }

  template <class Op>
  TensorId weighted(Op op, TensorId x, TensorId w, std::int32_t channels, std::int32_t terms) {
    const TensorId b = bias(x, w, channels, terms);
    return node(op, {x, w, b}, scaled(weighted_range(x, w, terms)));
  }

  graph::GraphBuilder builder_;
  Rng rng_;
  std::int32_t layers_ = 0;
};

using graph::Activation;
using graph::Padding;

// A graph for each op with odd shapes and every attribute in use. Variants differ by seed.
inline std::vector<graph::Graph> op_graphs(std::uint64_t seed) {
  std::vector<graph::Graph> graphs;
  const auto add = [&](const std::string& name, auto body) {
    Int8GraphBuilder builder(name, seed * 100 + graphs.size());
    graphs.push_back(builder.build(body(builder)));
  };
  using B = Int8GraphBuilder;
  add("conv_same", [](B& b) {
    return b.conv(b.input({1, 9, 7, 3}), 5, 3, 2, {2, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  add("conv_valid", [](B& b) {
    return b.conv(b.input({1, 8, 11, 2}), 4, 4, 3, {1, 3, 1, 1, Padding::kValid, Activation::kNone});
  });
  add("conv_dilated", [](B& b) {
    return b.conv(b.input({1, 13, 12, 3}), 6, 3, 3, {1, 1, 2, 3, Padding::kSame, Activation::kRelu6});
  });
  add("conv_pointwise", [](B& b) {
    return b.conv(b.input({1, 5, 4, 17}), 9, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  add("conv_one_channel", [](B& b) {
    return b.conv(b.input({1, 6, 6, 2}), 1, 3, 3, {2, 2, 1, 1, Padding::kSame, Activation::kNone});
  });
  add("depthwise_same", [](B& b) {
    return b.depthwise(b.input({1, 9, 7, 5}), 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu});
  });
  add("depthwise_times_three", [](B& b) {
    return b.depthwise(b.input({1, 10, 9, 3}), 3, 5, 3, {2, 2, 1, 1, Padding::kSame, Activation::kRelu6});
  });
  add("depthwise_dilated", [](B& b) {
    return b.depthwise(b.input({1, 11, 9, 4}), 1, 3, 3, {1, 1, 2, 2, Padding::kValid, Activation::kNone});
  });
  add("dense", [](B& b) { return b.dense(b.input({1, 37}), 11); });
  add("dense_of_a_map", [](B& b) { return b.dense(b.input({1, 3, 2, 5}), 7, -1, Activation::kRelu); });
  add("dense_per_channel", [](B& b) { return b.dense(b.input({1, 21}), 6, 0, Activation::kRelu6); });
  add("dense_without_bias", [](B& b) { return b.dense_without_bias(b.input({1, 19}), 4); });
  add("relu", [](B& b) { return b.relu(b.input({1, 4, 5, 3})); });
  add("relu6", [](B& b) { return b.relu6(b.input({1, 33})); });
  add("add", [](B& b) {
    const TensorId x = b.input({1, 5, 3, 4});
    return b.add(x, b.relu(x), Activation::kRelu);
  });
  add("add_twice", [](B& b) {
    const TensorId x = b.input({1, 23});
    return b.add(b.add(x, x), x);
  });
  add("concat_channels", [](B& b) {
    const TensorId x = b.input({1, 4, 3, 6});
    return b.tied(graph::Concat{3},
                  {x, b.tied(graph::Pool2d{graph::PoolKind::kMax, 3, 3, 1, 1, Padding::kSame}, {x}), x});
  });
  add("concat_rows", [](B& b) {
    const TensorId x = b.input({1, 4, 3, 2});
    return b.tied(graph::Concat{1},
                  {x, b.tied(graph::Pool2d{graph::PoolKind::kMax, 2, 1, 2, 1, Padding::kValid}, {x})});
  });
  add("average_pool_same", [](B& b) {
    return b.tied(graph::Pool2d{graph::PoolKind::kAverage, 3, 2, 2, 2, Padding::kSame, Activation::kRelu},
                  {b.input({1, 7, 8, 3})});
  });
  add("average_pool_global", [](B& b) {
    return b.tied(graph::Pool2d{graph::PoolKind::kAverage, 6, 5, 6, 5, Padding::kValid}, {b.input({1, 6, 5, 7})});
  });
  add("max_pool", [](B& b) {
    return b.tied(graph::Pool2d{graph::PoolKind::kMax, 2, 3, 1, 2, Padding::kSame, Activation::kRelu6},
                  {b.input({1, 5, 9, 4})});
  });
  add("mean_of_the_map", [](B& b) { return b.mean(b.input({1, 7, 5, 6}), {1, 2}, 0); });
  add("mean_kept", [](B& b) { return b.mean(b.input({1, 6, 3, 5}), {1, 2}, 1); });
  add("mean_of_one_axis", [](B& b) { return b.mean(b.input({1, 9, 4}), {1}, 0); });
  add("pad", [](B& b) { return b.tied(graph::Pad{{0, 1, 0, 2}, {0, 3, 2, 0}}, {b.input({1, 3, 4, 2})}); });
  add("reshape", [](B& b) { return b.tied(graph::Reshape{{1, 4, 15}}, {b.input({1, 5, 3, 4})}); });
  add("softmax", [](B& b) { return b.softmax(b.input({1, 13})); });
  add("softmax_beta", [](B& b) { return b.softmax(b.input({1, 6, 5}), 0.3F); });
  return graphs;
}

// How a network ends: a dense layer, or a pointwise convolution and a reshape.
enum class Head : std::uint8_t { kDense, kPointwise };

// A small network with branches: convolution, depthwise, a residual sum, pooling, concat, the head, softmax.
inline graph::Graph network_graph(std::uint64_t seed, Head head = Head::kDense) {
  Int8GraphBuilder b("network", seed);
  const auto some = [&](std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(b.rng().below(static_cast<std::uint64_t>(high - low + 1)));
  };
  const TensorId x = b.input({1, some(7, 15), some(6, 12), some(1, 3)});
  const std::int32_t channels = some(3, 9);
  const TensorId stem =
      b.conv(x, channels, some(1, 4), some(1, 4), {some(1, 2), some(1, 2), 1, 1, Padding::kSame, Activation::kRelu});
  const TensorId deep = b.depthwise(stem, 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu6});
  const TensorId wide = b.conv(deep, channels, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kNone});
  const TensorId sum = b.relu(b.add(stem, wide));
  const TensorId pooled = b.tied(graph::Pool2d{graph::PoolKind::kMax, 2, 2, 1, 1, Padding::kSame}, {sum});
  const TensorId joined = b.tied(graph::Concat{3}, {sum, pooled});
  const TensorId padded = b.tied(graph::Pad{{0, 1, 0, 0}, {0, 0, 1, 0}}, {joined});
  const graph::Shape& map = b.shape(padded);
  const TensorId average = b.tied(graph::Pool2d{graph::PoolKind::kAverage, map[1], map[2], map[1], map[2]}, {padded});
  const std::int32_t classes = some(2, 12);
  if (head == Head::kPointwise) {
    const TensorId logits = b.conv(average, classes, 1, 1, {});
    return b.build(b.softmax(b.tied(graph::Reshape{{1, classes}}, {logits})));
  }
  return b.build(b.softmax(b.dense(b.tied(graph::Reshape{{1, 2 * channels}}, {average}), classes)));
}

}  // namespace mote::test
