// What stands on top of the page: identity, warnings, headline figures, gates.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/charts.h"
#include "report/html_text.h"
#include "report/page_sections.h"

namespace mote::pipeline {

namespace {

std::string chip(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return fmt::format("<li><span>{}</span> {}</li>", escape(name), escape(value));
}

std::string card(const std::string& css_class, const std::string& name, const std::string& value,
                 const std::string& detail) {
  return fmt::format(
      "<div class=\"card {}\"><div class=\"k\">{}</div><div class=\"v\">{}</div><div class=\"d\">{}</div></div>\n",
      css_class, escape(name), value, detail);
}

// Both strips share one scale: round below the lower interval, up to 1.
double strip_low(const Evaluation& evaluation) {
  double low = 1;
  for (const auto& metrics : {evaluation.fp32, evaluation.int8}) {
    if (metrics) low = std::min(low, metrics->accuracy_interval.low);
  }
  return std::max(0.0, std::floor(10 * low - 0.5) / 10);
}

std::string accuracy_card(const std::string& css_class, const std::string& name, const evaluate::Metrics& metrics,
                          double scale_low) {
  const auto& interval = metrics.accuracy_interval;
  const std::string detail =
      interval_strip(metrics.accuracy, interval, scale_low, 1) +
      fmt::format("{:.0f}\u202f% interval {:.1f} – {:.1f}\u202f%<br>{} of {} clips", 100 * metrics.confidence,
                  100 * interval.low, 100 * interval.high, count(metrics.correct), count(metrics.clips));
  return card(css_class, name, percent(metrics.accuracy), detail);
}

std::string difference_card(const evaluate::Comparison& comparison) {
  const std::string detail = fmt::format(
      "{:.0f}\u202f% interval {} to {}, McNemar p\u00a0=\u00a0{:.2f}<br>{} of {} clips are seen differently",
      100 * comparison.confidence, points(comparison.difference_interval.low),
      points(comparison.difference_interval.high), comparison.mcnemar_p, count(comparison.disagreements),
      count(comparison.clips));
  return card("", "INT8 less FP32, points", points(comparison.accuracy_difference), detail);
}

std::string size_cards(const Sizes& sizes) {
  std::string cards =
      card("", "model.tflite", bytes(sizes.tflite_bytes), bytes(sizes.constant_bytes) + " of constants");
  if (sizes.flash_bytes) cards += card("", "Flash", bytes(*sizes.flash_bytes), "code and constants");
  cards += card("", "Arena (RAM)", bytes(sizes.arena_bytes), count(sizes.arena_bytes) + " bytes");
  cards += card("", "MACs an inference", short_count(sizes.macs), count(sizes.macs));
  return cards + card("", "Parameters", short_count(sizes.parameters), count(sizes.parameters));
}

std::string device_card(const DeviceCheck& check) {
  if (!check.skipped.empty()) return card("", "C bundle", "not compared", escape(check.skipped));
  if (!check.equal) return card("", "C bundle", "differs", escape(check.difference));
  return card("", "C bundle", "equal",
              fmt::format("{} clips, {} layers on {}", check.clips, check.layers, escape(check.core)));
}

}  // namespace

std::string section(const std::string& id, const std::string& title, const std::string& body) {
  if (body.empty()) return "";
  return fmt::format("<section id=\"{}\"><h2>{}</h2>\n{}</section>\n", id, title, body);
}

std::string definitions(const std::vector<NamedValue>& values) {
  if (values.empty()) return "";
  std::string html = "<dl>\n";
  for (const auto& each : values) {
    if (!each.value.empty()) html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape(each.name), escape(each.value));
  }
  return html + "</dl>\n";
}

std::string header_section(const Report& report) {
  const RunIdentity& run = report.run;
  std::string html = "<header><div class=\"in\"><p class=\"eyebrow\">mote report</p>\n";
  html += fmt::format("<h1>{}</h1>\n", escape(run.recipe.empty() ? "unnamed recipe" : run.recipe));
  if (!run.description.empty()) html += fmt::format("<p class=\"lead\">{}</p>\n", escape(run.description));
  html += "<ul class=\"chips\">" + chip("mote", run.version) + chip("seed", std::to_string(run.seed)) +
          chip("CPU", run.instruction_set) + chip("model", run.model_hash.substr(0, 12)) + "</ul>\n";
  return html + "</div></header>\n";
}

std::string notices_section(const Report& report) {
  if (report.notices.empty()) return "";
  std::string html = "<div class=\"notices\">\n";
  // Warnings first, each kind in the order of the report.
  for (const bool warnings : {true, false}) {
    for (const auto& notice : report.notices) {
      if ((notice.severity == "warning") != warnings) continue;
      html += fmt::format("<div class=\"notice{}\"><b>{}</b><p>{}</p></div>\n", warnings ? "" : " note",
                          escape(notice.topic), escape(notice.text));
    }
  }
  return html + "</div>\n";
}

std::string cards_section(const Report& report) {
  std::string accuracy;
  if (report.evaluation) {
    const Evaluation& evaluation = *report.evaluation;
    const double low = strip_low(evaluation);
    const std::string where = evaluation.split.empty() ? "" : ", " + evaluation.split + " split";
    if (evaluation.int8) accuracy += accuracy_card("main", "INT8 accuracy" + where, *evaluation.int8, low);
    if (evaluation.fp32) {
      accuracy += accuracy_card(evaluation.int8 ? "ref" : "main", "FP32 accuracy" + where, *evaluation.fp32, low);
    }
    if (evaluation.comparison) accuracy += difference_card(*evaluation.comparison);
  }
  std::string html;
  if (!accuracy.empty()) html += "<div class=\"cards big\">\n" + accuracy + "</div>\n";
  if (report.sizes)
    html += "<div class=\"cards\">\n" + size_cards(*report.sizes) + (report.device ? device_card(*report.device) : "") +
            "</div>\n";
  return html;
}

std::string gates_section(const Report& report) {
  if (report.gates.empty()) return "";
  Table gates{"", {"", "Gate", "#Measured, limit"}, {}, {}};
  for (const auto& gate : report.gates) {
    const char* verdict = gate.passed ? "<span class=\"pass\">kept</span>" : "<span class=\"fail\">missed</span>";
    const std::string unit = escape(gate.unit);
    const char* rule = gate.rule == "at_least" ? "≥" : "≤";
    const std::string figures = fmt::format("{} {}<br><span class=\"dim\">{} {} {}</span>", number(gate.measured), unit,
                                            rule, number(gate.limit), unit);
    gates.rows.push_back({{verdict, ""}, text_cell(gate.name), {figures, ""}});
  }
  return section("gates", "Gates", table(gates));
}

}  // namespace mote::pipeline
