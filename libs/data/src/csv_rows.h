// Rows of a CSV text, one after another, with line numbers for messages. RFC 4180 quoting within one line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::data {

// The first of comma, semicolon and tab that occurs in the line; a comma when none does.
char csv_separator(std::string_view line);

// The cells of one line, trimmed; quotes removed, doubled quotes halved.
std::vector<std::string> csv_cells(std::string_view line, char separator);

class CsvRows {
 public:
  // `text` must outlive the object. A byte order mark and empty lines are skipped; lines may end in CR LF.
  explicit CsvRows(std::string_view text);

  // The next row that has anything in it.
  std::optional<std::vector<std::string>> next();
  // Of the row that next() gave last, counted from 1.
  std::int64_t line() const { return line_; }

 private:
  std::string_view rest_;
  std::int64_t line_ = 0;
  char separator_ = 0;  // 0 until the first row
};

}  // namespace mote::data
