#include <gtest/gtest.h>

#include <cmath>

#include "loss.h"
#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "mote/trainer/float_runner.h"
#include "mote/trainer/initialize.h"
#include "parameter_layout.h"
#include "program.h"
#include "synthetic_source.h"
#include "targets.h"

namespace mote::trainer {
namespace {

// One batch with smoothed targets and unequal weights.
struct BatchValues {
  std::vector<float> inputs, targets, weights;
  Batch batch;

  BatchValues(std::int64_t samples, std::int64_t elements, std::int32_t classes) {
    Rng rng = Rng::derive(3, "batch");
    std::vector<std::int32_t> labels;
    for (std::int64_t n = 0; n < samples; ++n) {
      labels.push_back(static_cast<std::int32_t>(n % classes));
      weights.push_back(static_cast<float>(rng.uniform(0.5, 2.0)));
    }
    inputs.resize(static_cast<std::size_t>(samples * elements));
    for (float& value : inputs) value = static_cast<float>(rng.normal());
    targets.resize(static_cast<std::size_t>(samples * classes));
    fill_targets(labels, classes, 0.1, targets);
    batch.samples = samples;
    batch.inputs = inputs;
    batch.targets = targets;
    batch.weights = weights;
    batch.step = 2;
    batch.seed = 9;
  }
};

TEST(ReferenceProgram, GradientsOfAWholeNetworkEqualFiniteDifferencesOfItsLoss) {
  ThreadPool pool(2);
  const auto graph = initialize(test::small_conv_net(3), 1);
  const auto program = make_reference_program(graph, 10, pool);
  const BatchValues values(10, 30, 3);
  program->step(values.batch);
  const std::vector<float> gradients(program->gradients().begin(), program->gradients().end());
  constexpr float kStep = 2e-3F;
  std::size_t good = 0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    float& parameter = program->parameters()[i];
    const float old = parameter;
    parameter = old + kStep;
    const double above = program->step(values.batch).loss;
    parameter = old - kStep;
    const double below = program->step(values.batch).loss;
    parameter = old;
    const double numeric = (above - below) / (2.0 * static_cast<double>(kStep));
    good += std::abs(numeric - static_cast<double>(gradients[i])) < 2e-3 + 0.02 * std::abs(numeric) ? 1 : 0;
  }
  // A ReLU mask that flips within the step spoils a difference now and then.
  EXPECT_GT(good, gradients.size() * 95 / 100);
}

TEST(ReferenceProgram, GivesTheSameBitsOnAnyNumberOfThreads) {
  const auto graph = initialize(test::small_conv_net(3), 1);
  const BatchValues values(11, 30, 3);
  std::vector<float> first;
  for (int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    const auto program = make_reference_program(graph, 11, pool);
    program->step(values.batch);
    const std::vector<float> gradients(program->gradients().begin(), program->gradients().end());
    if (first.empty()) first = gradients;
    EXPECT_EQ(gradients, first) << threads << " threads";
  }
}

TEST(ReferenceProgram, TakesBatchesSmallerThanItsShards) {
  ThreadPool pool(1);
  const auto program = make_reference_program(initialize(test::small_conv_net(3), 1), 8, pool);
  const BatchValues values(2, 30, 3);
  EXPECT_TRUE(std::isfinite(program->step(values.batch).loss));
}

TEST(ReferenceProgram, InfersAsTheFloatRunnerDoesWhateverTheBatch) {
  ThreadPool pool(2);
  const auto graph = initialize(test::small_conv_net(3), 1);
  const BatchValues values(23, 30, 3);
  const auto wanted = predict(graph, values.inputs, 23, pool);
  for (std::int64_t max_batch : {1, 4, 10}) {
    const auto program = make_reference_program(graph, max_batch, pool);
    std::vector<float> outputs(wanted.size());
    program->infer(values.inputs, 23, outputs);
    EXPECT_EQ(outputs, wanted);
  }
}

TEST(ReferenceProgram, CountsLossAndHitsOfTheBatch) {
  ThreadPool pool(1);
  graph::GraphBuilder b("bare");
  const auto x = b.input("x", {1, 2});
  const auto same = b.node("same", graph::Dense{}, {x, b.constant("w", {2, 2}, std::vector<float>{1, 0, 0, 1})});
  b.output(b.node("y", graph::Softmax{}, {same}));
  const auto program = make_reference_program(b.build(), 2, pool);
  Batch batch;
  const std::vector<float> inputs{0, 0, 0, std::log(3.0F)}, targets{1, 0, 0, 1}, weights{1, 3};
  batch.samples = 2;
  batch.inputs = inputs;
  batch.targets = targets;
  batch.weights = weights;
  const StepResult result = program->step(batch);
  EXPECT_NEAR(result.loss, (std::log(2.0) + 3.0 * std::log(4.0 / 3.0)) / 4.0, 1e-6);
  EXPECT_EQ(result.correct, 2);  // the first of equal outputs counts as the largest
}

TEST(ReferenceProgram, RefusesANetworkOfTwoInputs) {
  ThreadPool pool(1);
  graph::GraphBuilder b("two");
  const auto x = b.input("x", {1, 2});
  const auto y = b.input("y", {1, 2});
  b.output(b.node("z", graph::Softmax{}, {b.node("sum", graph::Binary{}, {x, y})}));
  EXPECT_THROW(make_reference_program(b.build(), 2, pool), Error);
}

TEST(ReferenceProgram, RefusesANetworkWithNothingToTrain) {
  ThreadPool pool(1);
  graph::GraphBuilder b("bare");
  b.output(b.node("y", graph::Softmax{}, {b.input("x", {1, 2})}));
  EXPECT_THROW(make_reference_program(b.build(), 2, pool), Error);
}

TEST(ParameterLayout, ListsTensorsInOrderAndTellsWeightsThatDecay) {
  const auto graph = test::small_conv_net(3);
  const ParameterLayout layout = lay_out_parameters(graph);
  std::vector<std::string> parameters, decaying, statistics;
  std::int64_t offset = 0;
  for (const auto& slot : layout.parameters) {
    EXPECT_EQ(slot.offset, offset);
    offset += slot.count;
    parameters.push_back(graph.tensor(slot.tensor).name);
    if (slot.decays) decaying.push_back(parameters.back());
  }
  for (const auto& slot : layout.statistics) statistics.push_back(graph.tensor(slot.tensor).name);
  EXPECT_EQ(parameters, (std::vector<std::string>{"conv.w", "conv.b", "conv.gamma", "conv.beta", "dw.w", "dw.gamma",
                                                  "dw.beta", "dense.w", "dense.b"}));
  EXPECT_EQ(decaying, (std::vector<std::string>{"conv.w", "dw.w", "dense.w"}));
  EXPECT_EQ(statistics, (std::vector<std::string>{"conv.mean", "conv.variance", "dw.mean", "dw.variance"}));
}

TEST(CrossEntropy, StaysFiniteWhereAProbabilityIsZero) {
  const std::vector<float> probabilities{0, 1}, targets{1, 0};
  EXPECT_NEAR(cross_entropy(probabilities, targets), 87.3, 0.1);
}

}  // namespace
}  // namespace mote::trainer
