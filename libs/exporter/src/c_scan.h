// Names in C source of the house's form: definitions begin at the first column. No parser: for the runtime's files and
// generated ones, whose form tests hold.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace mote::exporter {

// Without comments; line breaks stay.
std::string without_comments(std::string_view text);

// All identifiers that start with `prefix`, comments left out.
std::set<std::string> used_names(std::string_view text, std::string_view prefix);

// Functions and objects with external linkage that the file defines and whose names start with `prefix`.
std::set<std::string> defined_names(std::string_view text, std::string_view prefix);

// Every name at file scope that is the file's own: static functions and objects, types, enumerators.
std::set<std::string> private_names(std::string_view text);

}  // namespace mote::exporter
