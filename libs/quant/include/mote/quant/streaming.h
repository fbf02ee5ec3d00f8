// An int8 network over a window of frames as a network over the frames that are new: every layer keeps what it still
// needs of the past, and a step computes the new frames only.
//
// For convolutional networks over [1,T,F,1] (time first, as features come) whose layers do not pad in time. After
// warmup_hops() steps the outputs are, byte for byte, those of the whole network over the last T frames. It wants
// features that do not depend on the rest of the clip. Running it: plan::StreamingRunner. Not for networks that look at
// the whole window at once (mlp), where there is nothing to keep.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::quant {

// Frames of one activation that a step hands to the next: an input of the step graph. `window`, an output, is the kept
// frames followed by the new ones; its last frames_kept frames are the next step's input. Frames lie one after the
// other in memory.
struct StreamState {
  graph::TensorId kept = -1;
  graph::TensorId window = -1;
  std::int32_t frames_kept = 0;
  std::int32_t frames_new = 0;
  std::int64_t frame_bytes = 0;
  std::int8_t zero_point = 0;  // what a state holds before the first step

  std::int64_t bytes() const { return frames_kept * frame_bytes; }
};

struct StreamingGraph {
  // kInt8. Inputs: the new frames [1,hop_frames,F,1], then StreamState::kept of each state. Outputs: those of the whole
  // network, then StreamState::window of each state.
  graph::Graph step;
  std::vector<StreamState> states;
  std::int32_t hop_frames = 0;     // frames that a step takes: the product of the strides in time
  std::int32_t window_frames = 0;  // T

  // Steps after which the outputs are those of the whole window.
  std::int32_t warmup_hops() const { return (window_frames + hop_frames - 1) / hop_frames; }
  std::int64_t state_bytes() const;
};

// Frames are carried through convolutions, pools and element-wise layers; the first layer that joins all frames (a
// global pool, a mean over time, a flatten) keeps them all and runs anew each step, with what comes after it.
// Errors, kUnsupported with the layer as context: more than one input; int16 activations; padding in time; a stride in
// time greater than the kernel; an output that still has frames; no layer that computes frame by frame. kInvalid from
// graph::verify.
StreamingGraph streaming_graph(const graph::Graph& graph);

}  // namespace mote::quant
