// A separable problem made from a seed: each class has a pattern, and samples are patterns with noise.
#pragma once

#include <algorithm>
#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "mote/base/rng.h"
#include "mote/graph/builder.h"
#include "mote/trainer/batch_source.h"

namespace mote::trainer::test {

class SyntheticSource final : public BatchSource {
 public:
  SyntheticSource(std::int64_t elements, std::int32_t classes, std::int64_t train_size, std::int64_t validation_size,
                  double noise = 0.5)
      : elements_(elements),
        classes_(classes),
        size_(train_size),
        noise_(noise),
        order_(static_cast<std::size_t>(size_)) {
    for (std::int64_t n = 0; n < validation_size; ++n) {
      const std::size_t first = validation_inputs_.size();
      validation_inputs_.resize(first + static_cast<std::size_t>(elements_));
      validation_labels_.push_back(label(n));
      write_sample("validation", n, std::span(validation_inputs_).subspan(first));
    }
  }

  std::int32_t classes() const override { return classes_; }
  std::int64_t sample_elements() const override { return elements_; }
  std::int64_t train_size() const override { return size_; }
  std::vector<std::int64_t> class_counts() const override {
    std::vector<std::int64_t> counts(static_cast<std::size_t>(classes_));
    for (std::int64_t n = 0; n < size_; ++n) ++counts[static_cast<std::size_t>(label(n))];
    return counts;
  }
  ValidationSet validation() const override { return {validation_inputs_, validation_labels_}; }

  void begin_epoch(std::int32_t epoch) override {
    std::iota(order_.begin(), order_.end(), 0);
    Rng rng = Rng::derive(5, "order", {static_cast<std::uint64_t>(epoch)});
    rng.shuffle(std::span(order_));
  }

  void fill(const SampleRun& run) override {
    ++fills;
    if (fills == fail_at_fill) throw std::runtime_error("the disk is gone");
    for (std::size_t i = 0; i < run.labels.size(); ++i) {
      const std::int64_t n = order_[static_cast<std::size_t>(run.first) + i];
      run.labels[i] = label(n) + label_offset;
      run.weights[i] = 1.0F;
      write_sample("train", n,
                   run.inputs.subspan(i * static_cast<std::size_t>(elements_), static_cast<std::size_t>(elements_)));
    }
  }

  std::atomic<int> fills = 0;
  int fail_at_fill = -1;
  std::int32_t label_offset = 0;

 private:
  std::int32_t label(std::int64_t n) const { return static_cast<std::int32_t>(n % classes_); }

  void write_sample(std::string_view purpose, std::int64_t n, std::span<float> values) const {
    Rng pattern = Rng::derive(1, "pattern", {static_cast<std::uint64_t>(label(n))});
    Rng noise = Rng::derive(2, purpose, {static_cast<std::uint64_t>(n)});
    for (float& value : values) value = static_cast<float>(pattern.normal() + noise_ * noise.normal());
  }

  std::int64_t elements_;
  std::int32_t classes_;
  std::int64_t size_;
  double noise_;
  std::vector<std::int64_t> order_;
  std::vector<float> validation_inputs_;
  std::vector<std::int32_t> validation_labels_;
};

// [1,6,5,1] → convolution, batch norm, relu → depthwise, batch norm, relu → global average → dropout → dense → softmax.
inline graph::Graph small_conv_net(std::int32_t classes) {
  graph::GraphBuilder b("small");
  const auto norm = [&](const std::string& name, graph::TensorId x) {
    const std::int32_t c = b.shape(x).back();
    const auto normed = b.node(name + ".bn", graph::BatchNorm{},
                               {x, b.weight(name + ".gamma", {c}), b.weight(name + ".beta", {c}),
                                b.weight(name + ".mean", {c}), b.weight(name + ".variance", {c})});
    return b.node(name + ".relu", graph::Unary{}, {normed});
  };
  graph::Conv2d conv;
  conv.padding = graph::Padding::kSame;
  graph::DepthwiseConv2d depthwise;
  depthwise.padding = graph::Padding::kSame;
  const auto x = b.input("x", {1, 6, 5, 1});
  auto y = norm("conv", b.node("conv", conv, {x, b.weight("conv.w", {8, 3, 3, 1}), b.weight("conv.b", {8})}));
  y = norm("dw", b.node("dw", depthwise, {y, b.weight("dw.w", {1, 3, 3, 8})}));
  graph::Pool2d pool;
  pool.kernel_h = 6;
  pool.kernel_w = 5;
  y = b.node("pool", pool, {y});
  y = b.node("dropout", graph::Dropout{0.1F}, {y});
  y = b.node("dense", graph::Dense{}, {y, b.weight("dense.w", {classes, 8}), b.weight("dense.b", {classes})});
  b.output(b.node("softmax", graph::Softmax{}, {y}));
  return b.build();
}

// [1,inputs] → dense, relu → dense → softmax.
inline graph::Graph small_mlp(std::int32_t inputs, std::int32_t hidden, std::int32_t classes) {
  graph::GraphBuilder b("mlp");
  const auto x = b.input("x", {1, inputs});
  auto y =
      b.node("hidden", graph::Dense{}, {x, b.weight("hidden.w", {hidden, inputs}), b.weight("hidden.b", {hidden})});
  y = b.node("relu", graph::Unary{}, {y});
  y = b.node("logits", graph::Dense{}, {y, b.weight("logits.w", {classes, hidden}), b.weight("logits.b", {classes})});
  b.output(b.node("softmax", graph::Softmax{}, {y}));
  return b.build();
}

}  // namespace mote::trainer::test
