// Bytes as a CSV time series: parse_series must give a recording whose parts agree, or a reason.
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "mote/data/series.h"
#include "mote/data/windows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  mote::data::SeriesSettings settings;
  settings.longest_gap_ms = 1000;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto result = mote::data::parse_series(text, "fuzz.csv", settings);
  if (!result) return 0;
  const mote::data::Recording& series = result.value();
  const auto values = static_cast<std::size_t>(series.channels) * static_cast<std::size_t>(series.samples);
  if (series.channels <= 0 || series.samples <= 0 || series.values.size() != values) std::abort();
  for (const float value : series.values) {
    if (!std::isfinite(value)) std::abort();
  }
  for (const auto& window : mote::data::cut_windows(series, {.window_ms = 100, .stride_ms = 50})) {
    if (window.begin_sample < 0 || window.end_sample > series.samples) std::abort();
  }
  return 0;
}
