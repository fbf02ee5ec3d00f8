// How the model was made and what it costs: training, data, features, layers, memory, provenance.
#include <fmt/format.h>

#include <algorithm>

#include "report/charts.h"
#include "report/html_text.h"
#include "report/page_sections.h"

namespace mote::pipeline {

namespace {

Series series_of(const TrainingSummary& training, const char* name, const char* css_class,
                 std::optional<double> (*read)(const Epoch&)) {
  Series series{name, css_class, {}};
  for (const auto& epoch : training.epochs) {
    if (const auto value = read(epoch)) series.points.emplace_back(static_cast<double>(epoch.epoch), *value);
  }
  return series;
}

std::string curves(const TrainingSummary& training) {
  LineChart loss{"Loss",
                 "epoch",
                 {series_of(training, "training", "s-b", [](const Epoch& e) { return std::optional(e.train_loss); }),
                  series_of(training, "validation", "s-a", [](const Epoch& e) { return e.validation_loss; })},
                 std::nullopt,
                 "kept"};
  LineChart accuracy{"Accuracy",
                     "epoch",
                     {series_of(training, "training", "s-b", [](const Epoch& e) { return e.train_accuracy; }),
                      series_of(training, "validation", "s-a", [](const Epoch& e) { return e.validation_accuracy; })},
                     std::nullopt,
                     "kept"};
  if (training.best_epoch > 0) {
    loss.mark_x = static_cast<double>(training.best_epoch);
    accuracy.mark_x = loss.mark_x;
  }
  const std::string drawn = line_chart(loss) + line_chart(accuracy);
  return drawn.empty() ? "" : "<div class=\"two\">\n" + drawn + "</div>\n";
}

std::string step_rows(const std::vector<StepResult>& steps) {
  if (steps.size() < 2) return "";
  Table rows{"",
             {"Step", "#FP32", "#INT8", "#Weights, B", "#MACs", "#Arena, B", "#Flash on cortex-m4, B",
              "#Instructions on cortex-m4"},
             {},
             {}};
  const auto whole = [](std::int64_t value) { return number_cell(static_cast<double>(value), count(value)); };
  for (const StepResult& step : steps) {
    rows.rows.push_back({text_cell(step.step), number_cell(step.fp32_accuracy, percent(step.fp32_accuracy)),
                         number_cell(step.int8_accuracy, percent(step.int8_accuracy)), whole(step.weight_bytes),
                         whole(step.macs), whole(step.arena_bytes), whole(step.flash_bytes), whole(step.instructions)});
  }
  return "<h3>Steps: what each left, on the judged clips</h3>\n" + table(rows);
}

std::string class_counts(const std::vector<SplitCounts>& classes) {
  if (classes.empty()) return "";
  Table counts{"sortable", {"Class", "#Train", "#Validation", "#Test", "#All", ""}, {}, {}};
  std::int64_t largest = 1;
  SplitCounts sum;
  const auto total = [](const SplitCounts& each) { return each.train + each.validation + each.test; };
  for (const auto& each : classes) {
    largest = std::max(largest, total(each));
    sum.train += each.train;
    sum.validation += each.validation;
    sum.test += each.test;
  }
  const auto whole = [](std::int64_t value) { return number_cell(static_cast<double>(value), count(value)); };
  for (const auto& each : classes) {
    const double share = static_cast<double>(total(each)) / static_cast<double>(largest);
    counts.rows.push_back({text_cell(each.name), whole(each.train), whole(each.validation), whole(each.test),
                           whole(total(each)), number_cell(share, bar(share, "a"))});
  }
  counts.footer = {"All", count(sum.train), count(sum.validation), count(sum.test), count(total(sum)), ""};
  return "<h3>Clips of each class</h3>\n" + table(counts);
}

std::string figures(const std::vector<FeaturePicture>& pictures) {
  std::string html = "<div class=\"pics\">\n";
  for (const auto& each : pictures) {
    const std::string seen = each.prediction.empty() || each.prediction == each.label
                                 ? ""
                                 : fmt::format(" → <span class=\"wrong\">{}</span>", escape(each.prediction));
    const std::string score =
        each.prediction.empty() ? "" : fmt::format(" <span class=\"dim\">{:.2f}</span>", each.score);
    html += fmt::format("<figure>{}<figcaption><b>{}</b>{}{}<br><span class=\"clip\">{}</span></figcaption></figure>\n",
                        feature_image(each), escape(each.label), seen, score, escape(each.clip));
  }
  return html + "</div>\n";
}

std::string picture_groups(const std::vector<FeaturePicture>& pictures) {
  std::vector<FeaturePicture> typical;
  std::vector<FeaturePicture> wrong;
  for (const auto& each : pictures) {
    (each.prediction.empty() || each.prediction == each.label ? typical : wrong).push_back(each);
  }
  std::string html;
  if (!typical.empty()) {
    html += "<h3>Typical clips (time to the right, low bins at the bottom)</h3>\n" + figures(typical);
  }
  if (!wrong.empty())
    html += "<h3>Misclassified clips: label → what the model saw, and its score</h3>\n" + figures(wrong);
  return html;
}

std::string layer_table(const std::vector<Layer>& layers) {
  Table rows{"sortable layers",
             {"#No", "Layer", "Operator", "Output", "#MACs", "", "#Parameters", "#Weights, B", "#Output, B", "#Scale",
              "#Zero"},
             {},
             {}};
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  std::int64_t weight_bytes = 0;
  for (const auto& layer : layers) {
    macs += layer.macs;
    parameters += layer.parameters;
    weight_bytes += layer.weight_bytes;
  }
  const auto whole = [](std::int64_t value) { return number_cell(static_cast<double>(value), count(value)); };
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer& layer = layers[i];
    const double share = macs > 0 ? static_cast<double>(layer.macs) / static_cast<double>(macs) : 0;
    rows.rows.push_back({whole(static_cast<std::int64_t>(i)),
                         text_cell(layer.name),
                         text_cell(layer.op),
                         {"<span class=\"nb\">" + shape(layer.output_shape) + "</span>", ""},
                         whole(layer.macs),
                         number_cell(share, bar(share, "a")),
                         whole(layer.parameters),
                         whole(layer.weight_bytes),
                         whole(layer.activation_bytes),
                         number_cell(layer.scale, layer.scale ? number(*layer.scale) : "–"),
                         {layer.zero_point ? count(*layer.zero_point) : "–",
                          layer.zero_point ? std::to_string(*layer.zero_point) : "-1000"}});
  }
  rows.footer = {"", "All", "", "", count(macs), "", count(parameters), count(weight_bytes), "", "", ""};
  return "<h3>Layers</h3>\n" + table(rows);
}

std::string memory_part(const MemoryMap& memory) {
  const std::string chart = memory_chart(memory);
  if (chart.empty()) return "";
  return fmt::format("<h3>Arena: {} bytes, who lies where at each step</h3>\n", count(memory.arena_bytes)) + chart;
}

}  // namespace

std::string training_section(const Report& report) {
  if (!report.training) return "";
  std::vector<NamedValue> facts = {{"Architecture", report.training->architecture}};
  if (report.training->best_epoch > 0) {
    facts.push_back({"Weights kept from",
                     fmt::format("epoch {} of {}", report.training->best_epoch, report.training->epochs.size())});
  }
  facts.insert(facts.end(), report.training->settings.begin(), report.training->settings.end());
  return section("training", "Training",
                 step_rows(report.steps) + mixed_part(report) + curves(*report.training) + "<h3>Settings</h3>\n" +
                     definitions(facts));
}

std::string data_section(const Report& report) {
  if (!report.dataset) return "";
  const DatasetSummary& data = *report.dataset;
  std::vector<NamedValue> facts = {{"Layout", data.layout}, {"Split", data.split_rule}};
  if (data.groups) {
    facts.push_back({"Groups (" + data.groups->name + ")",
                     fmt::format("{} train, {} validation, {} test", count(data.groups->train),
                                 count(data.groups->validation), count(data.groups->test))});
  }
  facts.push_back(
      {"Length", fmt::format("{:.1f} minutes at {} Hz", data.duration_s / 60, number(data.sample_rate_hz))});
  facts.push_back({"Found", fmt::format("{} clipped, {} silent, {} duplicate, {} unreadable", count(data.clipped),
                                        count(data.silent), count(data.duplicate), count(data.unreadable))});
  std::string html = definitions(facts);
  for (const auto& note : data.notes) html += fmt::format("<p>{}</p>\n", escape(note));
  return section("data", "Data", html + class_counts(data.classes));
}

std::string features_section(const Report& report) {
  std::string html;
  if (report.features) {
    std::vector<NamedValue> facts = {{"Kind", report.features->kind},
                                     {"Shape of a clip", shape(report.features->shape)}};
    facts.insert(facts.end(), report.features->settings.begin(), report.features->settings.end());
    html += definitions(facts);
  }
  return section("features", "Features", html + picture_groups(report.pictures));
}

std::string model_section(const Report& report) {
  std::string html;
  if (!report.layers.empty()) html += layer_table(report.layers);
  if (report.memory) html += memory_part(*report.memory);
  return section("model", "Model", html);
}

std::string provenance_section(const Report& report) {
  const RunIdentity& run = report.run;
  std::vector<NamedValue> facts = {{"Version", run.version},
                                   {"Seed", std::to_string(run.seed)},
                                   {"CPU kernels", run.instruction_set},
                                   {"Recipe (SHA-256)", run.recipe_hash},
                                   {"Data (SHA-256)", run.data_hash},
                                   {"Model (SHA-256)", run.model_hash}};
  facts.insert(facts.end(), report.provenance.begin(), report.provenance.end());
  std::string html = definitions(facts);
  if (!report.artefacts.empty()) {
    Table files{"", {"File", "#Size", "SHA-256"}, {}, {}};
    for (const auto& each : report.artefacts) {
      files.rows.push_back({text_cell(each.name),
                            {bytes(each.size_bytes), ""},
                            {fmt::format("<span class=\"hash\">{}</span>", escape(each.sha256)), ""}});
    }
    html += "<h3>Files</h3>\n" + table(files);
  }
  if (!report.timings.empty()) {
    Table times{"", {"Stage", "#Seconds"}, {}, {}};
    for (const auto& each : report.timings) times.rows.push_back({text_cell(each.stage), {number(each.seconds), ""}});
    html += "<h3>Time of each stage (differs from run to run)</h3>\n" + table(times);
  }
  return section("provenance", "Provenance", html);
}

}  // namespace mote::pipeline
