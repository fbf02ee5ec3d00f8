// The fused program against the reference program: one step of every kind of block, on every instruction set of this
// CPU.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "fused_graphs.h"
#include "mote/graph/zoo.h"
#include "mote/trainer/initialize.h"
#include "program.h"
#include "program_samples.h"

namespace mote::trainer {
namespace {

using test::distance;
using test::kernels_of_this_cpu;
using test::Samples;
using test::shaken;

void expect_close(const char* what, const graph::Graph& graph, const std::vector<ParameterSlot>& slots,
                  std::span<const float> fused, std::span<const float> reference) {
  ASSERT_EQ(fused.size(), reference.size());
  for (const ParameterSlot& slot : slots) {
    const auto first = static_cast<std::size_t>(slot.offset), count = static_cast<std::size_t>(slot.count);
    const double off = distance(fused.subspan(first, count), reference.subspan(first, count));
    EXPECT_TRUE(off < 2e-4) << what << " of " << graph.tensor(slot.tensor).name << " is off by " << off;
  }
}

void compare_programs(const graph::Graph& plain, std::int64_t samples, int threads) {
  const graph::Graph graph = shaken(plain);
  ThreadPool pool(threads);
  const auto fused = make_fused_program(graph, samples + 3, pool);
  const auto reference = make_reference_program(graph, samples + 3, pool);
  ASSERT_NE(fused, nullptr);
  for (std::uint64_t step = 0; step < 2; ++step) {
    const Samples data(graph, samples, step);
    const StepResult got = fused->step(data.batch(step)), wanted = reference->step(data.batch(step));
    EXPECT_NEAR(got.loss, wanted.loss, 1e-4 * std::max(1.0, wanted.loss));
    EXPECT_EQ(got.correct, wanted.correct);
    expect_close("gradient", graph, fused->parameter_slots(), fused->gradients(), reference->gradients());
    expect_close("statistic", graph, fused->statistic_slots(), fused->statistics(), reference->statistics());
  }
  const Samples data(graph, 2 * samples + 5, 9);
  std::vector<float> got(data.targets.size()), wanted(data.targets.size());
  fused->infer(data.inputs, 2 * samples + 5, got);
  reference->infer(data.inputs, 2 * samples + 5, wanted);
  EXPECT_LT(distance(got, wanted), 1e-4);
}

class FusedProgram : public testing::TestWithParam<const fused::Kernels*> {
 protected:
  void SetUp() override { fused::override_kernels(GetParam()); }
  void TearDown() override { fused::override_kernels(nullptr); }
};
INSTANTIATE_TEST_SUITE_P(InstructionSets, FusedProgram, testing::ValuesIn(kernels_of_this_cpu()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(FusedProgram, AgreesWithTheReferenceOnEveryKindOfBlock) {
  for (const test::NamedGraph& named : test::small_graphs()) {
    SCOPED_TRACE(named.name);
    compare_programs(named.graph, 7, 2);
  }
}

TEST_P(FusedProgram, AgreesWithTheReferenceOnALossWithATeacher) {
  const graph::Graph graph = shaken(test::small_graphs().front().graph);
  ThreadPool pool(2);
  const auto fused = make_fused_program(graph, 11, pool);
  const auto reference = make_reference_program(graph, 11, pool);
  Samples data(graph, 11, 1);
  const double taught = fused->step(data.taught_batch()).loss;
  EXPECT_NEAR(taught, reference->step(data.taught_batch()).loss, 1e-4);
  expect_close("gradient", graph, fused->parameter_slots(), fused->gradients(), reference->gradients());
  EXPECT_NE(taught, fused->step(data.batch()).loss);
}

TEST_P(FusedProgram, TakesASingleSample) {
  for (const test::NamedGraph& named : test::small_graphs()) {
    SCOPED_TRACE(named.name);
    // Batch norm of one row has no gradient to speak of: networks without a map would compare noise.
    if (named.graph.tensor(named.graph.inputs.front()).shape.size() > 2) compare_programs(named.graph, 1, 1);
  }
}

TEST_P(FusedProgram, TakesALargeBatch) {
  compare_programs(test::small_graphs()[8].graph, 100, 2);
}

TEST_P(FusedProgram, TakesEveryArchitecture) {
  for (const std::string& name : graph::architecture_names()) {
    SCOPED_TRACE(name);
    graph::ArchitectureSettings settings;
    settings.name = name;
    settings.width = 0.25;
    settings.depth = 2;
    compare_programs(graph::build_architecture(settings, {1, 20, 10, 1}, 4), 9, 2);
  }
}

struct Outcome {
  StepResult result;
  std::vector<float> gradients, statistics, outputs;
};

Outcome run_on(const graph::Graph& graph, int threads) {
  ThreadPool pool(threads);
  const auto program = make_fused_program(graph, 10, pool);
  const Samples data(graph, 10, 1);
  Outcome run;
  for (std::uint64_t step = 0; step < 2; ++step) run.result = program->step(data.batch(step));
  run.gradients.assign(program->gradients().begin(), program->gradients().end());
  run.statistics.assign(program->statistics().begin(), program->statistics().end());
  run.outputs.resize(data.targets.size());
  program->infer(data.inputs, 10, run.outputs);
  return run;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

TEST_P(FusedProgram, GivesTheSameBitsOnAnyNumberOfThreads) {
  for (const test::NamedGraph& named : test::small_graphs()) {
    SCOPED_TRACE(named.name);
    const graph::Graph graph = shaken(named.graph);
    const Outcome one = run_on(graph, 1);
    for (int threads : {2, 3, 4, 6}) {
      const Outcome many = run_on(graph, threads);
      EXPECT_EQ(one.result.loss, many.result.loss);
      EXPECT_TRUE(same_bits(one.gradients, many.gradients)) << threads << " threads";
      EXPECT_TRUE(same_bits(one.statistics, many.statistics)) << threads << " threads";
      EXPECT_TRUE(same_bits(one.outputs, many.outputs)) << threads << " threads";
    }
  }
}

TEST_P(FusedProgram, InfersTheSameForASampleInAnyCompany) {
  const graph::Graph graph = shaken(test::small_graphs()[4].graph);
  ThreadPool pool(2);
  const auto program = make_fused_program(graph, 8, pool);
  const Samples data(graph, 11, 5);
  std::vector<float> all(data.targets.size()), one(all.size() / 11);
  program->infer(data.inputs, 11, all);
  const std::size_t elements = data.inputs.size() / 11;
  for (std::size_t n = 0; n < 11; ++n) {
    program->infer(std::span(data.inputs).subspan(n * elements, elements), 1, one);
    EXPECT_EQ(std::memcmp(one.data(), all.data() + n * one.size(), one.size() * sizeof(float)), 0) << n;
  }
}

TEST(FusedProgramBorders, LeavesGraphsItCannotTakeToTheReference) {
  ThreadPool pool(1);
  test::Layers softmax_inside({1, 6});
  softmax_inside.dense(5).op(graph::Softmax{});
  EXPECT_EQ(make_fused_program(initialize(softmax_inside.classes(2), 1), 4, pool), nullptr);
  test::Layers mean_of_channels({1, 4, 4, 3});
  graph::Reduce mean;
  mean.axes = {3};
  mean_of_channels.conv(5, 1, 1).op(mean);
  EXPECT_EQ(make_fused_program(initialize(mean_of_channels.classes(2), 1), 4, pool), nullptr);
}

TEST(FusedProgramBorders, ShowsANotANumberInTheLoss) {
  ThreadPool pool(1);
  const graph::Graph graph = shaken(test::small_graphs()[3].graph);
  const auto program = make_fused_program(graph, 4, pool);
  Samples data(graph, 4, 1);
  data.inputs[0] = std::nanf("");
  EXPECT_TRUE(std::isnan(program->step(data.batch()).loss));
}

}  // namespace
}  // namespace mote::trainer
