#include <algorithm>
#include <cmath>

#include "../make_program.h"
#include "../training_kind.h"
#include "mote/base/error.h"
#include "mote/quant/calibrate.h"
#include "mote/trainer/float_runner.h"
#include "simulation.h"

namespace mote::trainer {
namespace {

constexpr std::int64_t kCalibrationSamples = 200;

TrainSettings loop_settings(const TrainSettings& train, const QatSettings& settings) {
  TrainSettings result = train;
  result.epochs = settings.epochs;
  result.learning_rate = train.learning_rate * settings.learning_rate_share;
  result.schedule = Schedule::kCosine;
  result.final_rate_share = 0;
  result.warmup_epochs = 0;
  return result;
}

// The first samples of the first epoch.
std::vector<float> calibration_inputs(BatchSource& source) {
  const std::int64_t count = std::min(kCalibrationSamples, source.train_size());
  std::vector<float> inputs(static_cast<std::size_t>(count * source.sample_elements()));
  std::vector<std::int32_t> labels(static_cast<std::size_t>(count));
  std::vector<float> weights(labels.size());
  source.begin_epoch(0);
  source.fill({0, inputs, labels, weights});
  return inputs;
}

class QatTraining final : public TrainingKind {
 public:
  QatTraining(const graph::Graph& graph, BatchSource& source, const QatSettings& settings, const QatTarget& target)
      : source_(source), settings_(settings), target_(target), simulation_(graph, settings, target) {}

  std::unique_ptr<Program> make_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool) override {
    auto program = trainer::make_program(graph, max_batch, pool, &simulation_);
    const std::vector<float> inputs = calibration_inputs(source_);
    const auto samples = static_cast<std::int64_t>(inputs.size()) / source_.sample_elements();
    const auto runner = make_float_runner(pool);
    const auto ranges = quant::calibrate(simulation_.lowered(), *runner, inputs, samples, first_ranges());
    simulation_.start(ranges, simulation_.state_of(program->statistics()));
    return program;
  }

  void before_step(std::int32_t epoch, Batch& batch) override {
    const double share = static_cast<double>(epoch) / settings_.epochs;
    batch.frozen_norms = batch.frozen_ranges = share >= settings_.freeze_share;
  }

  void infer(Program& program, std::span<const float> inputs, std::int64_t samples, std::span<float> outputs) override {
    if (!target_.run_quantized) return program.infer(inputs, samples, outputs);
    simulation_.update(program.parameters(), program.statistics());
    target_.run_quantized(simulation_.quantized(), inputs, samples, outputs);
  }

  void selected(std::span<const float> statistics) override { selected_.assign(statistics.begin(), statistics.end()); }

  void finish(QatResult& result) {
    result.lowered = target_.lower(result.training.graph);
    result.ranges = simulation_.ranges(simulation_.state_of(selected_));
    result.quantized = quant::quantize(result.lowered, result.ranges, target_.quantize);
  }

 private:
  // Those that the observer would come to; learned steps start where the squared error is least.
  quant::CalibrationSettings first_ranges() const {
    quant::CalibrationSettings calibration;
    calibration.percentile = settings_.percentile;
    if (settings_.observer == RangeObserver::kMovingAverage) calibration.method = quant::RangeMethod::kMinMax;
    if (settings_.observer == RangeObserver::kPercentile) calibration.method = quant::RangeMethod::kPercentile;
    return calibration;
  }

  BatchSource& source_;
  const QatSettings& settings_;
  const QatTarget& target_;
  Simulation simulation_;
  std::vector<float> selected_;  // statistics
};

}  // namespace

QatResult train_qat(const graph::Graph& graph, BatchSource& source, const TrainSettings& train,
                    const QatSettings& settings, const QatTarget& target, const TrainIo& io) {
  settings.validate();
  train.validate();
  if (settings.exact_rounding && target.quantize.activations != quant::ActivationType::kInt8) {
    throw Error(ErrorCode::kUnsupported, "[qat] exact_rounding wanted int8 activations, got int16: leave it off");
  }
  QatTraining kind(graph, source, settings, target);
  QatResult result;
  result.training = run_training(graph, source, loop_settings(train, settings), io, kind);
  kind.finish(result);
  return result;
}

}  // namespace mote::trainer
