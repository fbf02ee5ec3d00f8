// Convolutions and dense layers as filters over windows of NHWC values: what kernels in C with intrinsics share, which
// gather a window into a patch and multiply it with filter after filter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighted_layer.h"

namespace mote::codegen {

struct WindowedLayer {
  mote_window window{};  // a dense layer has one position
  std::int32_t input_c = 0;
  WeightedLayer common{};

  std::int64_t depth() const { return common.inner; }  // values of a window
  std::int64_t positions() const { return std::int64_t{window.output_h} * window.output_w; }
  // Stretches of a window that follow each other in memory.
  std::int64_t runs() const { return std::int64_t{window.kernel_h} * (window.dilation_w == 1 ? 1 : window.kernel_w); }
};

// Nothing for other layers, nor for a dense layer of several rows.
std::optional<WindowedLayer> windowed_layer(const Layer& layer);

// Bias with the input's offset folded in, multiplier and shift of each filter; zeros for those from the last one to
// `filters`.
std::vector<std::int32_t> filter_ends(const Layer& layer, const WindowedLayer& windowed, std::int64_t filters);

// For each output position the first input cell, in scan order, that it or a later one reads.
std::vector<std::int64_t> first_cells_from(const mote_window& window);

// Taps of one axis that meet the input, the first of them at `begin`.
std::int32_t taps_inside(std::int32_t begin, std::int32_t taps, std::int32_t dilation, std::int32_t extent);

// A mote_window as an initializer.
std::string window_text(const mote_window& window);

// C text of
//   static int32_t NAME_gather(const SHAPE* shape, const int8_t* input, int32_t y, int32_t x, PATCH* patch)
// which takes the window of output position (y, x), the input's zero point where it lies outside, run by run to
//   int32_t NAME_put(const int8_t* from, int32_t step, int32_t count, int32_t index, PATCH* patch)
// and returns the sum of what that returns. SHAPE has window, input_c and zero.
std::string gather_text(std::string_view name, std::string_view shape, std::string_view patch);

}  // namespace mote::codegen
