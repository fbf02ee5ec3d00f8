// How good the models are: figures side by side, classes, confusion, calibration, single clips.
#include <fmt/format.h>

#include <algorithm>

#include "report/charts.h"
#include "report/html_text.h"
#include "report/page_sections.h"

namespace mote::pipeline {

namespace {

using evaluate::ClassMetrics;
using evaluate::Metrics;

// The models that were measured, with the name of each.
struct Model {
  const char* name;
  const Metrics* metrics;
};
std::vector<Model> models_of(const Evaluation& evaluation) {
  std::vector<Model> models;
  if (evaluation.fp32) models.push_back({"FP32", &*evaluation.fp32});
  if (evaluation.int8) models.push_back({"INT8", &*evaluation.int8});
  return models;
}

template <class Read>
void add_figure(Table& figures, const std::vector<Model>& models, const std::string& name, Read read) {
  std::vector<Cell> row = {text_cell(name)};
  for (const auto& model : models) row.push_back({read(*model.metrics), ""});
  figures.rows.push_back(std::move(row));
}

std::string figures_table(const std::vector<Model>& models) {
  Table figures{"", {"Figure"}, {}, {}};
  for (const auto& model : models) figures.titles.push_back(std::string("#") + model.name);
  add_figure(figures, models, "Accuracy", [](const Metrics& m) { return percent(m.accuracy); });
  add_figure(figures, models, "Interval (Wilson)", [](const Metrics& m) {
    return fmt::format("{:.1f} – {:.1f}\u202f%", 100 * m.accuracy_interval.low, 100 * m.accuracy_interval.high);
  });
  add_figure(figures, models, "Balanced accuracy", [](const Metrics& m) { return percent(m.balanced_accuracy); });
  add_figure(figures, models, "Macro F1", [](const Metrics& m) { return percent(m.macro_f1); });
  for (std::size_t i = 0; i < models.front().metrics->top_k.size(); ++i) {
    const int k = models.front().metrics->top_k[i].k;
    if (k == 1) continue;
    add_figure(figures, models, fmt::format("Right within {} guesses", k),
               [i](const Metrics& m) { return i < m.top_k.size() ? percent(m.top_k[i].accuracy) : "–"; });
  }
  add_figure(figures, models, "Log loss, nats", [](const Metrics& m) { return number(m.log_loss); });
  add_figure(figures, models, "Calibration error",
             [](const Metrics& m) { return percent(m.expected_calibration_error); });
  return table(figures);
}

std::string recall_bars(const std::vector<Model>& models, std::size_t label) {
  std::string bars;
  for (const auto& model : models) {
    const auto& recall = model.metrics->classes[label].recall;
    const bool main = &model == &models.back();
    if (recall) bars += bar(*recall, main ? "a" : "r");
  }
  return bars;
}

std::string classes_table(const std::vector<Model>& models) {
  Table classes{"sortable", {"Class", "#Clips"}, {}, {}};
  for (const auto& model : models) classes.titles.push_back(fmt::format("#Recall {}", model.name));
  for (const char* title : {"", "#Precision", "#F1", "#AUC"}) classes.titles.emplace_back(title);
  const Metrics& main = *models.back().metrics;
  for (std::size_t label = 0; label < main.classes.size(); ++label) {
    const ClassMetrics& each = main.classes[label];
    std::vector<Cell> row = {text_cell(each.name), number_cell(static_cast<double>(each.support), count(each.support))};
    for (const auto& model : models) {
      const auto& recall = model.metrics->classes[label].recall;
      row.push_back(number_cell(recall, percent_or_dash(recall)));
    }
    row.push_back(number_cell(each.recall, recall_bars(models, label)));
    row.push_back(number_cell(each.precision, percent_or_dash(each.precision)));
    row.push_back(number_cell(each.f1, percent_or_dash(each.f1)));
    row.push_back(number_cell(each.auc, each.auc ? fmt::format("{:.4f}", *each.auc) : "–"));
    classes.rows.push_back(std::move(row));
  }
  std::string key = "<div class=\"key\">";
  for (const auto& model : models) {
    key += fmt::format("<span><i class=\"{}\"></i>recall {}</span>", &model == &models.back() ? "a" : "r", model.name);
  }
  key += fmt::format("<span>Precision, F1 and AUC are those of {}.</span></div>\n", models.back().name);
  return "<h3>Class by class</h3>\n" + key + table(classes);
}

// The most frequent mistakes in words: what a reader would look for in the matrix.
std::string mistakes_table(const std::vector<Model>& models) {
  constexpr std::size_t kMost = 8;
  const Metrics& main = *models.back().metrics;
  struct Mistake {
    std::size_t label, prediction;
    std::int64_t clips;
  };
  std::vector<Mistake> mistakes;
  for (std::size_t label = 0; label < main.classes.size(); ++label) {
    for (std::size_t prediction = 0; prediction < main.classes.size(); ++prediction) {
      const std::int64_t clips = main.confusion[label][prediction];
      if (label != prediction && clips > 0) mistakes.push_back({label, prediction, clips});
    }
  }
  if (mistakes.empty()) return "";
  std::stable_sort(mistakes.begin(), mistakes.end(), [](const auto& a, const auto& b) { return a.clips > b.clips; });
  mistakes.resize(std::min(kMost, mistakes.size()));
  Table pairs{"", {"Label", "Taken for"}, {}, {}};
  for (const auto& model : models) pairs.titles.push_back(std::string("#") + model.name);
  pairs.titles.emplace_back("#Share");
  for (const auto& each : mistakes) {
    std::vector<Cell> row = {text_cell(main.classes[each.label].name), text_cell(main.classes[each.prediction].name)};
    for (const auto& model : models) row.push_back({count(model.metrics->confusion[each.label][each.prediction]), ""});
    const auto support = static_cast<double>(std::max<std::int64_t>(1, main.classes[each.label].support));
    row.push_back({percent(static_cast<double>(each.clips) / support), ""});
    pairs.rows.push_back(std::move(row));
  }
  return "<div><h3>Most frequent mistakes</h3>\n" + table(pairs) + "</div>\n";
}

std::string matrices(const std::vector<Model>& models) {
  constexpr std::size_t kMostSideBySide = 14;
  const bool narrow = models.back().metrics->classes.size() <= kMostSideBySide;
  std::string html = fmt::format(
      "<h3>Confusion: rows are labels, columns what the model saw</h3>\n<div class=\"{}\">\n", narrow ? "two" : "one");
  for (const auto& model : models) {
    html += "<div class=\"scroll\">" + confusion_chart(*model.metrics, model.name) + "</div>\n";
  }
  return html + "</div>\n";
}

std::string calibration(const std::vector<Model>& models) {
  std::string html = "<h3>Calibration: is a score of 0.9 right nine times out of ten?</h3>\n<div class=\"two\">\n";
  for (const auto& model : models) {
    if (model.metrics->calibration.empty()) return "";
    html += calibration_chart(*model.metrics, fmt::format("{}: accuracy by score", model.name));
  }
  return html + "</div>\n";
}

std::string clip(const std::string& name) {
  return fmt::format("<span class=\"clip\">{}</span>", escape(name));
}

std::string verdict(const std::string& prediction, const std::string& label) {
  return fmt::format("<span class=\"{}\">{}</span>", prediction == label ? "right" : "wrong", escape(prediction));
}

std::string score(double value) {
  return fmt::format("{:.3f}", value);
}

std::string disagreements(const evaluate::Comparison& comparison) {
  if (comparison.listed.empty()) return "";
  Table listed{"sortable", {"Clip", "Label", "FP32", "#Score", "INT8", "#Score"}, {}, {}};
  for (const auto& each : comparison.listed) {
    listed.rows.push_back({{clip(each.clip), ""},
                           text_cell(each.label),
                           {verdict(each.reference_prediction, each.label), ""},
                           number_cell(each.reference_score, score(each.reference_score)),
                           {verdict(each.candidate_prediction, each.label), ""},
                           number_cell(each.candidate_score, score(each.candidate_score))});
  }
  const auto shown = static_cast<std::int64_t>(comparison.listed.size());
  std::string html = fmt::format(
      "<h3>Where FP32 and INT8 disagree</h3>\n<p class=\"dim\">{} of {} clips: {} that only FP32 "
      "got right, {} that only INT8 got right. Largest change of a score: {}.{}</p>\n",
      count(comparison.disagreements), count(comparison.clips), count(comparison.only_reference_correct),
      count(comparison.only_candidate_correct), score(comparison.largest_score_difference),
      shown < comparison.disagreements ? fmt::format(" The first {} are listed.", shown) : "");
  return html + table(listed);
}

std::string worst_clips(const Evaluation& evaluation) {
  if (evaluation.worst.empty()) return "";
  Table worst{"sortable", {"Clip", "Label", "Seen as", "#Score", "#Score of label", "#Loss"}, {}, {}};
  for (const auto& each : evaluation.worst) {
    worst.rows.push_back({{clip(each.clip), ""},
                          text_cell(each.label),
                          {verdict(each.prediction, each.label), ""},
                          number_cell(each.prediction_score, score(each.prediction_score)),
                          number_cell(each.label_score, score(each.label_score)),
                          number_cell(each.loss, fmt::format("{:.2f}", each.loss))});
  }
  return fmt::format(
             "<h3>Worst clips of {}</h3>\n<p class=\"dim\">Highest loss first. Listen to them: a wrong label or a "
             "cut word is often heard at once.</p>\n",
             evaluation.int8 ? "INT8" : "FP32") +
         table(worst);
}

}  // namespace

std::string accuracy_section(const Report& report) {
  if (!report.evaluation) return "";
  const Evaluation& evaluation = *report.evaluation;
  const auto models = models_of(evaluation);
  if (models.empty()) return "";
  std::vector<NamedValue> facts = {
      {"Data", evaluation.data}, {"Split", evaluation.split}, {"Features", evaluation.features}};
  if (evaluation.skipped > 0) facts.push_back({"Skipped", count(evaluation.skipped) + " clips with other labels"});
  std::string html = definitions(facts);
  for (const auto& note : evaluation.notes) html += fmt::format("<p>{}</p>\n", escape(note));
  html += "<div class=\"two\"><div><h3>Figures</h3>\n" + figures_table(models) + "</div>\n" + mistakes_table(models) +
          "</div>\n";
  return section("accuracy", "Accuracy", html + matrices(models) + classes_table(models) + calibration(models));
}

std::string mistakes_section(const Report& report) {
  if (!report.evaluation) return "";
  const Evaluation& evaluation = *report.evaluation;
  const std::string compared = evaluation.comparison ? disagreements(*evaluation.comparison) : "";
  return section("clips", "Clip by clip", compared + worst_clips(evaluation));
}

}  // namespace mote::pipeline
