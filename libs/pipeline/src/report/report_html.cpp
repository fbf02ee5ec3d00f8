#include "mote/pipeline/report_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "mote/base/error.h"
#include "report/html_text.h"
#include "report/page_sections.h"
#include "report/page_style.h"

namespace mote::pipeline {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::kInvalid, fmt::format("[report] wanted {}: make the report again", what));
}

void require_square(const evaluate::Metrics& metrics) {
  const std::size_t classes = metrics.classes.size();
  const bool square =
      metrics.confusion.size() == classes && std::all_of(metrics.confusion.begin(), metrics.confusion.end(),
                                                         [&](const auto& row) { return row.size() == classes; });
  if (!square) refuse(fmt::format("a confusion matrix of {0} × {0} counts, got another shape", classes));
}

void require_consistent(const Evaluation& evaluation) {
  if (evaluation.fp32) require_square(*evaluation.fp32);
  if (evaluation.int8) require_square(*evaluation.int8);
  if (!evaluation.fp32 || !evaluation.int8) return;
  const std::size_t fp32 = evaluation.fp32->classes.size();
  const std::size_t int8 = evaluation.int8->classes.size();
  if (fp32 != int8) refuse(fmt::format("the same classes in FP32 and INT8, got {} and {}", fp32, int8));
}

void require_consistent(const FeaturePicture& picture) {
  const bool fits = picture.frames > 0 && picture.bins > 0 && picture.frames <= 100'000 && picture.bins <= 100'000 &&
                    static_cast<std::int64_t>(picture.levels.size()) == picture.frames * picture.bins;
  if (!fits) {
    refuse(fmt::format("frames × bins levels for the picture of '{}', got {} for {} × {}", picture.clip,
                       picture.levels.size(), picture.frames, picture.bins));
  }
  for (const int level : picture.levels) {
    if (level < 0 || level > 255)
      refuse(fmt::format("levels in 0..255 in the picture of '{}', got {}", picture.clip, level));
  }
}

void require_consistent(const MemoryMap& memory) {
  const auto steps = static_cast<std::int64_t>(memory.steps.size());
  for (const auto& tensor : memory.tensors) {
    const bool in_time = tensor.first_step >= 0 && tensor.first_step <= tensor.last_step && tensor.last_step < steps;
    const bool in_arena = tensor.offset_bytes >= 0 && tensor.size_bytes >= 0 &&
                          tensor.offset_bytes <= memory.arena_bytes - tensor.size_bytes;
    if (in_time && in_arena) continue;
    refuse(fmt::format("tensor '{}' inside the arena of {} bytes and its {} steps, got bytes {}+{}, steps {} to {}",
                       tensor.name, memory.arena_bytes, steps, tensor.offset_bytes, tensor.size_bytes,
                       tensor.first_step, tensor.last_step));
  }
}

struct Part {
  const char* id;
  const char* title;
  std::string (*render)(const Report&);
};

constexpr Part kParts[] = {
    {"gates", "Gates", gates_section},
    {"accuracy", "Accuracy", accuracy_section},
    {"clips", "Clips", mistakes_section},
    {"training", "Training", training_section},
    {"data", "Data", data_section},
    {"features", "Features", features_section},
    {"model", "Model", model_section},
    {"doctor", "Doctor", doctor_section},
    {"provenance", "Provenance", provenance_section},
};

}  // namespace

std::string render_html(const Report& report) {
  if (report.evaluation) require_consistent(*report.evaluation);
  if (report.memory) require_consistent(*report.memory);
  for (const auto& picture : report.pictures) require_consistent(picture);

  std::string links;
  std::string sections;
  for (const auto& part : kParts) {
    const std::string html = part.render(report);
    if (html.empty()) continue;
    links += fmt::format("<a href=\"#{}\">{}</a>", part.id, part.title);
    sections += html;
  }
  const std::string name = escape(report.run.recipe.empty() ? "unnamed recipe" : report.run.recipe);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{} – mote report</title>\n",
      name);
  page += fmt::format("<style>{}</style></head><body>\n", page_css());
  page += header_section(report);
  page += fmt::format("<nav aria-label=\"Sections\"><div>{}</div></nav>\n<main>\n", links);
  page += notices_section(report) + cards_section(report) + sections;
  page += fmt::format("</main>\n<footer>Made by mote {}. This page needs no network.</footer>\n",
                      escape(report.run.version));
  page += fmt::format("<script>{}</script></body></html>\n", page_script());
  return page;
}

std::string render_html(const nlohmann::json& report) {
  return render_html(report_from_json(report));
}

}  // namespace mote::pipeline
