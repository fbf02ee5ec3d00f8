// How an activation lies in memory. At the edges of a network and for the runtime's kernels it lies in the graph's own
// order; kernels made for a layer may want it otherwise, and the planner then changes it between layers.
#pragma once

#include <cstdint>
#include <string_view>

#include "mote/graph/tensor.h"

namespace mote::plan {

// kNhwc: int8, raw values, the graph's order.
// kPlanes: uint8, raw value + 128, one plane a channel: value (y, x, c) lies at c·pitch + y·W + x. The bytes between
// H·W and the pitch hold anything, and kernels may overwrite them. Zero padding of a ReLU tensor is 0 there.
enum class Layout : std::uint8_t { kNhwc, kPlanes };

std::string_view to_string(Layout layout);  // "nhwc", "planes"

// Bytes from one plane to the next: height · width, rounded up to whole words so that each plane is word-aligned.
std::int64_t plane_pitch_bytes(std::int64_t height, std::int64_t width);

// Height, width and channels of an int8 activation, whatever its rank: the last axis is channels, the one before it
// width, all others height. [1, C] is one position of C channels.
struct PlaneGeometry {
  std::int32_t height = 1;
  std::int32_t width = 1;
  std::int32_t channels = 1;

  std::int64_t positions() const { return std::int64_t{height} * width; }
  std::int64_t pitch_bytes() const { return plane_pitch_bytes(height, width); }
};

PlaneGeometry plane_geometry(const graph::Tensor& tensor);

// Bytes that an activation occupies in a layout. kPlanes wants an int8 tensor (asserted).
std::int64_t stored_bytes(const graph::Tensor& tensor, Layout layout);

}  // namespace mote::plan
