#include "samples.h"

namespace mote::test {

using graph::Activation;
using graph::BinaryKind;

namespace {

// conv(x) + x, as in a residual block.
Sample residual(std::string name, Activation activation) {
  graph::GraphBuilder builder(name);
  const graph::TensorId x = builder.input("x", {1, 3, 4, 2});
  const graph::TensorId conv = builder.layer("conv", graph::Conv2d{}, {x}, {.filters = 2});
  return sample(std::move(name), builder, builder.node("sum", graph::Binary{BinaryKind::kAdd, activation}, {conv, x}));
}

Sample with_itself() {
  graph::GraphBuilder builder("with_itself");
  const graph::TensorId x = builder.input("x", {1, 7});
  return sample("with_itself", builder, builder.node("sum", graph::Binary{}, {x, x}));
}

}  // namespace

std::vector<Sample> binary_samples() {
  return {residual("add", Activation::kNone), residual("add_relu", Activation::kRelu),
          residual("add_relu6", Activation::kRelu6), with_itself()};
}

}  // namespace mote::test
