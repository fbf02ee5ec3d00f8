#include "plane_overlap.h"

#include <algorithm>
#include <vector>

namespace mote::codegen {

std::int64_t window_distance_bytes(const mote_window& window) {
  std::vector<std::int64_t> last_read(
      static_cast<std::size_t>(window.input_h) * static_cast<std::size_t>(window.input_w), -1);
  const auto mark = [&](std::int32_t y, std::int32_t x) {
    for (std::int32_t i = 0; i < window.kernel_h; ++i) {
      const std::int32_t row = y * window.stride_h - window.pad_top + i * window.dilation_h;
      if (row < 0 || row >= window.input_h) continue;
      for (std::int32_t j = 0; j < window.kernel_w; ++j) {
        const std::int32_t column = x * window.stride_w - window.pad_left + j * window.dilation_w;
        if (column < 0 || column >= window.input_w) continue;
        last_read[static_cast<std::size_t>(std::int64_t{row} * window.input_w + column)] =
            std::int64_t{y} * window.output_w + x;
      }
    }
  };
  for (std::int32_t y = 0; y < window.output_h; ++y) {
    for (std::int32_t x = 0; x < window.output_w; ++x) mark(y, x);
  }
  std::int64_t least = 0;
  for (std::size_t i = 0; i < last_read.size(); ++i) {
    // Outputs before last_read[i] are written before byte i is read for the last time.
    if (last_read[i] > 0) least = std::max(least, last_read[i] - static_cast<std::int64_t>(i));
  }
  return (least + 3) / 4 * 4;
}

}  // namespace mote::codegen
