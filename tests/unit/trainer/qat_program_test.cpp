// Programs with a simulation: the fused one against the reference, and both against the int8 graph that they simulate.
#include <gtest/gtest.h>

#include <cstring>

#include "fused_graphs.h"
#include "mote/base/error.h"
#include "mote/plan/host_runner.h"
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
Simulated simulated(const graph::Graph& graph, const QatSettings& settings, ThreadPool& pool, Make&& make,
                    const QatTarget& target = {}) {
  Simulated result;
  result.simulation = std::make_unique<Simulation>(graph, settings, target);
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
void compare(const graph::Graph& plain, const QatSettings& settings, const QatTarget& target = {}) {
  const graph::Graph graph = test::shaken(plain);
  ThreadPool pool(2);
  const Simulated fused = simulated(graph, settings, pool, make_fused_program, target);
  const Simulated reference = simulated(graph, settings, pool, make_reference_program, target);
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

TEST_P(QatPrograms, AgreeOnOtherNumberTypes) {
  const graph::Graph plain = test::small_graphs()[4].graph;
  QatTarget target;
  const std::size_t nodes = target.lower(initialize(plain, 1)).nodes.size();
  for (quant::WeightType type : {quant::WeightType::kInt4, quant::WeightType::kTernary, quant::WeightType::kBinary}) {
    SCOPED_TRACE(enum_name(type));
    target.quantize.weights.assign(nodes, type);
    compare(plain, {}, target);
  }
  target.quantize.weights.clear();
  target.quantize.activations = quant::ActivationType::kInt16;
  compare(plain, {}, target);
}

TEST_P(QatPrograms, AgreeWhereTheyRoundAsTheKernels) {
  QatSettings settings;
  settings.exact_rounding = true;
  for (const test::NamedGraph& named : exportable_graphs()) {
    SCOPED_TRACE(named.name);
    compare(named.graph, settings);
  }
}

// The logits that the runtime's kernels compute, as the softmax of their real values.
std::vector<float> kernel_outputs(const graph::Graph& quantized, const std::vector<float>& inputs,
                                  std::size_t samples) {
  plan::HostRunner runner(quantized);
  const graph::Node& softmax = quantized.nodes.back();
  const graph::Quant logits = quantized.tensor(softmax.inputs[0]).quant, in = runner.model().input_quant();
  std::vector<std::int8_t> input(inputs.size() / samples);
  std::vector<float> outputs;
  for (std::size_t n = 0; n < samples; ++n) {
    for (std::size_t i = 0; i < input.size(); ++i) {
      const double steps = static_cast<double>(inputs[n * input.size() + i]) / static_cast<double>(in.scales[0]);
      input[i] = static_cast<std::int8_t>(quant::round_clamped(steps + in.zero_points[0], -128, 127));
    }
    runner.run(input, [&](graph::TensorId id, std::span<const std::int8_t> values) {
      if (id != softmax.inputs[0]) return;
      float total = 0;
      const std::size_t first = outputs.size();
      for (std::int8_t value : values) {
        outputs.push_back(std::exp(logits.scales[0] * static_cast<float>(value - logits.zero_points[0])));
        total += outputs.back();
      }
      for (std::size_t i = first; i < outputs.size(); ++i) outputs[i] /= total;
    });
  }
  return outputs;
}

// Batch norms and ReLUs that are layers of their own round in float.
bool has_lone_layers(const graph::Graph& graph, const Simulation& simulation) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const graph::Node& node) {
    const bool is_small =
        std::holds_alternative<graph::BatchNorm>(node.op) || std::holds_alternative<graph::Unary>(node.op);
    return is_small && simulation.is_layer(node);
  });
}

// Logits differ by whole steps or not at all.
TEST_P(QatPrograms, AnswerWhatTheKernelsAnswerWhereTheyRoundAsThese) {
  QatSettings settings;
  settings.exact_rounding = true;
  for (const test::NamedGraph& named : exportable_graphs()) {
    SCOPED_TRACE(named.name);
    const graph::Graph graph = test::shaken(named.graph);
    ThreadPool pool(2);
    const Samples data(graph, 20, 5);
    for (auto make : {make_fused_program, make_reference_program}) {
      const Simulated network = simulated(graph, settings, pool, make);
      if (has_lone_layers(graph, *network.simulation)) continue;
      std::vector<float> got(data.targets.size());
      network.program->infer(data.inputs, 20, got);
      const std::vector<float> wanted = kernel_outputs(network.simulation->quantized(), data.inputs, 20);
      ASSERT_EQ(got.size(), wanted.size());
      for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-5) << i;
    }
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
