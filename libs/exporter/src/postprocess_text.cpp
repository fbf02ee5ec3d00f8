// postprocess.h and postprocess.c: from the outputs of one inference after another to detections.
#include <fmt/format.h>

#include "c_text.h"
#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

// Behind each threshold its label, where there are some.
std::string threshold_rows(const Parts& parts) {
  const mote_postprocess_settings& settings = *parts.options.postprocess.settings;
  const std::vector<std::string>& labels = parts.options.labels;
  std::string text;
  for (std::int32_t c = 0; c < settings.classes; ++c) {
    const std::int32_t threshold = settings.thresholds[c];
    text += "  " + (threshold == MOTE_NEVER_FIRES ? "MOTE_NEVER_FIRES" : std::to_string(threshold)) + ",";
    if (!labels.empty()) text += fmt::format(" /* {} */", comment_text(labels[static_cast<std::size_t>(c)]));
    text += '\n';
  }
  text.pop_back();
  return text;
}

std::map<std::string, std::string> postprocess_values(const Parts& parts) {
  const mote_postprocess_settings& settings = *parts.options.postprocess.settings;
  auto values = template_values(parts);
  values["classes"] = std::to_string(settings.classes);
  values["smoothing"] = std::to_string(settings.smoothing);
  values["refractory_steps"] = std::to_string(settings.refractory_steps);
  values["step_frames"] = std::to_string(parts.options.postprocess.step_frames);
  values["average_bytes"] = std::to_string(mote_postprocess_bytes(&settings));
  values["threshold_rows"] = threshold_rows(parts);
  return values;
}

}  // namespace

std::string postprocess_header_text(const Parts& parts) {
  return filled_template("postprocess.h.in", postprocess_values(parts));
}

std::string postprocess_source_text(const Parts& parts) {
  return head_comment(parts, fmt::format("From outputs of {} to detections.", parts.name)) +
         "#include \"postprocess.h\"\n\n" + filled_template("postprocess.c.in", postprocess_values(parts));
}

}  // namespace mote::exporter
