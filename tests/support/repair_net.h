// A small network with values, and a runner of its ops, for the tests of repair.
#pragma once

#include <cmath>
#include <vector>

#include "mote/base/rng.h"
#include "mote/base/thread_pool.h"
#include "mote/graph/builder.h"
#include "mote/quant/repair.h"
#include "mote/trainer/float_runner.h"

namespace mote::test {

struct RepairNet {
  graph::Activation activation = graph::Activation::kRelu;
  std::vector<float> gains = {1, 1, 1, 1, 1, 1};  // of the six channels between the first layers

  // [1,6,5,2] → convolution → depthwise → 1×1 convolution → mean → dense, softmax.
  graph::Graph build() const {
    graph::GraphBuilder b("net");
    Rng rng = Rng::derive(3, "repair net");
    const auto draw = [&](const graph::Shape& shape, double deviation) {
      std::vector<float> values(static_cast<std::size_t>(graph::element_count(shape)));
      for (float& value : values) value = static_cast<float>(deviation * rng.normal());
      return values;
    };
    const auto add = [&](const std::string& name, const graph::Shape& shape, double deviation) {
      return b.constant(name, shape, draw(shape, deviation));
    };
    const auto x = b.input("x", {1, 6, 5, 2});
    std::vector<float> w = draw({6, 3, 3, 2}, 0.3), bias = draw({6}, 0.2);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] *= gains[i / 18];
    for (std::size_t i = 0; i < bias.size(); ++i) bias[i] *= gains[i];
    graph::Conv2d conv{.padding = graph::Padding::kSame, .activation = activation};
    auto y = b.node("conv", conv, {x, b.constant("conv.w", {6, 3, 3, 2}, w), b.constant("conv.b", {6}, bias)});
    std::vector<float> d = draw({1, 3, 3, 6}, 0.4);
    for (std::size_t i = 0; i < d.size(); ++i) d[i] /= gains[i % 6];
    graph::DepthwiseConv2d depthwise{.padding = graph::Padding::kSame, .activation = activation};
    y = b.node("dw", depthwise, {y, b.constant("dw.w", {1, 3, 3, 6}, d), add("dw.b", {6}, 0.2)});
    y = b.node("pw", graph::Conv2d{.activation = activation},
               {y, add("pw.w", {8, 1, 1, 6}, 0.6), add("pw.b", {8}, 0.1)});
    graph::Pool2d pool;
    pool.kernel_h = 6;
    pool.kernel_w = 5;
    y = b.node("pool", pool, {y});
    y = b.node("flat", graph::Reshape{{1, 8}}, {y});
    y = b.node("logits", graph::Dense{}, {y, add("logits.w", {4, 8}, 1.5)});
    b.output(b.node("softmax", graph::Softmax{}, {y}));
    return b.build();
  }
};

// Random inputs of it, and who runs them.
class RepairInputs {
 public:
  explicit RepairInputs(std::int64_t samples = 48)
      : samples_(samples), values_(static_cast<std::size_t>(samples * 60)) {
    Rng rng = Rng::derive(4, "repair inputs");
    for (float& value : values_) value = static_cast<float>(rng.normal());
  }
  quant::MeasuringSet set() { return {*runner_, values_, samples_}; }

 private:
  ThreadPool pool_{1};
  std::unique_ptr<graph::FloatRunner> runner_ = trainer::make_float_runner(pool_);
  std::int64_t samples_;
  std::vector<float> values_;
};

// All values of one activation over a set.
inline std::vector<float> activation(const graph::Graph& graph, const quant::MeasuringSet& set, std::string_view name) {
  std::vector<float> result;
  quant::run_groups(graph, set, [&](graph::TensorId id, std::span<float> values) {
    if (graph.tensor(id).name == name) result.insert(result.end(), values.begin(), values.end());
  });
  return result;
}

inline double squared_distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
  return sum;
}

// How far the quantized draft's logits are from the float network's.
inline double logits_error(const graph::Graph& wanted, const quant::Draft& draft, const quant::MeasuringSet& set) {
  const quant::Simulation simulation(draft.graph, quantize(draft));
  std::vector<float> got;
  simulation.run(set, [&](graph::TensorId id, std::span<const float> values) {
    if (draft.graph.tensor(id).name == "logits") got.insert(got.end(), values.begin(), values.end());
  });
  return squared_distance(activation(wanted, set, "logits"), got);
}

}  // namespace mote::test
