// The random masks of dropout: the same for every program, thread and order of work.
#pragma once

#include <cstdint>
#include <span>

namespace mote::trainer {

// Names the masks of one dropout node in one step.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::uint64_t step = 0;
  std::uint64_t node = 0;  // index in the graph's list of nodes
};

// The mask of one node in one step as numbers: element i of sample n, of e elements each, is dropped when
// dropout_hash(n·e + i modulo 2^32, key_low, key_high) < threshold; the others are multiplied by `scale`.
struct DropoutStream {
  std::uint32_t key_low = 0;
  std::uint32_t key_high = 0;
  std::uint32_t threshold = 0;  // rate · 2^32; 0: nothing is dropped
  float scale = 1.0F;           // 1/(1 - rate)
};

DropoutStream dropout_stream(const DropoutKey& key, float rate);

// Fills the mask of sample `sample` (its place in the batch): 0 with probability `rate`, else 1/(1 - rate).
void fill_dropout_mask(const DropoutKey& key, float rate, std::int64_t sample, std::span<float> mask);

}  // namespace mote::trainer
