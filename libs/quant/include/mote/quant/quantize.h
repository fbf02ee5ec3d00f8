// From the float graph and its ranges to the int8 graph that is exported.
//
// Follows the TensorFlow Lite specification (docs/numerics.md): activations int8, asymmetric per tensor, or int16,
// symmetric; weights symmetric, per output channel for convolutions, of the type that is asked for; biases int32 (int64
// beside int16) at scale input·weight; softmax fixed at 1/256 and -128 (1/32768 and 0). Tensors that must share a scale
// (pools, pad, reshape, concat) are tied before scales are chosen.
#pragma once

#include <vector>

#include "mote/graph/graph.h"
#include "mote/quant/number_types.h"
#include "mote/quant/range.h"
#include "mote/quant/weights.h"

namespace mote::quant {

struct QuantizeSettings {
  DenseScales dense = DenseScales::kPerTensor;
  ActivationType activations = ActivationType::kInt8;
  std::vector<WeightType> weights = {};                // one a node of the float graph, without effect where it has no
                                                       // weights; empty: int8 everywhere
  std::vector<std::vector<float>> weight_scales = {};  // one entry a node: a scale for each output channel (or the one
                                                       // of a per-tensor layer); an empty entry, or none at all: by the
                                                       // rule of the type
};

// `ranges` has one entry for each tensor, as calibrate() gives. Verifies both graphs. Errors: kInvalid, with the layer:
// values, ranges or scales that are not finite (scales: positive), a wrong number of entries, weights other than int8
// beside int16 activations.
graph::Graph quantize(const graph::Graph& graph, const std::vector<Range>& ranges,
                      const QuantizeSettings& settings = {});

}  // namespace mote::quant
