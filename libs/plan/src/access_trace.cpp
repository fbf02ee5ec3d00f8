#include "access_trace.h"

namespace mote::plan {
namespace {

// The first tap along an axis that falls inside the input.
std::int64_t first_tap(std::int32_t position, std::int32_t stride, std::int32_t pad, std::int32_t dilation) {
  const std::int32_t first = position * stride - pad;
  return first >= 0 ? first : first + (-first + dilation - 1) / dilation * dilation;
}

}  // namespace

std::int64_t first_cell(const mote_window& window, std::int32_t y, std::int32_t x) {
  const std::int64_t row = first_tap(y, window.stride_h, window.pad_top, window.dilation_h);
  const std::int64_t column = first_tap(x, window.stride_w, window.pad_left, window.dilation_w);
  return row * window.input_w + column;
}

}  // namespace mote::plan
