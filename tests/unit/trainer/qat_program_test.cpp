// Programs with a simulation: the fused one against the reference, and both against the int8 graph that they simulate.
#include <gtest/gtest.h>

#include <cstring>

#include "fused_graphs.h"
#include "mote/base/error.h"
#include "mote/quant/calibrate.h"
#include "mote/quant/fold.h"
#include "mote/trainer/float_runner.h"
#include "program_samples.h"
#include "qat/simulation.h"

namespace mote::trainer {
namespace {

using test::distance;
using test::Samples;

// A program with a simulation that begins with the ranges of a batch.
struct Simulated {
  std::unique_ptr<Simulation> simulation;
  std::unique_ptr<Program> program;
};

template <class Make>
Simulated simulated(const graph::Graph& graph, const QatSettings& settings, ThreadPool& pool, Make&& make) {
  Simulated result;
  result.simulation = std::make_unique<Simulation>(graph, settings, QatTarget{});
  result.program = make(graph, 20, pool, result.simulation.get());
  if (!result.program) return result;
  const Samples data(graph, 16, 11);
  quant::CalibrationSettings calibration;
  calibration.method = quant::RangeMethod::kMinMax;
  const auto ranges =
      quant::calibrate(result.simulation->lowered(), *make_float_runner(pool), data.inputs, 16, calibration);
  result.simulation->start(ranges, result.simulation->state_of(result.program->statistics()));
  return result;
}

Batch frozen(Batch batch) {
  batch.frozen_norms = batch.frozen_ranges = true;
  return batch;
}

class QatPrograms : public testing::TestWithParam<const fused::Kernels*> {
 protected:
  void SetUp() override { fused::override_kernels(GetParam()); }
  void TearDown() override { fused::override_kernels(nullptr); }
};
INSTANTIATE_TEST_SUITE_P(InstructionSets, QatPrograms, testing::ValuesIn(test::kernels_of_this_cpu()),
                         [](const auto& info) { return std::string(info.param->name); });

// Small networks that can be exported.
std::vector<test::NamedGraph> exportable_graphs() {
  std::vector<test::NamedGraph> graphs = test::small_graphs();
  std::erase_if(graphs, [](const test::NamedGraph& named) {
    try {
      quant::fold(initialize(named.graph, 1));
      return false;
    } catch (const Error&) {
      return true;
    }
  });
  return graphs;
}

// A value that lies between two integers may round otherwise: sums are exact here and not there. Hence the distances.
void compare(const graph::Graph& plain, const QatSettings& settings) {
  const graph::Graph graph = test::shaken(plain);
  ThreadPool pool(2);
  const Simulated fused = simulated(graph, settings, pool, make_fused_program);
  const Simulated reference = simulated(graph, settings, pool, make_reference_program);
  ASSERT_NE(fused.program, nullptr);
  for (std::uint64_t step = 0; step < 3; ++step) {
    const Samples data(graph, 9, step);
    Batch batch = step < 2 ? data.batch(step) : frozen(data.batch(step));
    batch.learning_rate = 0.01;
    const StepResult got = fused.program->step(batch), wanted = reference.program->step(batch);
    EXPECT_NEAR(got.loss, wanted.loss, 2e-2 * std::max(1.0, wanted.loss));
    for (const ParameterSlot& slot : fused.program->parameter_slots()) {
      const auto first = static_cast<std::size_t>(slot.offset), count = static_cast<std::size_t>(slot.count);
      const double off = distance(fused.program->gradients().subspan(first, count),
                                  reference.program->gradients().subspan(first, count));
      EXPECT_TRUE(off < 0.03) << "step " << step << ", gradient of " << graph.tensor(slot.tensor).name << ": " << off;
    }
    EXPECT_LT(distance(fused.program->statistics(), reference.program->statistics()), 2e-3) << "step " << step;
  }
  const Samples data(graph, 25, 9);
  std::vector<float> got(data.targets.size()), wanted(data.targets.size());
  fused.program->infer(data.inputs, 25, got);
  reference.program->infer(data.inputs, 25, wanted);
  EXPECT_LT(distance(got, wanted), 0.02);
}

TEST_P(QatPrograms, AgreeOnEveryKindOfBlock) {
  for (const test::NamedGraph& named : exportable_graphs()) {
    SCOPED_TRACE(named.name);
    compare(named.graph, {});
  }
}

TEST_P(QatPrograms, AgreeOnLearnedSteps) {
  QatSettings settings;
  settings.observer = RangeObserver::kLearned;
  for (const test::NamedGraph& named : exportable_graphs()) {
    SCOPED_TRACE(named.name);
    compare(named.graph, settings);
  }
}

TEST_P(QatPrograms, GiveTheSameBitsOnAnyNumberOfThreads) {
  const graph::Graph graph = test::shaken(test::small_graphs()[4].graph);
  std::vector<std::vector<float>> gradients, statistics;
  for (int threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    const Simulated fused = simulated(graph, {}, pool, make_fused_program);
    for (std::uint64_t step = 0; step < 2; ++step) {
      const Samples data(graph, 9, step);
      fused.program->step(data.batch(step));
    }
    const auto g = fused.program->gradients();
    const auto s = fused.program->statistics();
    gradients.emplace_back(g.begin(), g.end());
    statistics.emplace_back(s.begin(), s.end());
  }
  for (std::size_t i = 1; i < gradients.size(); ++i) {
    EXPECT_EQ(gradients[i], gradients[0]);
    EXPECT_EQ(statistics[i], statistics[0]);
  }
}

}  // namespace
}  // namespace mote::trainer
