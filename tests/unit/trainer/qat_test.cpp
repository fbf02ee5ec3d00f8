// Quantization-aware training as a whole: what is reported is what is exported.
#include "mote/trainer/qat.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "loss.h"
#include "mote/base/error.h"
#include "mote/graph/text.h"
#include "mote/plan/host_runner.h"
#include "mote/quant/pointwise.h"
#include "mote/trainer/initialize.h"
#include "synthetic_source.h"

namespace mote::trainer {
namespace {

// The runtime's own kernels, as a device runs them.
void run_on_host(const graph::Graph& quantized, std::span<const float> inputs, std::int64_t samples,
                 std::span<float> outputs) {
  plan::HostRunner runner(quantized);
  const graph::Quant in = runner.model().input_quant(), out = runner.model().output_quant();
  const auto in_count = inputs.size() / static_cast<std::size_t>(samples);
  const auto out_count = outputs.size() / static_cast<std::size_t>(samples);
  std::vector<std::int8_t> input(in_count), output(out_count);
  for (std::size_t n = 0; n < static_cast<std::size_t>(samples); ++n) {
    for (std::size_t i = 0; i < in_count; ++i) {
      const double steps = static_cast<double>(inputs[n * in_count + i]) / static_cast<double>(in.scales[0]);
      input[i] = static_cast<std::int8_t>(quant::round_clamped(steps + in.zero_points[0], -128, 127));
    }
    runner.run(input, output);
    for (std::size_t i = 0; i < out_count; ++i) {
      outputs[n * out_count + i] = out.scales[0] * static_cast<float>(output[i] - out.zero_points[0]);
    }
  }
}

double accuracy(std::span<const float> outputs, const ValidationSet& set) {
  const std::size_t classes = outputs.size() / set.labels.size();
  double correct = 0;
  for (std::size_t n = 0; n < set.labels.size(); ++n) {
    correct += largest(outputs.subspan(n * classes, classes)) == set.labels[n] ? 1 : 0;
  }
  return correct / static_cast<double>(set.labels.size());
}

TrainSettings quick() {
  TrainSettings settings;
  settings.epochs = 4;
  settings.batch = 16;
  settings.learning_rate = 0.01;
  return settings;
}

QatSettings quick_qat() {
  QatSettings settings;
  settings.epochs = 4;
  settings.learning_rate_share = 1;
  return settings;
}

class Qat : public testing::Test {
 protected:
  QatResult train_from(const graph::Graph& graph, const QatTarget& target = {}) {
    return train_qat(graph, source_, quick(), settings_, target, io());
  }
  TrainIo io() { return {pool_, null_log(), checkpoint_, "key", {}, nullptr}; }
  graph::Graph initialized() const { return initialize(test::small_conv_net(3), 1); }

  ThreadPool pool_{2};
  test::SyntheticSource source_{30, 3, 96, 60, 1.0};
  QatSettings settings_ = quick_qat();
  std::filesystem::path checkpoint_;
};

TEST_F(Qat, ReportsTheAccuracyOfTheGraphThatItExports) {
  QatTarget target;
  target.run_quantized = run_on_host;
  settings_.epochs = 12;
  const QatResult result = train_from(initialized(), target);
  const ValidationSet set = source_.validation();
  std::vector<float> outputs(set.labels.size() * 3);
  run_on_host(result.quantized, set.inputs, static_cast<std::int64_t>(set.labels.size()), outputs);
  const EpochRecord& best = result.training.history[static_cast<std::size_t>(result.training.best_epoch)];
  EXPECT_EQ(accuracy(outputs, set), best.validation_accuracy);
  EXPECT_GT(best.validation_accuracy, 0.6);
}

TEST_F(Qat, SimulatesWhatTheKernelsAnswer) {
  settings_.exact_rounding = true;
  const QatResult simulated = train_from(initialized());
  const ValidationSet set = source_.validation();
  std::vector<float> outputs(set.labels.size() * 3);
  run_on_host(simulated.quantized, set.inputs, static_cast<std::int64_t>(set.labels.size()), outputs);
  const EpochRecord& best = simulated.training.history[static_cast<std::size_t>(simulated.training.best_epoch)];
  EXPECT_EQ(accuracy(outputs, set), best.validation_accuracy);
}

TEST_F(Qat, ExportsWhatQuantMakesOfItsGraphAndRanges) {
  QatTarget target;
  target.lower = [](const graph::Graph& trained) { return quant::dense_to_pointwise(quant::fold(trained)); };
  const QatResult result = train_from(initialized(), target);
  const graph::Graph again = quant::quantize(target.lower(result.training.graph), result.ranges, target.quantize);
  EXPECT_EQ(graph::print(again), graph::print(result.quantized));
  EXPECT_EQ(graph::print(target.lower(result.training.graph)), graph::print(result.lowered));
}

TEST_F(Qat, GoesOnFromItsCheckpointToTheSameBytes) {
  for (RangeObserver observer : {RangeObserver::kMovingAverage, RangeObserver::kPercentile, RangeObserver::kLearned}) {
    settings_.observer = observer;
    checkpoint_.clear();
    const QatResult whole = train_from(initialized());
    checkpoint_ = std::filesystem::path(testing::TempDir()) / "qat.ckpt";
    std::filesystem::remove(checkpoint_);
    std::atomic<bool> stop = false;
    TrainIo interrupted = io();
    interrupted.stop = &stop;
    interrupted.on_epoch = [&](const EpochRecord& record) { stop = record.epoch == 1; };
    EXPECT_THROW(train_qat(initialized(), source_, quick(), settings_, {}, interrupted), Error);
    const QatResult resumed = train_from(initialized());
    EXPECT_EQ(graph::print(resumed.quantized), graph::print(whole.quantized));
  }
}

TEST_F(Qat, GivesTheSameBytesOnAnyNumberOfThreads) {
  const QatResult two = train_from(initialized());
  ThreadPool pool(1);
  TrainIo one{pool, null_log(), {}, {}, {}, nullptr};
  EXPECT_EQ(graph::print(train_qat(initialized(), source_, quick(), settings_, {}, one).quantized),
            graph::print(two.quantized));
}

TEST_F(Qat, LeavesFrozenStatisticsAlone) {
  settings_.freeze_share = 0;
  const graph::Graph graph = initialized();
  const QatResult result = train_from(graph);
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].name != "conv.mean" && graph.tensors[i].name != "dw.variance") continue;
    const auto before = graph::values<float>(graph.tensors[i]);
    const auto after = graph::values<float>(result.training.graph.tensors[i]);
    EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin())) << graph.tensors[i].name;
  }
}

TEST_F(Qat, RefusesSettingsOutOfRangeByName) {
  const auto refused = [&](const char* key, auto&& change) {
    QatSettings settings = quick_qat();
    change(settings);
    try {
      settings.validate();
      ADD_FAILURE() << key;
    } catch (const Error& error) {
      EXPECT_NE(error.message().find(key), std::string::npos) << error.message();
    }
  };
  refused("epochs", [](QatSettings& s) { s.epochs = 0; });
  refused("learning_rate_share", [](QatSettings& s) { s.learning_rate_share = 0; });
  refused("range_momentum", [](QatSettings& s) { s.range_momentum = 1; });
  refused("percentile", [](QatSettings& s) { s.percentile = 0.5; });
  refused("freeze_share", [](QatSettings& s) { s.freeze_share = 1.5; });
}

TEST_F(Qat, RefusesToRoundExactlyBeside16Bits) {
  settings_.exact_rounding = true;
  QatTarget target;
  target.quantize.activations = quant::ActivationType::kInt16;
  EXPECT_THROW(train_from(initialized(), target), Error);
}

TEST_F(Qat, RefusesALoweringThatLosesALayer) {
  QatTarget target;
  target.lower = [](const graph::Graph& trained) {
    graph::Graph lowered = quant::fold(trained);
    for (graph::Tensor& tensor : lowered.tensors) tensor.name += tensor.constant ? "'" : "";
    return lowered;
  };
  EXPECT_THROW(train_from(initialized(), target), Error);
}

TEST_F(Qat, RefusesAGraphOfWhichTwoTensorsHaveOneName) {
  graph::Graph graph = initialized();
  graph.tensors[1].name = graph.tensors[2].name;
  EXPECT_THROW(train_from(graph), Error);
}

}  // namespace
}  // namespace mote::trainer
