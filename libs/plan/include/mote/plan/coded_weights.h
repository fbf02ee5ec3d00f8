// Weights as a coded kernel of the runtime reads them (mote/runtime/coding.h): narrow types packed, weights with many
// zeros as gaps and values. Made by the lowering of a layer; read by the host run and the exporter.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "mote/graph/tensor.h"

namespace mote::plan {

struct CodedWeights {
  std::int32_t coding = 0;  // mote_coding
  std::vector<std::uint8_t> bytes;
};

// Whether a kernel can leave out zeros: convolutions and dense layers can, depthwise layers cannot.
enum class ZeroWeights : std::uint8_t { kMayBeLeftOut, kKept };

// The smallest coding of a layer's weights; null for int8 weights that are best stored as they are. Sparse codings are
// taken from three quarters of the plain size down: above, they save little and cost time.
std::shared_ptr<const CodedWeights> coded_weights(const graph::Tensor& weights, ZeroWeights zeros);

}  // namespace mote::plan
