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

// Where a layer's weights lie in the flat array of parameters.
struct WeightSource {
  std::int64_t weights = 0;
  std::optional<std::int64_t> bias;
};

// A convolution. A dense layer is one whose window, and stride, is the whole input.
std::unique_ptr<Block> make_convolution(const Window& window, const WeightSource& source, Edge input, Value* output);

// A depthwise convolution, any multiplier.
std::unique_ptr<Block> make_depthwise(const Window& window, const WeightSource& source, Edge input, Value* output);

std::unique_ptr<Block> make_average_pool(const Window& window, Edge input, Value* output);
std::unique_ptr<Block> make_max_pool(const Window& window, Edge input, Value* output);

// The sum of two values of equal shape.
std::unique_ptr<Block> make_add(Edge left, Edge right, Value* output);

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
