// How the int8 kernels come from sums of integers to the integers of their output, bit for bit, in the units of an
// ActivationGrid (no zero points). For exact_rounding; without it, outputs are rounded in float.
//
// Sums are floats that hold integers: exact below 2^22, where real networks stay.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/quant/multiplier.h"
#include "mote/runtime/requantize.h"

namespace mote::trainer {

// The end of a convolution, depthwise, dense layer or mean: output = clamp(requantize(sum + bias)).
struct SumRounding {
  std::vector<std::int32_t> bias;  // by channel, or one for all, as multipliers
  std::vector<quant::Multiplier> multipliers;
  std::int32_t zero_point = 0;
  mote_activation bounds{-128, 127};

  bool empty() const { return multipliers.empty(); }
  float operator()(float sum, std::size_t channel) const {
    const quant::Multiplier& multiplier = multipliers[channel % multipliers.size()];
    const std::int32_t whole = static_cast<std::int32_t>(std::lround(sum)) + bias[channel % bias.size()];
    return static_cast<float>(mote_requantize_s8(whole, multiplier.value, multiplier.shift, zero_point, bounds) -
                              zero_point);
  }
};

// The sum of two activations.
struct AdditionRounding {
  quant::Multiplier first, second, output;
  std::int32_t zero_point = 0;
  mote_activation bounds{-128, 127};

  bool empty() const { return output.value == 0; }
  float operator()(float a, float b) const;
};

// Of a node of an int8 graph; empty for other nodes, and for activations that are not int8.
SumRounding sum_rounding(const graph::Graph& graph, const graph::Node& node);
AdditionRounding addition_rounding(const graph::Graph& graph, const graph::Node& node);

}  // namespace mote::trainer
