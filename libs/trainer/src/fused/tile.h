// Some consecutive samples of one shard: what a worker does at a time.
#pragma once

#include <cstdint>
#include <span>

#include "../program.h"
#include "kernels.h"

namespace mote::trainer::fused {

// The flat arrays of the program.
struct Arrays {
  float* parameters = nullptr;
  float* statistics = nullptr;
  float* gradients = nullptr;
};

// What is the same for all tiles of a call.
struct Job {
  const Kernels* kernels = nullptr;
  const float* inputs = nullptr;
  const Batch* batch = nullptr;  // null in inference
  double total_weight = 0;       // of the batch
  float* outputs = nullptr;      // inference only
};

struct Tile {
  const Job& job;
  std::int64_t sample = 0;  // place of the first sample in the call
  std::int64_t slot = 0;    // place of its values in the buffers; equals `sample` in training
  std::int64_t count = 0;   // samples
  std::int64_t shard = 0;
  float* scratch = nullptr;  // of the worker: as large as the largest block asks for
  float* sums = nullptr;     // of the worker: two floats for each channel of the widest value

  bool training() const { return job.batch != nullptr; }
  // Those for rows of `columns` floats.
  const Kernels& kernels(std::int64_t columns) const { return kernels_for(*job.kernels, columns); }
};

}  // namespace mote::trainer::fused
