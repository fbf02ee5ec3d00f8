// One self-contained page from a report: report.html.
//
// No network, no external font, script or image; all charts are inline SVG, pictures are data URIs. Useful without
// JavaScript, which only sorts tables and shows tooltips on touch. Good from 360 px of width, in light and dark.
// The same report gives the same bytes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

// Sections that the report does not have are left out. All text of the report is escaped.
// Errors: kInvalid when parts contradict each other (a picture without its pixels, a confusion matrix that is not
// square).
std::string render_html(const Report& report);

// The same from report.json. Errors: as report_from_json as well.
std::string render_html(const nlohmann::json& report);

}  // namespace mote::pipeline
