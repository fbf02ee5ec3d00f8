// The kinds of blocks. Each says in its file how the data flows and what lies in its scratch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "../window.h"
#include "block.h"
#include "mote/graph/ops/pool2d.h"

namespace mote::trainer::fused {

// Where a layer's weights lie in the flat array of parameters. With a grid the layer computes with its integers
// instead, and gradients pass straight through to the weights.
struct WeightSource {
  std::int64_t weights = 0;
  std::optional<std::int64_t> bias;
  const WeightGrid* grid = nullptr;

  Units input_units() const { return grid == nullptr ? Units::kReal : Units::kGrid; }
  // In the layout of the graph: real values, or integers.
  const float* values(const float* parameters) const {
    return grid == nullptr ? parameters + weights : grid->integers.data();
  }
  // The real value of one, of an output channel's weight and of a product with an input.
  float step(std::int64_t output) const {
    return grid == nullptr ? 1.0F : grid->step[static_cast<std::size_t>(output)];
  }
  float bias_value(const float* parameters, std::int64_t output) const {
    const float value = parameters[*bias + output];
    if (grid == nullptr) return value;
    const float unit = grid->unit[static_cast<std::size_t>(output)];
    return unit == 0 ? 0.0F : value / unit;
  }
  float input_step() const { return grid == nullptr ? 1.0F : grid->input_step; }
};

// A convolution. A dense layer is one whose window, and stride, is the whole input.
std::unique_ptr<Block> make_convolution(const Window& window, const WeightSource& source, Edge input, Value* output);

// A depthwise convolution, any multiplier.
std::unique_ptr<Block> make_depthwise(const Window& window, const WeightSource& source, Edge input, Value* output);

// How the int8 graph rounds means.
struct MeanRounding {
  const ActivationGrid* grid = nullptr;   // that input and output share: an average pool's way
  const SumRounding* rounding = nullptr;  // of the sum of all cells; empty: not at all
};
std::unique_ptr<Block> make_average_pool(const Window& window, Edge input, Value* output, const MeanRounding& rounding);
std::unique_ptr<Block> make_max_pool(const Window& window, Edge input, Value* output);

// The sum of two values of equal shape. `rounding`: null or empty for exact sums.
std::unique_ptr<Block> make_add(Edge left, Edge right, Value* output, const AdditionRounding* rounding);

// Elements of a sample that stay together on their way from an input to the output, in the graph's own order (no
// padding).
struct Run {
  std::int64_t from = 0, to = 0, count = 0;
};
// Copies: reshape, pad, concat, and values that have to exist as such. `runs` has a list for each input; what none of
// them writes is zero.
std::unique_ptr<Block> make_rearrangement(const std::vector<std::vector<Run>>& runs, std::vector<Edge> inputs,
                                          Value* output);

// Softmax and cross-entropy. In inference it writes the probabilities to the caller's array.
class LossBlock : public Block {
 public:
  using Block::Block;
  // Of the last step, all shards in order.
  virtual StepResult result() const = 0;
};
std::unique_ptr<LossBlock> make_loss(float beta, Edge logits);
// The distance of a value from the batch's hints; nothing in inference.
std::unique_ptr<LossBlock> make_hint_loss(Edge value);

}  // namespace mote::trainer::fused
