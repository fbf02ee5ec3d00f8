#include "stages/train.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mote/graph/text.h"
#include "mote/trainer/initialize.h"
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

}  // namespace

void train_model(const Context& context, TrainingSource& source, std::int32_t classes, const std::string& key) {
  const Recipe& recipe = context.recipe;
  trainer::TrainSettings settings = recipe.train;
  settings.seed = recipe.project.seed;
  const graph::Graph graph = trainer::initialize(model_graph(recipe, classes), recipe.project.seed);
  std::string history;
  trainer::TrainIo io{context.pool, context.log, context.directory.file(files::kCheckpoint), key, {}, context.stop};
  io.on_epoch = [&](const trainer::EpochRecord& record) {
    history += history_line(record);
    write_file_atomic(context.directory.file(files::kHistory), std::string_view(history));
  };
  const trainer::TrainResult result = trainer::train(graph, source, settings, io);
  graph::save(result.graph, context.directory.file(files::kTrained));
}

}  // namespace mote::pipeline
