#include "stages/steps.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mote/graph/text.h"
#include "mote/trainer/initialize.h"
#include "mote/trainer/train.h"
#include "stages/model.h"

namespace mote::pipeline {
namespace {

std::string history_line(const trainer::EpochRecord& record) {
  return nlohmann::json{{"epoch", record.epoch},
                        {"learning_rate", record.learning_rate},
                        {"train_loss", record.train_loss},
                        {"train_accuracy", record.train_accuracy},
                        {"validation_loss", record.validation_loss},
                        {"validation_accuracy", record.validation_accuracy}}
             .dump() +
         "\n";
}

// One step at work.
class StepRun {
 public:
  StepRun(const Context& context, TrainingSource& source, StepKind step, const std::string& key)
      : context_(context), source_(source), files_(step), settings_(context.recipe.train) {
    settings_.seed = context.recipe.project.seed;
    io_.checkpoint = context.directory.file(files_.checkpoint);
    io_.key = key;
    io_.on_epoch = [this](const trainer::EpochRecord& record) { log(record); };
  }

  void train(const graph::Graph& start) { save(trainer::train(start, source_, settings_, io_).graph); }

 private:
  void log(const trainer::EpochRecord& record) {
    history_ += history_line(record);
    write_file_atomic(context_.directory.file(files_.history), std::string_view(history_));
  }
  void save(const graph::Graph& trained) const { graph::save(trained, context_.directory.file(files_.trained)); }

  const Context& context_;
  TrainingSource& source_;
  StepFiles files_;
  trainer::TrainSettings settings_;
  std::string history_;
  trainer::TrainIo io_{context_.pool, context_.log, {}, {}, {}, context_.stop};
};

// What step `index` starts from: initialized weights, or the graph of the step before.
graph::Graph start_of(const Context& context, std::int32_t classes, std::size_t index) {
  if (index == 0) return trainer::initialize(model_graph(context.recipe, classes), context.recipe.project.seed);
  const StepFiles before(context.recipe.compress.kinds()[index - 1]);
  return graph::load(context.directory.file(before.trained), graph::Stage::kTrain);
}

}  // namespace

StepFiles::StepFiles(StepKind step) {
  const std::string_view name = enum_name(step);
  checkpoint = fmt::format("checkpoints/{}.ckpt", name);
  trained = fmt::format("checkpoints/{}.graph", name);
  history = step == StepKind::kTrain ? std::string(files::kHistory) : fmt::format("log-{}.jsonl", name);
}

std::vector<std::string_view> tables_of(StepKind step) {
  if (step == StepKind::kTrain) return {"train", "model", "spec_augment"};
  return {enum_name(step)};
}

void run_step(const Context& context, TrainingSource& source, std::int32_t classes, std::size_t index,
              const std::string& key) {
  const StepKind step = context.recipe.compress.kinds()[index];
  const graph::Graph start = start_of(context, classes, index);
  StepRun run(context, source, step, key);
  switch (step) {
    case StepKind::kTrain:
      return run.train(start);
  }
}

}  // namespace mote::pipeline
