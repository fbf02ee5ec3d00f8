#include "mote/trainer/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "batch_maker.h"
#include "checkpoint.h"
#include "learning_rate.h"
#include "loss.h"
#include "make_program.h"
#include "mote/base/error.h"
#include "optimizer.h"
#include "parameter_layout.h"
#include "prefetcher.h"
#include "selection.h"
#include "training_hooks.h"
#include "training_kind.h"
#include "weight_average.h"

namespace mote::trainer {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void check_fit(const graph::Graph& graph, const BatchSource& source) {
  const std::int64_t in = graph.tensor(graph.inputs.front()).elements();
  const std::int64_t out = graph.tensor(graph.outputs.front()).elements();
  if (in != source.sample_elements()) {
    fail(
        fmt::format("[train] wanted samples of {} values, as the network takes, got {}", in, source.sample_elements()));
  }
  if (out != source.classes()) {
    fail(fmt::format("[train] wanted {} classes, as the network has outputs, got {}", out, source.classes()));
  }
}

void check_validation(const BatchSource& source, const TrainSettings& settings) {
  const ValidationSet set = source.validation();
  if (set.inputs.size() != set.labels.size() * static_cast<std::size_t>(source.sample_elements())) {
    fail(fmt::format("[train] wanted {} values for {} validation samples, got {}",
                     set.labels.size() * static_cast<std::size_t>(source.sample_elements()), set.labels.size(),
                     set.inputs.size()));
  }
  for (std::int32_t label : set.labels) {
    if (label < 0 || label >= source.classes()) {
      fail(fmt::format("[train] wanted validation labels in 0..{}, got {}", source.classes() - 1, label));
    }
  }
  if (!set.labels.empty()) return;
  if (settings.select == Select::kBest) {
    fail("[train] select = best wanted validation samples, got none: add a validation split or set select = last");
  }
  if (settings.patience_epochs > 0) {
    fail("[train] patience_epochs wanted validation samples, got none: add a validation split or set it to 0");
  }
}

std::vector<float> copy_of(std::span<const float> values) {
  return {values.begin(), values.end()};
}

void copy_to(std::span<const float> values, std::span<float> place) {
  std::copy(values.begin(), values.end(), place.begin());
}

class Training {
 public:
  Training(const graph::Graph& graph, BatchSource& source, const TrainSettings& settings, const TrainIo& io,
           TrainingKind& kind)
      : graph_(graph),
        source_(source),
        settings_(settings),
        io_(io),
        kind_(kind),
        maker_(source, settings),
        program_(kind.make_program(graph, maker_.largest_batch(), io.pool)),
        optimizer_(make_optimizer(settings, program_->parameter_slots())),
        prefetcher_([this](auto epoch, auto number, MadeBatch& batch) { maker_.make(epoch, number, batch); }) {}

  TrainResult run() {
    check_fit(graph_, source_);
    check_validation(source_, settings_);
    begin_hooks();
    start();
    while (state_.epoch < settings_.epochs && !out_of_patience(candidates(), settings_.patience_epochs)) run_epoch();
    report(total_steps(), {});
    return result();
  }

 private:
  bool averages() const { return settings_.ema_decay > 0; }
  std::int64_t total_steps() const { return maker_.batches() * settings_.epochs; }

  // Epochs whose weights may be kept, and the best of them.
  std::span<const EpochRecord> candidates() const {
    return std::span(state_.history).subspan(std::min(first_kept_, state_.history.size()));
  }
  const EpochRecord& best() const { return candidates()[best_index(candidates())]; }

  void begin_hooks();
  std::vector<float> hook_state() const;
  void restore_hooks();
  void start();
  void resume(TrainState&& state);
  void run_epoch();
  void run_step();
  void stop_if_asked();
  void end_epoch();
  void check_weights() const;
  void validate(EpochRecord& record);
  void save();
  void report(std::int64_t done, std::string_view note);
  std::string note(double loss) const;
  TrainResult result() const;

  const graph::Graph& graph_;
  BatchSource& source_;
  const TrainSettings& settings_;
  const TrainIo& io_;
  TrainingKind& kind_;
  BatchMaker maker_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<Optimizer> optimizer_;
  // Position, sums, history, averages and best weights live here; parameters, statistics and the optimizer's state in
  // program_ and optimizer_, and are copied here to be saved.
  TrainState state_;
  std::vector<float> outputs_;  // of the validation set
  std::size_t first_kept_ = 0;  // epoch
  Prefetcher prefetcher_;       // last: its thread uses maker_
};

void Training::begin_hooks() {
  const TrainingPlan plan{graph_,           program_->parameter_slots(), settings_.epochs,
                          maker_.batches(), maker_.largest_batch(),      io_.log};
  for (const auto& hook : io_.hooks) {
    hook->begin(plan, program_->parameters());
    hook->constrain(program_->parameters());
    first_kept_ = std::max(first_kept_, static_cast<std::size_t>(hook->first_kept_epoch()));
  }
}

// The states of all hooks, one after the other.
std::vector<float> Training::hook_state() const {
  std::vector<float> result;
  for (const auto& hook : io_.hooks) result.insert(result.end(), hook->state().begin(), hook->state().end());
  return result;
}

void Training::restore_hooks() {
  auto from = state_.hooks.begin();
  for (const auto& hook : io_.hooks) {
    const std::span<float> to = hook->state();
    std::copy_n(from, to.size(), to.begin());
    from += static_cast<std::ptrdiff_t>(to.size());
  }
}

void Training::start() {
  std::optional<TrainState> saved;
  if (!io_.checkpoint.empty()) saved = load_checkpoint(io_.checkpoint, io_.key, io_.log);
  if (saved) return resume(std::move(*saved));
  if (!averages()) return;
  state_.average_parameters = copy_of(program_->parameters());
  state_.average_statistics = copy_of(program_->statistics());
}

void Training::resume(TrainState&& state) {
  const bool fits = state.parameters.size() == program_->parameters().size() &&
                    state.statistics.size() == program_->statistics().size() &&
                    state.optimizer.size() == optimizer_->state().size() && state.hooks.size() == hook_state().size() &&
                    state.average_parameters.empty() != averages() &&
                    state.history.size() == static_cast<std::size_t>(state.epoch);
  if (!fits) {
    throw Error(ErrorCode::kCorrupt,
                fmt::format("[checkpoint] wanted the weights of this network in '{}', got others of the "
                            "same key: delete it and run again to train from the start",
                            io_.checkpoint.string()));
  }
  state_ = std::move(state);
  copy_to(state_.parameters, program_->parameters());
  copy_to(state_.statistics, program_->statistics());
  copy_to(state_.optimizer, optimizer_->state());
  restore_hooks();
  io_.log.info(fmt::format("training goes on from its checkpoint: epoch {} of {}", state_.epoch + 1, settings_.epochs));
  if (!io_.on_epoch) return;
  for (const EpochRecord& record : state_.history) io_.on_epoch(record);
}

void Training::run_epoch() {
  source_.begin_epoch(state_.epoch);
  prefetcher_.begin(state_.epoch, state_.batch, maker_.batches());
  while (state_.batch < maker_.batches()) {
    stop_if_asked();
    run_step();
    const bool is_due = settings_.checkpoint_every_steps > 0 && state_.batch % settings_.checkpoint_every_steps == 0;
    if (is_due && state_.batch < maker_.batches()) save();
  }
  end_epoch();
}

void Training::run_step() {
  Batch batch = prefetcher_.take().view();
  batch.seed = settings_.seed;
  batch.step = state_.updates;
  const double rate = learning_rate(settings_, static_cast<std::int64_t>(state_.updates), maker_.batches());
  batch.learning_rate = rate;
  kind_.before_step(state_.epoch, batch);
  for (const auto& hook : io_.hooks) hook->before_step(batch);
  const StepResult result = program_->step(batch);
  if (!std::isfinite(result.loss)) {
    fail(fmt::format(
        "[train] the loss became {} in epoch {}, step {}: check the features for nan, lower learning_rate ({}), or set "
        "gradient_clip_norm",
        result.loss, state_.epoch + 1, state_.batch + 1, settings_.learning_rate));
  }
  for (const auto& hook : io_.hooks) {
    hook->before_update(state_.updates, program_->parameters(), program_->gradients());
  }
  if (settings_.gradient_clip_norm > 0) clip_gradients(program_->gradients(), settings_.gradient_clip_norm);
  optimizer_->step(rate, state_.updates, program_->parameters(), program_->gradients());
  for (const auto& hook : io_.hooks) hook->constrain(program_->parameters());
  if (averages()) {
    update_average(state_.average_parameters, program_->parameters(), settings_.ema_decay, state_.updates);
    update_average(state_.average_statistics, program_->statistics(), settings_.ema_decay, state_.updates);
    for (const auto& hook : io_.hooks) hook->constrain(state_.average_parameters);
  }
  state_.sums.loss += result.loss * static_cast<double>(batch.samples);
  state_.sums.correct += result.correct;
  state_.sums.samples += batch.samples;
  ++state_.batch;
  ++state_.updates;
  const std::int64_t between = std::max<std::int64_t>(1, maker_.batches() / 50);
  if (state_.batch % between == 0) report(static_cast<std::int64_t>(state_.updates), note(result.loss));
}

void Training::stop_if_asked() {
  if (io_.stop == nullptr || !io_.stop->load(std::memory_order_relaxed)) return;
  if (!io_.checkpoint.empty()) save();
  const std::string_view advice = io_.checkpoint.empty() ? "no checkpoint is kept" : "run again to go on from here";
  throw Error(ErrorCode::kInterrupted,
              fmt::format("[train] stopped in epoch {} of {}: {}", state_.epoch + 1, settings_.epochs, advice));
}

// A ReLU hides a NaN behind a finite loss.
void Training::check_weights() const {
  const std::span<const float> weights = program_->parameters();
  for (const ParameterSlot& slot : program_->parameter_slots()) {
    const auto part = weights.subspan(static_cast<std::size_t>(slot.offset), static_cast<std::size_t>(slot.count));
    if (std::all_of(part.begin(), part.end(), [](float value) { return std::isfinite(value); })) continue;
    fail(
        fmt::format("[train] weights '{}' became nan or infinite in epoch {}: check the features for nan, lower "
                    "learning_rate ({}), or set gradient_clip_norm",
                    graph_.tensor(slot.tensor).name, state_.epoch + 1, settings_.learning_rate));
  }
}

void Training::end_epoch() {
  check_weights();
  EpochRecord record;
  record.epoch = state_.epoch;
  record.learning_rate = learning_rate(settings_, static_cast<std::int64_t>(state_.updates) - 1, maker_.batches());
  record.train_loss = state_.sums.loss / static_cast<double>(state_.sums.samples);
  record.train_accuracy = static_cast<double>(state_.sums.correct) / static_cast<double>(state_.sums.samples);
  validate(record);
  state_.history.push_back(record);
  state_.sums = {};
  state_.batch = 0;
  ++state_.epoch;
  const bool is_last = state_.epoch == settings_.epochs || out_of_patience(candidates(), settings_.patience_epochs);
  if (is_last || state_.epoch % settings_.checkpoint_every_epochs == 0) save();
  if (io_.on_epoch) io_.on_epoch(record);
}

// Judges the averaged weights where there are some, and keeps what was judged if it is the best so far.
void Training::validate(EpochRecord& record) {
  std::vector<float> parameters, statistics;
  if (averages()) {
    parameters = copy_of(program_->parameters());
    statistics = copy_of(program_->statistics());
    copy_to(state_.average_parameters, program_->parameters());
    copy_to(state_.average_statistics, program_->statistics());
  }
  const ValidationSet set = source_.validation();
  const auto classes = static_cast<std::size_t>(source_.classes());
  outputs_.resize(set.labels.size() * classes);
  kind_.infer(*program_, set.inputs, static_cast<std::int64_t>(set.labels.size()), outputs_);
  double loss = 0;
  std::int64_t correct = 0;
  std::vector<float> target(classes);
  for (std::size_t n = 0; n < set.labels.size(); ++n) {
    const std::span<const float> probabilities(outputs_.data() + n * classes, classes);
    std::fill(target.begin(), target.end(), 0.0F);
    target[static_cast<std::size_t>(set.labels[n])] = 1.0F;
    loss += cross_entropy(probabilities, target);
    correct += largest(probabilities) == set.labels[n] ? 1 : 0;
  }
  const auto samples = static_cast<double>(std::max<std::size_t>(1, set.labels.size()));
  record.validation_loss = loss / samples;
  record.validation_accuracy = static_cast<double>(correct) / samples;
  const bool keeps = settings_.select == Select::kLast || candidates().empty() || is_better(record, best());
  if (keeps) {
    state_.best_parameters = copy_of(program_->parameters());
    state_.best_statistics = copy_of(program_->statistics());
  }
  if (!averages()) return;
  copy_to(parameters, program_->parameters());
  copy_to(statistics, program_->statistics());
}

void Training::save() {
  if (io_.checkpoint.empty()) return;
  state_.parameters = copy_of(program_->parameters());
  state_.statistics = copy_of(program_->statistics());
  state_.optimizer = copy_of(optimizer_->state());
  state_.hooks = hook_state();
  save_checkpoint(io_.checkpoint, io_.key, state_);
}

void Training::report(std::int64_t done, std::string_view note) {
  io_.log.progress({"train", done, total_steps(), note});
}

std::string Training::note(double loss) const {
  if (state_.history.empty()) return fmt::format("epoch 1/{}  loss {:.3f}", settings_.epochs, loss);
  return fmt::format("epoch {}/{}  loss {:.3f}  val {:.1f} %", state_.epoch + 1, settings_.epochs, loss,
                     100.0 * state_.history.back().validation_accuracy);
}

TrainResult Training::result() const {
  TrainResult result;
  result.graph = graph_;
  write_constants(result.graph, program_->parameter_slots(), state_.best_parameters);
  write_constants(result.graph, program_->statistic_slots(), state_.best_statistics);
  kind_.selected(state_.best_statistics);
  graph::verify(result.graph, graph::Stage::kTrain);
  result.history = state_.history;
  const bool takes_best = settings_.select == Select::kBest;
  result.best_epoch = takes_best ? best().epoch : result.history.back().epoch;
  if (state_.epoch < settings_.epochs) result.ending = Ending::kOutOfPatience;
  return result;
}

}  // namespace

std::unique_ptr<Program> TrainingKind::make_program(const graph::Graph& graph, std::int64_t max_batch,
                                                    ThreadPool& pool) {
  return trainer::make_program(graph, max_batch, pool);
}

void TrainingKind::infer(Program& program, std::span<const float> inputs, std::int64_t samples,
                         std::span<float> outputs) {
  program.infer(inputs, samples, outputs);
}

TrainResult run_training(const graph::Graph& graph, BatchSource& source, const TrainSettings& settings,
                         const TrainIo& io, TrainingKind& kind) {
  return Training(graph, source, settings, io, kind).run();
}

TrainResult train(const graph::Graph& graph, BatchSource& source, const TrainSettings& settings, const TrainIo& io) {
  settings.validate();
  TrainingKind kind;
  return run_training(graph, source, settings, io, kind);
}

}  // namespace mote::trainer
