#include "stages/step_table.h"

#include <fmt/format.h>

#include "mote/codegen/plan_for.h"
#include "mote/plan/cost.h"
#include "stages/quantize.h"

namespace mote::pipeline {
namespace {

// Weights packed, without zeros where that is smaller: what --optimize size puts into flash.
std::int64_t least_weight_bytes(const graph::Graph& int8_graph) {
  return plan::cost(codegen::device_plan(int8_graph, codegen::InstructionSet::kPortable).plan).weight_bytes;
}

StepResult row_of(StepKind step, const graph::Graph& int8_graph, const ClipScores& scores) {
  const plan::Cost cost = plan::cost(codegen::device_plan(int8_graph, codegen::InstructionSet::kArmDsp).plan);
  StepResult row;
  row.step = enum_name(step);
  row.fp32_accuracy = evaluate::measure(with_scores(scores, scores.fp32)).accuracy;
  row.int8_accuracy = evaluate::measure(with_scores(scores, scores.int8)).accuracy;
  row.weight_bytes = least_weight_bytes(int8_graph);
  row.macs = cost.multiply_accumulates;
  row.arena_bytes = cost.arena_bytes;
  row.flash_bytes = cost.flash_bytes();
  row.instructions = cost.instructions;
  return row;
}

// RFC 4180: in quotes where it has a comma, a quote or a line break.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char letter : text) quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + "\"";
}

// Lines of a table of predictions, grown by two columns a step.
class PredictionLines {
 public:
  explicit PredictionLines(const evaluate::Predictions& clips) : lines_{"clip,label"} {
    for (std::size_t i = 0; i < clips.clip_count(); ++i) {
      lines_.push_back(csv_field(clips.clips[i]) + "," +
                       csv_field(clips.labels[static_cast<std::size_t>(clips.truth[i])]));
    }
  }

  void add(const std::string& step, const ClipScores& scores) {
    column(step + ".fp32", with_scores(scores, scores.fp32));
    column(step + ".int8", with_scores(scores, scores.int8));
  }

  std::string text() const {
    std::string all;
    for (const std::string& line : lines_) all += line + "\n";
    return all;
  }

 private:
  void column(const std::string& name, const evaluate::Predictions& predictions) {
    lines_[0] += "," + name;
    for (std::size_t i = 0; i < predictions.clip_count(); ++i) {
      lines_[i + 1] += "," + csv_field(predictions.labels[static_cast<std::size_t>(predictions.predicted(i))]);
    }
  }

  std::vector<std::string> lines_;
};

}  // namespace

StepTable step_table(const Context& context, const TrainingSource& source, const ModelUnderTest& finished,
                     const ClipScores& judged) {
  StepTable table;
  PredictionLines lines(judged.predictions);
  const auto add = [&](StepKind step, const graph::Graph& int8_graph, const ClipScores& scores) {
    table.rows.push_back(row_of(step, int8_graph, scores));
    lines.add(table.rows.back().step, scores);
  };
  std::vector<StepKind> steps = context.recipe.compress.kinds();
  const StepKind last = steps.back();
  steps.pop_back();
  for (StepKind step : steps) {
    InferenceGraphs graphs = inference_graphs(context, source, step);
    const ModelUnderTest model{std::move(graphs.float_graph), std::move(graphs.int8_graph), finished.metadata};
    ClipScores scores = judged;
    run_models(model, context.pool, scores);
    add(step, model.int8_graph, scores);
  }
  add(last, finished.int8_graph, judged);
  table.predictions_csv = lines.text();
  return table;
}

}  // namespace mote::pipeline
