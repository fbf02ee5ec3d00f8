// From the trained graph to the float graph that is evaluated, calibrated and quantized.
//
// Runs the passes of this library in order. A pass is one function Graph → Graph in src/passes/<name>.cpp with a text
// test of the same stem in tests/passes; each can be switched off by name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::quant {

struct Pass {
  std::string_view name;
  graph::Graph (*run)(const graph::Graph&);
};

// remove_dropout, fold_batch_norm, merge_branches, fuse_activation.
std::span<const Pass> folding_passes();

// kTrain (initialized) → kFloat. `disabled` names passes to leave out; what must go (dropout, batch norm) then fails in
// verify. Errors: kNotFound for an unknown pass name; kInvalid when the result is not a kFloat graph.
graph::Graph fold(const graph::Graph& trained, std::span<const std::string> disabled = {});

// Drops Dropout nodes: they do nothing outside training.
graph::Graph remove_dropout(const graph::Graph& graph);

// Folds each BatchNorm into the convolution, depthwise or dense layer before it (which gains a bias), or, where there
// is none (or others read its output too), into a depthwise 1×1 convolution of its own. w' = w·gamma/sqrt(variance +
// epsilon), b' = beta + (b - mean)·gamma/sqrt(…). Source: Jacob et al. 2018, section 3.2. Errors: kInvalid for a
// constant without values; kUnsupported for one left alone on a tensor that is no feature map.
graph::Graph fold_batch_norm(const graph::Graph& graph);

// Makes one convolution of two that read the same tensor and whose outputs are added: of parallel branches (3×3, 1×1,
// identity) that help training, the one that an inference needs. The narrower one's taps are added to those of the
// other that see the same cell; a depthwise layer, or the tensor itself, goes into a convolution as its diagonal. Only
// where the sum costs no more than the wider branch alone: same strides, all taps inside the other's window, no
// activation between. Sources: Ding et al. 2021 (RepVGG), Vasu et al. 2023 (MobileOne).
graph::Graph merge_branches(const graph::Graph& graph);

// Moves a ReLU or ReLU6 into the layer before it when that layer has a fused activation and nobody else reads its
// output.
graph::Graph fuse_activation(const graph::Graph& graph);

}  // namespace mote::quant
