// The geometry of a sliding window over an NHWC feature map, shared by convolutions and pools.
#pragma once

#include <cstdint>

#include "mote/graph/ops/common.h"

namespace mote::trainer {

// Cells are counted row by row: cell = y·width + x of the input, position = y·width + x of the output, tap =
// ky·kernel_w + kx.
struct Window {
  std::int32_t in_h = 0, in_w = 0;
  std::int32_t out_h = 0, out_w = 0;
  std::int32_t kernel_h = 1, kernel_w = 1;
  std::int32_t stride_h = 1, stride_w = 1;
  std::int32_t dilation_h = 1, dilation_w = 1;
  std::int32_t pad_top = 0, pad_left = 0;

  std::int64_t cells() const { return std::int64_t{in_h} * in_w; }
  std::int64_t positions() const { return std::int64_t{out_h} * out_w; }
  std::int64_t taps() const { return std::int64_t{kernel_h} * kernel_w; }
  // Every position sees exactly the cell of the same number.
  bool is_pointwise() const { return taps() == 1 && stride_h == 1 && stride_w == 1; }
};

// From an op with strides and padding (dilations where it has them), its kernel and its input [1,H,W,C].
template <class Attributes>
Window make_window(const Attributes& op, const graph::Shape& input, std::int32_t kernel_h, std::int32_t kernel_w) {
  Window w;
  w.in_h = input[1];
  w.in_w = input[2];
  w.kernel_h = kernel_h;
  w.kernel_w = kernel_w;
  w.stride_h = op.stride_h;
  w.stride_w = op.stride_w;
  if constexpr (requires { op.dilation_h; }) {
    w.dilation_h = op.dilation_h;
    w.dilation_w = op.dilation_w;
  }
  const auto rows = graph::window_axis(w.in_h, kernel_h, w.stride_h, w.dilation_h, op.padding);
  const auto columns = graph::window_axis(w.in_w, kernel_w, w.stride_w, w.dilation_w, op.padding);
  w.out_h = rows.output;
  w.out_w = columns.output;
  w.pad_top = rows.pad_before;
  w.pad_left = columns.pad_before;
  return w;
}

// visit(cell, tap) for each tap of the window at output (y, x) that lies inside the input.
template <class Visitor>
void for_each_tap_at(const Window& w, std::int32_t y, std::int32_t x, Visitor&& visit) {
  for (std::int32_t ky = 0; ky < w.kernel_h; ++ky) {
    const std::int32_t cell_y = y * w.stride_h - w.pad_top + ky * w.dilation_h;
    if (cell_y < 0 || cell_y >= w.in_h) continue;
    for (std::int32_t kx = 0; kx < w.kernel_w; ++kx) {
      const std::int32_t cell_x = x * w.stride_w - w.pad_left + kx * w.dilation_w;
      if (cell_x < 0 || cell_x >= w.in_w) continue;
      visit(std::int64_t{cell_y} * w.in_w + cell_x, std::int64_t{ky} * w.kernel_w + kx);
    }
  }
}

// visit(position, cell, tap) for each tap of each position that lies inside the input, positions ascending.
template <class Visitor>
void for_each_tap(const Window& w, Visitor&& visit) {
  for (std::int32_t y = 0; y < w.out_h; ++y) {
    for (std::int32_t x = 0; x < w.out_w; ++x) {
      const std::int64_t position = std::int64_t{y} * w.out_w + x;
      for_each_tap_at(w, y, x, [&](std::int64_t cell, std::int64_t tap) { visit(position, cell, tap); });
    }
  }
}

}  // namespace mote::trainer
