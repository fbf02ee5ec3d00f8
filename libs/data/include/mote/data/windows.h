// Cuts recordings into windows of one label each.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/data/recording.h"

namespace mote::data {

struct WindowSettings {
  double window_ms = 1000;  // > 0
  double stride_ms = 500;   // > 0

  // Error(kInvalid) that names the setting.
  void validate() const;
};

// Windows [begin, begin + window) at begin = span.begin + i * stride, as many as fit; none crosses the border of a
// span. A recording without spans is one span with its own label. Lengths are rounded to whole samples, at least one.
// Ascending; empty when no span is long enough.
std::vector<LabelledSpan> cut_windows(const Recording& recording, const WindowSettings& settings);

}  // namespace mote::data
