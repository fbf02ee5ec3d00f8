// Text of the report page: escaping and numbers as people read them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

// Safe between tags and inside double-quoted attributes, in HTML and in XML. Control characters that XML forbids become
// U+FFFD; so do bytes that are not UTF-8.
std::string escape(std::string_view text);

std::string percent(double rate);  // 0.9124 → "91.24 %"
std::string percent_or_dash(std::optional<double> rate);
std::string points(double difference);                           // -0.0021 → "−0.21"
std::string number(double value);                                // 4 significant digits, all of them from 1,000 on
std::string count(std::int64_t value);                           // 12345 → "12,345"
std::string short_count(std::int64_t value);                     // 2656768 → "2.66 M"
std::string bytes(std::int64_t value);                           // 53936 → "52.7 KB"
std::string shape(const std::vector<std::int64_t>& dimensions);  // {49, 10, 1} → "49×10×1"

// "int8_accuracy: wanted at least 86 %, got 91.2 %"
std::string gate_sentence(const Gate& gate);

std::string base64(std::span<const std::uint8_t> bytes);

// A cell of a table: ready HTML and the number it is sorted by (a text sorts by itself).
struct Cell {
  std::string html;
  std::string sort_key;
};
Cell text_cell(std::string_view text);
Cell number_cell(double value, std::string html);
Cell number_cell(std::optional<double> value, std::string html);

struct Table {
  std::string css_class;
  std::vector<std::string> titles;  // a leading '#' right-aligns the column
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> footer;  // ready HTML, one a column; empty for none
};
// Inside a box that scrolls sideways on narrow screens.
std::string table(const Table& content);

}  // namespace mote::pipeline
