// The sections of the report page. Each gives its HTML, or nothing when the report does not have its part.
#pragma once

#include <string>

#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

std::string header_section(const Report& report);
std::string notices_section(const Report& report);
std::string cards_section(const Report& report);
std::string gates_section(const Report& report);
std::string accuracy_section(const Report& report);
std::string mistakes_section(const Report& report);
std::string training_section(const Report& report);
std::string data_section(const Report& report);
std::string features_section(const Report& report);
std::string model_section(const Report& report);
std::string doctor_section(const Report& report);
std::string provenance_section(const Report& report);

// <section id="…"><h2>…</h2>body</section>, or nothing around an empty body.
std::string section(const std::string& id, const std::string& title, const std::string& body);
// Layers with the types that their weights could have; at least one layer.
std::string types_table(const std::vector<LayerTypes>& layers);
// What the step `mixed` chose; nothing without it.
std::string mixed_part(const Report& report);
// A list of names and values.
std::string definitions(const std::vector<NamedValue>& values);

}  // namespace mote::pipeline
