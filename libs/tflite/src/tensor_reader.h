// Tensors and buffers of a file, each checked before it is used.
#pragma once

#include <string>
#include <vector>

#include "mote/graph/graph.h"
#include "mote_tflite_generated.h"

namespace mote::tflite {

// More elements than any model for a microcontroller has; keeps sums of extents within 32 bits.
inline constexpr std::int64_t kMostElements = (std::int64_t{1} << 25) - 1;

struct FileTensors {
  std::vector<graph::Tensor> tensors;
  std::vector<std::string> refusals;  // by tensor: why mote cannot use it; empty if it can
};

// All tensors of the subgraph. INT64 constants without scales become int32. Errors: kCorrupt for a bad buffer index, a
// constant whose size does not fit its shape, scales and zero points that do not match.
FileTensors read_tensors(const format::Model& model, const format::SubGraph& subgraph);

}  // namespace mote::tflite
