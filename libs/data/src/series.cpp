#include "mote/data/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>

#include "csv_rows.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/data/range.h"

namespace mote::data {
namespace {

constexpr std::int64_t kMostSamples = std::int64_t{1} << 28;  // of all channels: 1 GB
constexpr std::size_t kNone = static_cast<std::size_t>(-1);

double seconds_per_unit(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSeconds:
      return 1;
    case TimeUnit::kMilliseconds:
      return 1e-3;
    case TimeUnit::kMicroseconds:
      return 1e-6;
  }
  return 1;
}

// Which cell of a row is what.
struct Columns {
  std::vector<std::string> names;
  std::vector<std::size_t> channels;
  std::size_t timestamp = kNone;
  std::size_t label = kNone;
};

// Rows as read, not yet on a uniform clock.
struct Rows {
  std::vector<double> time_s;                // from the first row on
  std::vector<std::vector<float>> channels;  // [channel][row]
  std::vector<std::string> labels;           // one a row; empty without a label column
};

// One file on its way from text to a recording. A step that fails leaves the reason in failure().
class SeriesParser {
 public:
  SeriesParser(std::string_view text, std::string name, const SeriesSettings& settings)
      : rows_(text), name_(std::move(name)), settings_(settings) {}

  bool parse() {
    std::optional<std::vector<std::string>> row = rows_.next();
    if (!row) return fail(name_, "wanted rows of numbers, got an empty file: record it again or remove it");
    const bool header = std::ranges::any_of(*row, [](const std::string& cell) { return !parse_double(cell); });
    name_columns(*row, header);
    if (header) row = rows_.next();
    if (!row) return fail(name_, "wanted rows of numbers, got a header only: record it again or remove it");
    if (!choose_columns(*row)) return false;
    for (; row; row = rows_.next()) {
      if (!add_row(*row)) return false;
    }
    return true;
  }

  const ReadFailure& failure() const { return failure_; }
  const Rows& rows() const { return data_; }

 private:
  bool fail(std::string where, std::string problem) {
    failure_ = {std::move(where), std::move(problem)};
    return false;
  }
  bool fail_here(std::string problem) { return fail(fmt::format("{}:{}", name_, rows_.line()), std::move(problem)); }

  void name_columns(const std::vector<std::string>& first_row, bool header) {
    columns_.names = first_row;
    if (header) return;
    for (std::size_t i = 0; i < columns_.names.size(); ++i) columns_.names[i] = std::to_string(i);
  }

  std::size_t column(const std::string& name) const {
    const auto found = std::ranges::find(columns_.names, name);
    return found == columns_.names.end() ? kNone : static_cast<std::size_t>(found - columns_.names.begin());
  }

  bool choose_columns(const std::vector<std::string>& first_values) {
    columns_.timestamp = column(settings_.timestamp_column);
    columns_.label = column(settings_.label_column);
    for (const std::string& wanted : settings_.channels) {
      const std::size_t at = column(wanted);
      if (at == kNone) {
        return fail(name_, fmt::format("wanted a column '{}', got columns {}{}: set the channels of the data set",
                                       wanted, join(columns_.names, ", "), did_you_mean(wanted, columns_.names)));
      }
      columns_.channels.push_back(at);
    }
    for (std::size_t i = 0; settings_.channels.empty() && i < columns_.names.size(); ++i) {
      const bool is_number = i < first_values.size() && parse_double(first_values[i]).has_value();
      if (i != columns_.timestamp && i != columns_.label && is_number) columns_.channels.push_back(i);
    }
    if (columns_.channels.empty()) {
      return fail(
          name_, fmt::format("wanted at least one column of numbers, got columns {}: name the channels of the data set",
                             join(columns_.names, ", ")));
    }
    data_.channels.resize(columns_.channels.size());
    return true;
  }

  bool add_row(const std::vector<std::string>& cells) {
    if (cells.size() != columns_.names.size()) {
      return fail_here(fmt::format("wanted {} cells as in the first row, got {}: complete or remove the row",
                                   columns_.names.size(), cells.size()));
    }
    bool replaces_last = false;
    if (!add_time(cells, replaces_last)) return false;
    for (std::size_t c = 0; c < columns_.channels.size(); ++c) {
      const std::size_t at = columns_.channels[c];
      const std::optional<double> value = parse_double(cells[at]);
      const auto narrow = static_cast<float>(value.value_or(NAN));
      if (!std::isfinite(narrow)) {
        return fail_here(fmt::format("wanted a finite number in column '{}', got '{}': repair or remove the row",
                                     columns_.names[at], cells[at]));
      }
      if (replaces_last)
        data_.channels[c].back() = narrow;
      else
        data_.channels[c].push_back(narrow);
    }
    if (columns_.label == kNone) return true;
    if (replaces_last)
      data_.labels.back() = cells[columns_.label];
    else
      data_.labels.push_back(cells[columns_.label]);
    return true;
  }

  bool add_time(const std::vector<std::string>& cells, bool& replaces_last) {
    if (columns_.timestamp == kNone) {
      const double rate_hz = settings_.file_rate_hz > 0 ? settings_.file_rate_hz : settings_.rate_hz;
      data_.time_s.push_back(static_cast<double>(data_.time_s.size()) / rate_hz);
      return true;
    }
    const std::string& cell = cells[columns_.timestamp];
    const double stamp = parse_double(cell).value_or(NAN);
    if (!std::isfinite(stamp)) {
      return fail_here(fmt::format("wanted a timestamp in column '{}', got '{}': repair or remove the row",
                                   settings_.timestamp_column, cell));
    }
    if (data_.time_s.empty()) first_stamp_ = stamp;
    const double time_s = (stamp - first_stamp_) * seconds_per_unit(settings_.timestamp_unit);
    const double step_s = data_.time_s.empty() ? 0 : time_s - data_.time_s.back();
    if (step_s < 0) {
      return fail_here(
          fmt::format("wanted a timestamp not before the last one, got {:g} ms back: sort the rows", -step_s * 1000));
    }
    if (step_s * 1000 > settings_.longest_gap_ms) {
      return fail_here(fmt::format(
          "wanted rows at most {:g} ms apart, got {:g} ms: check the timestamp's unit, cut the file here, or "
          "raise longest_gap_ms",
          settings_.longest_gap_ms, step_s * 1000));
    }
    replaces_last = !data_.time_s.empty() && step_s == 0;
    if (!replaces_last) data_.time_s.push_back(time_s);
    return true;
  }

  CsvRows rows_;
  std::string name_;
  const SeriesSettings& settings_;
  Columns columns_;
  double first_stamp_ = 0;
  Rows data_;
  ReadFailure failure_;
};

void add_label(std::vector<LabelledSpan>& spans, std::int64_t sample, const std::string& label) {
  if (spans.empty() || spans.back().label != label) spans.push_back({sample, sample, label});
  spans.back().end_sample = sample + 1;
}

// Linear interpolation between the two rows around each sample's time.
void put_on_clock(const Rows& rows, Recording& recording) {
  std::size_t row = 0;  // the last one at or before the sample
  for (std::int64_t i = 0; i < recording.samples; ++i) {
    // Half a nanosecond forgives the rounding of i / rate, so that rows on the clock come through unchanged.
    const double time_s = static_cast<double>(i) / recording.rate_hz;
    while (row + 1 < rows.time_s.size() && rows.time_s[row + 1] <= time_s + 0.5e-9) ++row;
    const std::size_t next = std::min(row + 1, rows.time_s.size() - 1);
    const double step_s = rows.time_s[next] - rows.time_s[row];
    const double share = step_s > 0 ? std::clamp((time_s - rows.time_s[row]) / step_s, 0.0, 1.0) : 0.0;
    for (int c = 0; c < recording.channels; ++c) {
      const std::vector<float>& channel = rows.channels[static_cast<std::size_t>(c)];
      const double value = (1 - share) * channel[row] + share * channel[next];
      recording.channel(c)[static_cast<std::size_t>(i)] = static_cast<float>(value);
    }
    if (!rows.labels.empty()) add_label(recording.spans, i, rows.labels[row]);
  }
}

}  // namespace

void SeriesSettings::validate() const {
  check_number("series.rate_hz", rate_hz, 1e-3, 1e6);
  check_number("series.file_rate_hz", file_rate_hz, 0, 1e6);
  check_number("series.longest_gap_ms", longest_gap_ms, 1e-3, 1e9);
}

Result<Recording> parse_series(std::string_view text, const std::string& name, const SeriesSettings& settings) {
  SeriesParser parser(text, name, settings);
  if (!parser.parse()) return parser.failure();
  const Rows& rows = parser.rows();

  Recording recording;
  recording.channels = static_cast<int>(rows.channels.size());
  recording.rate_hz = settings.rate_hz;
  recording.full_scale = 0;
  recording.source = name;
  // The same half nanosecond as in put_on_clock.
  const double samples = std::floor((rows.time_s.back() + 0.5e-9) * settings.rate_hz) + 1;
  if (samples * recording.channels > static_cast<double>(kMostSamples)) {
    return ReadFailure{name, fmt::format("wanted at most {} samples, got {:.0f}: cut the file or lower rate_hz",
                                         kMostSamples / recording.channels, samples)};
  }
  recording.samples = static_cast<std::int64_t>(samples);
  recording.values.resize(static_cast<std::size_t>(recording.samples) * rows.channels.size());
  put_on_clock(rows, recording);
  return recording;
}

Result<Recording> read_series(const std::filesystem::path& path, const SeriesSettings& settings) {
  try {
    return parse_series(read_text_file(path), path.string(), settings);
  } catch (const Error& error) {
    return ReadFailure{path.string(), fmt::format("wanted a readable CSV file, got an error: {}", error.message())};
  }
}

}  // namespace mote::data
