// From the float graph and its ranges to the int8 graph that is exported.
//
// Follows the TensorFlow Lite int8 specification (docs/numerics.md): activations asymmetric per tensor; weights
// symmetric in
// [-127, 127], per output channel for convolutions; biases int32 at scale input·weight; softmax fixed at 1/256 and
// -128. Tensors that must share a scale (pools, pad, reshape, concat) are tied before scales are chosen.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/quant/range.h"

namespace mote::quant {

enum class DenseScales : std::uint8_t { kPerTensor, kPerChannel };

struct QuantizeSettings {
  DenseScales dense = DenseScales::kPerTensor;
};

// `ranges` has one entry for each tensor, as calibrate() gives. Verifies both graphs. Errors: kInvalid.
graph::Graph quantize(const graph::Graph& graph, const std::vector<Range>& ranges,
                      const QuantizeSettings& settings = {});

}  // namespace mote::quant
