// One op with inputs of given shapes, run through forward() and backward(), and its gradients by finite differences.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "mote/base/rng.h"
#include "mote/graph/builder.h"
#include "parameter_layout.h"
#include "run_op.h"

namespace mote::trainer::test {

class OpHarness {
 public:
  // Input 0 is an activation; the others are constants where `parameters` says so by their number. Values are normal.
  OpHarness(const graph::Op& op, const std::vector<graph::Shape>& shapes, std::vector<std::size_t> constants,
            std::int64_t samples)
      : samples_(samples) {
    graph::GraphBuilder builder("harness");
    std::vector<graph::TensorId> inputs;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      const std::string name = "in" + std::to_string(i);
      const bool constant = std::find(constants.begin(), constants.end(), i) != constants.end();
      inputs.push_back(constant ? builder.weight(name, shapes[i]) : builder.input(name, shapes[i]));
    }
    builder.output(builder.node("out", op, inputs));
    graph_ = builder.build();
    Rng rng = Rng::derive(1, "harness");
    for (const auto& tensor : graph_.tensors) {
      const auto count = static_cast<std::size_t>(tensor.elements() * (tensor.constant ? 1 : samples));
      values_.emplace_back(count);
      gradients_.emplace_back(count, 0.0F);
      for (float& value : values_.back()) value = static_cast<float>(rng.normal());
    }
  }

  const graph::Node& node() const { return graph_.nodes.front(); }
  const graph::Graph& graph() const { return graph_; }
  std::vector<float>& input(std::size_t i) { return values_[static_cast<std::size_t>(node().inputs[i])]; }
  std::vector<float>& input_gradient(std::size_t i) { return gradients_[static_cast<std::size_t>(node().inputs[i])]; }
  std::vector<float>& output() { return values_[static_cast<std::size_t>(node().outputs.front())]; }
  std::vector<float>& output_gradient() { return gradients_[static_cast<std::size_t>(node().outputs.front())]; }

  RunMode mode = RunMode::kTraining;

  void run_forward() { run(&trainer::run_forward); }
  void run_backward() { run(&trainer::run_backward); }

  // Compares the gradients of `inputs` for the loss Σ weight_i · output_i with central differences. Elements next to a
  // kink (a ReLU mask that flips within the step) show as unequal one-sided differences and are left out; most must
  // remain.
  void check_gradients(const std::vector<std::size_t>& inputs) {
    Rng rng = Rng::derive(2, "harness");
    std::vector<float> weights(output().size());
    for (float& weight : weights) weight = static_cast<float>(rng.normal());
    run_forward();
    output_gradient() = weights;
    run_backward();
    for (std::size_t i : inputs) check_input(i, weights);
  }

 private:
  void run(void (*step)(const graph::Op&, const NodeCall&)) {
    std::vector<Operand> operands;
    const auto add = [&](graph::TensorId id) {
      const auto index = static_cast<std::size_t>(id);
      operands.push_back({&graph_.tensor(id), values_[index].data(), gradients_[index].data()});
    };
    for (graph::TensorId id : node().inputs) add(id);
    for (graph::TensorId id : node().outputs) add(id);
    Scratch scratch;
    NodeCall call;
    call.samples = samples_;
    call.inputs = std::span(operands).first(node().inputs.size());
    call.outputs = std::span(operands).subspan(node().inputs.size());
    call.mode = mode;
    call.dropout = {7, 3, 0};
    call.scratch = &scratch;
    step(node().op, call);
  }

  double loss(const std::vector<float>& weights) {
    run_forward();
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) sum += static_cast<double>(weights[i]) * output()[i];
    return sum;
  }

  void check_input(std::size_t number, const std::vector<float>& weights) {
    constexpr float kStep = 4e-3F;
    std::size_t checked = 0;
    for (std::size_t i = 0; i < input(number).size(); ++i) {
      const float old = input(number)[i];
      const double middle = loss(weights);
      input(number)[i] = old + kStep;
      const double above = loss(weights);
      input(number)[i] = old - kStep;
      const double below = loss(weights);
      input(number)[i] = old;
      const double right = (above - middle) / static_cast<double>(kStep);
      const double left = (middle - below) / static_cast<double>(kStep);
      if (std::abs(right - left) > 0.02 * (1.0 + std::abs(right))) continue;
      const double numeric = 0.5 * (right + left);
      ++checked;
      // A kink too weak to be left out moves one of the two differences, not the gradient.
      const double tolerance = 4e-3 * (1.0 + std::abs(numeric)) + 0.5 * std::abs(right - left);
      EXPECT_NEAR(input_gradient(number)[i], numeric, tolerance) << "input " << number << ", element " << i;
    }
    EXPECT_GE(checked * 10, input(number).size() * 8) << "too many elements lie at a kink";
  }

  std::int64_t samples_;
  graph::Graph graph_;
  std::vector<std::vector<float>> values_, gradients_;
};

}  // namespace mote::trainer::test
