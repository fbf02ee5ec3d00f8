#include "samples.h"

namespace mote::test {
namespace {

// A map beside a strip of itself along `axis`, of one cell, and once more the map.
Sample along(std::string name, std::int32_t axis, graph::Pool2d pool) {
  graph::GraphBuilder builder(name);
  const graph::TensorId x = builder.input("x", {1, 3, 4, 2});
  const graph::TensorId strip = builder.node("strip", pool, {x});
  return sample(std::move(name), builder, builder.node("all", graph::Concat{axis}, {x, strip, x}));
}

// Two branches of different scales and channels.
Sample branches() {
  graph::GraphBuilder builder("branches");
  const graph::TensorId x = builder.input("x", {1, 3, 2, 2});
  const graph::TensorId a = builder.layer("a", graph::Conv2d{}, {x}, {.filters = 3});
  const graph::TensorId b = builder.layer("b", graph::DepthwiseConv2d{.activation = graph::Activation::kRelu}, {x});
  return sample("branches", builder, builder.node("all", graph::Concat{3}, {a, b}));
}

}  // namespace

std::vector<Sample> concat_samples() {
  return {along("rows", 1, {.kernel_h = 3}), along("columns", 2, {.kernel_w = 4}), branches()};
}

}  // namespace mote::test
