// CSV time series as recordings: one file is one recording, one column one channel.
//
// For accelerometers, IMUs, temperatures: anything that was logged as rows. It is not for lists of files and labels
// (see layouts.h). A row that is ragged, a cell that is not a finite number, a clock that runs back: failures that name
// file and line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mote/data/recording.h"

namespace mote::data {

enum class TimeUnit : std::uint8_t { kSeconds, kMilliseconds, kMicroseconds };

struct SeriesSettings {
  double rate_hz = 100;               // of what comes out, > 0; rows are brought to it by linear interpolation
  std::vector<std::string> channels;  // columns by name, in this order; empty takes all but timestamp and label. A file
                                      // without a header has columns "0", "1", …
  std::string timestamp_column = "timestamp";  // used where the file has it
  TimeUnit timestamp_unit = TimeUnit::kMilliseconds;
  double file_rate_hz = 0;             // rate of files without a timestamp column; 0 means rate_hz
  double longest_gap_ms = 200;         // between two rows; a longer one is a failure, not a straight line
  std::string label_column = "label";  // one label a row, where the file has it: equal neighbours become labelled spans

  // Error(kInvalid) that names the setting.
  void validate() const;
};

// Columns are separated by a comma, semicolon or tab (the first of them that the first line has); cells may be quoted.
// The first line is a header when any of its cells is not a number. Rows with equal timestamps: the last one counts.
// Sample i lies at (first timestamp + i / rate_hz) and has the label of the last row at or before it.
// `settings` must be valid.
Result<Recording> read_series(const std::filesystem::path& path, const SeriesSettings& settings);

// The same from memory; `name` is what failures call it.
Result<Recording> parse_series(std::string_view text, const std::string& name, const SeriesSettings& settings);

}  // namespace mote::data
