// A kTrain graph as values and blocks: each convolution or dense layer with the batch norm, activation and dropout
// behind it is one block and one value.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "../parameter_layout.h"
#include "blocks.h"

namespace mote::trainer::fused {

struct Network {
  std::vector<std::unique_ptr<Value>> values;
  std::vector<std::unique_ptr<Block>> blocks;  // in forward order; the loss and the hint's loss come last
  LossBlock* loss = nullptr;
  LossBlock* hint = nullptr;       // of the graph's second output; null without one
  std::int64_t input_floats = 0;   // of a sample
  std::int64_t output_floats = 0;  // classes
};

// Nothing when some part of the graph has no block. Values are not allocated yet.
// `simulation`, if there is one, says where views are rounded and which integers stand for the weights; it must outlive
// the network.
std::optional<Network> build_network(const graph::Graph& graph, const ParameterLayout& layout, const Kernels& kernels,
                                     const Simulation* simulation);

}  // namespace mote::trainer::fused
