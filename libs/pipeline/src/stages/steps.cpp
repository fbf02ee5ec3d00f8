#include "stages/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mote/base/rng.h"
#include "mote/graph/text.h"
#include "mote/trainer/distill.h"
#include "mote/trainer/hint.h"
#include "mote/trainer/initialize.h"
#include "mote/trainer/train.h"
#include "stages/mixed.h"
#include "stages/model.h"
#include "stages/quantize.h"
#include "stages/step_cost.h"
#include "stages/teacher.h"

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
  StepRun(const Context& context, TrainingSource& source, StepFiles files, const std::string& key)
      : context_(context), source_(source), files_(std::move(files)), settings_(context.recipe.train) {
    settings_.seed = context.recipe.project.seed;
    io_.checkpoint = context.directory.file(files_.checkpoint);
    io_.key = key;
    io_.on_epoch = [this](const trainer::EpochRecord& record) { log(record); };
  }

  void take(const StepTraining& training) {
    if (training.epochs > 0) settings_.epochs = training.epochs;
    if (training.learning_rate > 0) settings_.learning_rate = training.learning_rate;
    if (training.mixup_alpha >= 0) settings_.mixup_alpha = training.mixup_alpha;
  }
  void add(std::shared_ptr<trainer::TrainingHooks> hooks) { io_.hooks.push_back(std::move(hooks)); }

  // A network of its own, whose start and dropped activations follow from `seed`.
  void train_from(const graph::Graph& network, std::uint64_t seed) {
    settings_.seed = seed;
    train(trainer::initialize(network, seed));
  }

  void train(const graph::Graph& start) { save(trainer::train(start, source_, settings_, io_).graph); }

  // With the inside of `teacher` before its eyes, where the recipe asks for that.
  void distill(const graph::Graph& start, const graph::Graph& teacher) {
    const trainer::HintSettings& hint = context_.recipe.distill_hint;
    if (!hint.is_on()) return train(start);
    add(trainer::make_hint(teacher, hint, context_.pool));
    const graph::Graph hinted = trainer::with_hint(start, teacher, hint, settings_.seed);
    save(trainer::without_hint(trainer::train(hinted, source_, settings_, io_).graph));
  }

  void narrow(const graph::Graph& start) {
    const Recipe& recipe = context_.recipe;
    save(trainer::train_narrower(start, source_, recipe.narrow, settings_, graph_cost(recipe), io_).training.graph);
  }

  // The network stays as it is: the types are chosen for what the next step starts from.
  void choose_types(const graph::Graph& start) {
    save(start);
    choose_mixed_types(context_, source_);
  }

  void train_quantized(const graph::Graph& start) {
    const Recipe& recipe = context_.recipe;
    const trainer::QatResult result =
        trainer::train_qat(start, source_, settings_, recipe.qat, qat_target(context_, start), io_);
    graph::save(result.lowered, context_.directory.file(files_.float_graph));
    graph::save(result.quantized, context_.directory.file(files_.int8_graph));
    save(result.training.graph);
  }

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

// What step `index` starts from: initialized weights, or the graph of an earlier step.
graph::Graph start_of(const Context& context, std::int32_t classes, std::size_t index) {
  if (const auto before = context.recipe.compress.start_of(index)) return load_trained(context.directory, *before);
  return trainer::initialize(model_graph(context.recipe, classes), context.recipe.project.seed);
}

std::uint64_t seed_of(const Recipe& recipe, std::int32_t member) {
  if (member == 1) return recipe.project.seed;
  return Rng::derive(recipe.project.seed, "teacher", {static_cast<std::uint64_t>(member)}).next();
}

double dropout_of(const Recipe& recipe, StepKind step) {
  const auto found = recipe.dropouts.find(step);
  return found == recipe.dropouts.end() ? StepDropout{}.dropout : found->second.dropout;
}

graph::Graph with_dropout(graph::Graph graph, double rate) {
  if (rate < 0) return graph;
  for (graph::Node& node : graph.nodes) {
    if (auto* dropout = std::get_if<graph::Dropout>(&node.op)) dropout->rate = static_cast<float>(rate);
  }
  return graph;
}

bool comes_before(const Recipe& recipe, StepKind step, std::size_t index) {
  const std::vector<StepKind> steps = recipe.compress.kinds();
  const auto end = steps.begin() + static_cast<std::ptrdiff_t>(index);
  return std::find(steps.begin(), end, step) != end;
}

}  // namespace

std::int32_t members_of(const Recipe& recipe, StepKind step) {
  return step == StepKind::kTeacher ? recipe.teacher_members.count : 1;
}

StepFiles::StepFiles(StepKind step, std::int32_t member) {
  name = enum_name(step);
  if (member > 1) name += fmt::format("-{}", member);
  checkpoint = fmt::format("checkpoints/{}.ckpt", name);
  trained = fmt::format("checkpoints/{}.graph", name);
  if (step == StepKind::kMixed) {
    types = fmt::format("checkpoints/{}.json", name);
    return;
  }
  history = step == StepKind::kTrain ? std::string(files::kHistory) : fmt::format("log-{}.jsonl", name);
  if (step != StepKind::kQat) return;
  float_graph = fmt::format("checkpoints/{}.float.graph", name);
  int8_graph = fmt::format("checkpoints/{}.int8.graph", name);
}

std::vector<std::string> StepFiles::results() const {
  std::vector<std::string> names{trained};
  for (const std::string* more : {&types, &history, &float_graph, &int8_graph}) {
    if (!more->empty()) names.push_back(*more);
  }
  return names;
}

std::vector<std::string_view> tables_of(StepKind step) {
  if (step == StepKind::kQat || step == StepKind::kMixed) return {enum_name(step), "quantize"};
  return {enum_name(step)};
}

graph::Graph load_trained(const RunDirectory& directory, StepKind step, std::int32_t member) {
  return graph::load(directory.file(StepFiles(step, member).trained), graph::Stage::kTrain);
}

void run_step(const Context& context, TrainingSource& source, std::int32_t classes, StepMember at,
              const std::string& key) {
  const Recipe& recipe = context.recipe;
  const StepKind step = recipe.compress.kinds()[at.index];
  StepRun run(context, source, StepFiles(step, at.member), key);
  if (step == StepKind::kTeacher) {
    return run.train_from(model_graph(of_teacher(recipe), classes), seed_of(recipe, at.member));
  }
  const graph::Graph start = with_dropout(start_of(context, classes, at.index), dropout_of(recipe, step));
  if (step == StepKind::kMixed) return run.choose_types(start);
  if (comes_before(recipe, StepKind::kPrune, at.index)) run.add(trainer::hold_zeros());
  std::vector<graph::Graph> teachers;
  if (recipe.distill_teacher.teaches(step)) {
    teachers = load_teachers(context);
    run.add(trainer::make_distillation(trainer::make_teacher(teachers, context.pool), recipe.distill));
  }
  switch (step) {
    case StepKind::kDistill:
      run.take(recipe.distill_training);
      return run.distill(start, teachers.front());
    case StepKind::kPrune:
      run.take(recipe.prune_training);
      run.add(trainer::make_pruning(recipe.prune));
      break;
    case StepKind::kNarrow:
      run.take(recipe.narrow_training);
      return run.narrow(start);
    case StepKind::kQat:
      return run.train_quantized(start);
    default:
      break;
  }
  run.train(start);
}

}  // namespace mote::pipeline
