#include "mote/data/windows.h"

#include <algorithm>
#include <cmath>

#include "mote/data/range.h"

namespace mote::data {

void WindowSettings::validate() const {
  check_number("window.window_ms", window_ms, 0.001, 1e9);
  check_number("window.stride_ms", stride_ms, 0.001, 1e9);
}

std::vector<LabelledSpan> cut_windows(const Recording& recording, const WindowSettings& settings) {
  const auto samples = [&](double ms) {
    return std::max<std::int64_t>(1, std::llround(ms * recording.rate_hz / 1000));
  };
  const std::int64_t length = samples(settings.window_ms);
  const std::int64_t stride = samples(settings.stride_ms);
  const std::vector<LabelledSpan> whole = {{0, recording.samples, recording.label}};

  std::vector<LabelledSpan> windows;
  for (const LabelledSpan& span : recording.spans.empty() ? whole : recording.spans) {
    for (std::int64_t begin = span.begin_sample; begin + length <= span.end_sample; begin += stride) {
      windows.push_back({begin, begin + length, span.label});
    }
  }
  return windows;
}

}  // namespace mote::data
