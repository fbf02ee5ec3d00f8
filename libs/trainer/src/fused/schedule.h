// The order of work of a step: phases, between which all threads meet because batch statistics, or the sums behind a
// batch norm's gradient, must be whole. Within a phase each tile of samples goes through all calls while it is in the
// cache: the end of the forward pass, the loss and the start of the backward pass are one phase.
#pragma once

#include <cstdint>
#include <vector>

#include "aligned_array.h"
#include "network.h"

namespace mote::trainer::fused {

enum class Direction : std::uint8_t { kForward, kBackward };

struct Call {
  Block* block = nullptr;
  Direction direction = Direction::kForward;
};

struct Phase {
  std::vector<Value*> finish_statistics;  // before the phase
  std::vector<Value*> finish_gradients;   // before the phase
  std::vector<Call> calls;
  std::int64_t tile_samples = 1;
};

struct Schedule {
  std::vector<Phase> phases;
  std::vector<Value*> finish_gradients;  // after the last phase
  std::int64_t scratch_floats = 0;       // of a worker
  std::int64_t inference_tile_samples = 1;
};

// Chooses phases and tiles, from shapes alone, and prepares the blocks for them.
Schedule make_schedule(const Network& network, std::int64_t max_batch);

// Buffers for gradients: values of one size share one as soon as the first of them is done with it. A block reads its
// whole output gradient into scratch before it writes those of its inputs, which may therefore take the same buffer.
std::vector<AlignedArray> allocate_gradients(const Network& network, const Schedule& schedule, std::int64_t max_batch);

}  // namespace mote::trainer::fused
