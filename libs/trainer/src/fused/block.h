// A step of the fused program: reads the views of some values and writes one. Forward and backward work on one tile at
// a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tile.h"
#include "value.h"

namespace mote::trainer::fused {

// A block's read of a value, and its part in that value's gradient: the first reader to come back stores it, others
// add, the last one takes it through the view.
struct Edge {
  Value* value = nullptr;
  Finish finish = Finish::kStore;
  bool completes_gradient() const { return finish == Finish::kGradient || finish == Finish::kAddGradient; }
};

class Block {
 public:
  Block(std::vector<Edge> inputs, Value* output) : inputs_(std::move(inputs)), output_(output) {}
  virtual ~Block() = default;

  const std::vector<Edge>& inputs() const { return inputs_; }
  std::vector<Edge>& inputs() { return inputs_; }
  Value* output() const { return output_; }  // null for the loss

  // Makes the tables for tiles of up to `samples`; returns the scratch that they need, in floats.
  virtual std::int64_t prepare(std::int64_t samples) = 0;

  // Has parameters of its own.
  virtual bool trains() const { return false; }
  // Before each step and each inference: copies of the weights as the kernels want them.
  virtual void pack(const float* /*parameters*/) {}
  // Before a step: the shard's sums are zero again.
  virtual void begin_shard(std::int64_t /*shard*/) {}
  virtual void forward(const Tile& tile) = 0;
  virtual void backward(const Tile& tile) = 0;
  // After a step: the gradients of the shards, summed in order, into the flat array.
  virtual void reduce(float* /*gradients*/) const {}

 protected:
  // run(epilogue) computes the input's gradient, if anybody wants it.
  template <class Run>
  static void write_gradient(const Tile& tile, const Edge& edge, Run&& run) {
    if (edge.value->needs_gradient) edge.value->write_gradient(tile, edge.finish, run);
  }

 private:
  std::vector<Edge> inputs_;
  Value* output_;
};

// Floats of a frame for `samples`, whole cache lines; a last line's gap may reach beyond the frame by its left border.
inline std::int64_t frame_floats(const Frame& frame, std::int64_t samples, std::int64_t channels) {
  return round_up((samples * frame.positions() + frame.left) * channels, kCacheLineFloats);
}

}  // namespace mote::trainer::fused
