#include "geometry.h"

#include <algorithm>

namespace mote::trainer::fused {
namespace {

// A tap that reaches the input cells remainder, remainder + stride, …: the i-th of them from output position i + shift.
struct TapShift {
  std::int32_t tap = 0;
  std::int32_t shift = 0;
};

// One axis of a window: the taps that reach the cells of each remainder modulo the stride.
struct Axis {
  std::int32_t input = 0, output = 0, kernel = 1, stride = 1, dilation = 1, pad = 0;

  std::int32_t cells(std::int32_t remainder) const { return (input - remainder + stride - 1) / stride; }

  std::vector<TapShift> taps(std::int32_t remainder) const {
    std::vector<TapShift> result;
    for (std::int32_t tap = 0; tap < kernel; ++tap) {
      const std::int32_t distance = remainder + pad - tap * dilation;
      if (distance % stride == 0) result.push_back({tap, distance / stride});
    }
    return result;
  }
};

// Border before and whole extent of the output's frame along one axis.
struct Extent {
  std::int32_t before = 0;
  std::int32_t whole = 0;
};

Extent output_extent(const Axis& axis) {
  std::int32_t least = 0;
  std::int32_t most = axis.output - 1;
  for (std::int32_t remainder = 0; remainder < std::min(axis.stride, axis.input); ++remainder) {
    for (const TapShift& tap : axis.taps(remainder)) {
      least = std::min(least, tap.shift);
      most = std::max(most, axis.cells(remainder) - 1 + tap.shift);
    }
  }
  return {-least, most - least + 1};
}

GradientPhase make_phase(const Geometry& g, const Axis& rows, const Axis& columns, std::int32_t y, std::int32_t x) {
  GradientPhase phase;
  const Frame& frame = g.output_frame;
  for (std::int32_t i = 0; i < rows.cells(y); ++i) {
    for (std::int32_t j = 0; j < columns.cells(x); ++j) {
      phase.cells.push_back((y + i * rows.stride) * g.window.in_w + x + j * columns.stride);
      phase.origins.push_back((i + frame.top) * frame.width + j + frame.left);
    }
  }
  for (const TapShift& ty : rows.taps(y)) {
    for (const TapShift& tx : columns.taps(x)) {
      phase.taps.push_back(ty.tap * g.window.kernel_w + tx.tap);
      phase.offsets.push_back(ty.shift * frame.width + tx.shift);
    }
  }
  return phase;
}

std::int32_t reach(const Axis& axis) {
  return (axis.output - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
}

}  // namespace

Geometry make_geometry(const Window& w) {
  const Axis rows{w.in_h, w.out_h, w.kernel_h, w.stride_h, w.dilation_h, w.pad_top};
  const Axis columns{w.in_w, w.out_w, w.kernel_w, w.stride_w, w.dilation_w, w.pad_left};
  Geometry g;
  g.window = w;
  g.input_frame = {std::max(w.pad_top + w.in_h, reach(rows)), std::max(w.pad_left + w.in_w, reach(columns)), w.pad_top,
                   w.pad_left};
  const Extent tall = output_extent(rows);
  const Extent wide = output_extent(columns);
  g.output_frame = {tall.whole, wide.whole, tall.before, wide.before};
  for (std::int32_t y = 0; y < w.out_h; ++y) {
    for (std::int32_t x = 0; x < w.out_w; ++x) {
      g.origins.push_back(y * w.stride_h * g.input_frame.width + x * w.stride_w);
      g.output_positions.push_back((y + tall.before) * wide.whole + x + wide.before);
    }
  }
  for (std::int32_t y = 0; y < w.kernel_h; ++y) {
    for (std::int32_t x = 0; x < w.kernel_w; ++x) {
      g.tap_offsets.push_back(y * w.dilation_h * g.input_frame.width + x * w.dilation_w);
    }
  }
  for (std::int32_t y = 0; y < std::min(w.stride_h, w.in_h); ++y) {
    for (std::int32_t x = 0; x < std::min(w.stride_w, w.in_w); ++x)
      g.phases.push_back(make_phase(g, rows, columns, y, x));
  }
  return g;
}

}  // namespace mote::trainer::fused
