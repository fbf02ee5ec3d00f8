// A sliding window as tables of positions, so that one kernel (see Contraction) serves forward passes, gradients of
// inputs and gradients of weights, for any stride, dilation and padding, without copying patches.
//
// The input of a tile lies in a frame with its padding as zeros; so does the gradient of the output. Everything here
// counts positions in a frame; the blocks multiply by channels.
#pragma once

#include <cstdint>
#include <vector>

#include "../window.h"

namespace mote::trainer::fused {

// A feature map with a border of zeros.
struct Frame {
  std::int32_t height = 1, width = 1;  // with the border
  std::int32_t top = 0, left = 0;      // of the feature map in it
  std::int64_t positions() const { return std::int64_t{height} * width; }
};

// The cells of the input whose row and column have the same remainders modulo the strides: they see the same taps.
struct GradientPhase {
  std::vector<std::int32_t> cells;    // in the input without border
  std::vector<std::int32_t> origins;  // of each cell in the output's frame: a tap's offset is added to it
  std::vector<std::int32_t> taps;     // numbers of the taps that reach these cells; may be empty
  std::vector<std::int32_t> offsets;  // of each of these taps in the output's frame
};

struct Geometry {
  Window window;
  Frame input_frame;
  std::vector<std::int32_t> origins;           // of each output position in the input's frame
  std::vector<std::int32_t> tap_offsets;       // of each tap in the input's frame
  Frame output_frame;                          // for the gradient of the output
  std::vector<std::int32_t> output_positions;  // of each output position in the output's frame
  std::vector<GradientPhase> phases;           // every input cell is in exactly one
};

Geometry make_geometry(const Window& window);

}  // namespace mote::trainer::fused
