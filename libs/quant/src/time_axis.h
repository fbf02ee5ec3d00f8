// How time runs through an int8 graph. Private to this library.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::quant {

// An activation as frames one after the other: every axis before `axis` has extent 1.
struct TimeAxis {
  std::int32_t axis = -1;   // -1: no frames, or all of them joined
  std::int32_t stride = 1;  // frames of the input between two frames
  std::int32_t frames = 0;

  bool has_frames() const { return axis >= 0; }
};

// How a node makes frames from frames.
struct TimeStep {
  enum class Kind : std::uint8_t {
    kNone,   // its inputs have no frames
    kLocal,  // a window of `extent` frames, `stride` frames further for each frame of the output
    kWhole,  // it needs all frames at once
  };
  Kind kind = Kind::kWhole;
  std::int32_t extent = 1;
  std::int32_t stride = 1;
  std::int32_t axis = -1;  // of the output
};

struct TimeFlow {
  std::vector<TimeAxis> tensors;
  std::vector<TimeStep> nodes;
};

// `graph` has one input, whose axis 1 is time. Errors: kUnsupported for padding in time, with the layer as context.
TimeFlow time_flow(const graph::Graph& graph);

}  // namespace mote::quant
