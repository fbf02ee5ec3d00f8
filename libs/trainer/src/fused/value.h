// A tensor that the fused trainer keeps: what a block computed, before batch norm. What the graph calls "batch norm of
// it, then activation, then dropout" is a view that readers compute again from the stored value, tile by tile; it never
// exists as a whole.
//
//   z         stored for every sample of the batch
//   view(z)   dropout(clamp(scale·z + offset, low, high)): scale and offset by channel, from the batch norm (else 1 and
//   0) gradient  the loss by the view's inside, scale·z + offset; written by the readers, with its sums over the batch
//
// In quantization-aware training z counts products of integers (WeightGrid says what one stands for) and the view,
// before dropout, is rounded to the grid of an activation of the int8 graph.
//
// From those sums the producer gets the loss by z as a·gradient + b·z + c, which is the whole of batch norm's backward
// pass.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "../dropout_mask.h"
#include "../qat/simulation.h"
#include "aligned_array.h"
#include "geometry.h"
#include "kernels.h"
#include "tile.h"

namespace mote::trainer::fused {

// Places in the flat arrays of the program, and the constants of the op.
struct NormSource {
  std::int64_t gamma = 0, beta = 0;     // in parameters and gradients
  std::int64_t mean = 0, variance = 0;  // in statistics
  float epsilon = 0, momentum = 0;
};

struct DropoutSource {
  float rate = 0;
  std::uint64_t node = 0;
};

// What a view counts: real values, or steps of its grid (which a view without a grid has none of).
enum class Units : std::uint8_t { kReal, kGrid };

class Value {
 public:
  // `stride`: channels with padding; without any for the graph's input, which lies as the caller has it.
  Value(std::int32_t height, std::int32_t width, std::int32_t channels, std::int64_t stride);

  // While the program is built.
  bool is_input = false;
  bool needs_gradient = false;
  std::optional<NormSource> norm;
  std::optional<DropoutSource> dropout;
  std::optional<std::int64_t> bias;      // in parameters: its gradient is the sum of ours
  const WeightGrid* products = nullptr;  // what z counts; null: real values
  const ActivationGrid* grid = nullptr;  // that the view is rounded to; null: none
  graph::TensorId tensor = -1;           // the last that is our view
  std::vector<graph::TensorId> sites;    // whose values before rounding are our view's
  bool learns_step = false;
  void set_activation(graph::Activation activation);
  bool has_activation() const { return has_activation_; }
  void allocate(std::int64_t samples);
  void set_gradient_buffer(float* gradient) { gradient_ = gradient; }

  std::int32_t height() const { return height_; }
  std::int32_t width() const { return width_; }
  std::int64_t channels() const { return channels_; }
  std::int64_t stride() const { return stride_; }  // channels with padding
  std::int64_t positions() const { return std::int64_t{height_} * width_; }
  std::int64_t sample_floats() const { return positions() * stride_; }
  Frame plain_frame() const { return {height_, width_, 0, 0}; }

  // Before a step, or before inference.
  void begin_step(const Arrays& arrays, const Batch& batch);
  void begin_inference(const Arrays& arrays);

  // Between phases: batch statistics from the sums of all shards, in double and in order.
  void finish_statistics(const Arrays& arrays, std::int64_t samples, std::uint64_t step);
  // Gradients of gamma, beta and bias, and the coefficients of gradient_into().
  void finish_gradient(const Arrays& arrays, std::int64_t samples);

  // After a step: the gradient of the loss by the logarithm of the grid's step, where learns_step is set.
  double step_gradient() const;
  // After a step: one sample's view before rounding and dropout, padded as z is, into room for sample_floats().
  void raw_view(const Tile& tile, float* to) const;

  // Inference, or a step with frozen norms: what the int8 graph computes too.
  bool is_frozen() const { return frozen_; }

  // The tile's view, or the loss by the real value of z, in a frame of `stride` channels a position.
  void view_into(const Tile& tile, const Frame& frame, float* to, Units units = Units::kReal) const;
  void gradient_into(const Tile& tile, const Frame& frame, float* to) const;
  const float* stored(const Tile& tile) const;

  // run(epilogue) must write every row of the tile's z, or of the gradient, through the epilogue.
  template <class Run>
  void write(const Tile& tile, Run&& run) {
    run(begin_write(tile));
    if (products != nullptr && !products->rounding.empty() && is_frozen()) settle(tile);
    if (tile.training() && norm) add_sums(tile, 2, statistics_);
  }
  template <class Run>
  void write_gradient(const Tile& tile, Finish finish, Run&& run) {
    run(begin_gradient(tile, finish));
    if (finish == Finish::kGradient || finish == Finish::kAddGradient) add_sums(tile, gradient_sums(), gradients_);
  }

 private:
  // By shard: sums, then weighted sums, then gradients of the step, of each channel.
  using ShardSums = std::array<std::vector<double>, kShards>;

  Epilogue begin_write(const Tile& tile) const;
  Epilogue begin_gradient(const Tile& tile, Finish finish) const;
  void add_sums(const Tile& tile, std::int64_t kinds, ShardSums& sums) const;
  ViewTile view_tile(const Tile& tile, Units units) const;
  void input_into(const Tile& tile, const Frame& frame, float* to, Units units) const;
  double unit(std::int64_t channel) const;
  void settle(const Tile& tile);
  void set_grid_view();
  std::int64_t gradient_sums() const { return learns_step ? 3 : 2; }
  Lines frame_lines(const Frame& frame, const float* from, float* to) const;
  template <class Copy>
  void fill_frame(const Tile& tile, const Frame& frame, const float* from, float* to, Copy&& copy) const;
  void set_scale(const Arrays& arrays, std::int64_t channel, double mean, double variance);

  std::int32_t height_, width_;
  std::int64_t channels_, stride_;
  bool has_activation_ = false;
  float low_, high_;
  DropoutStream stream_;
  AlignedArray z_;
  float* gradient_ = nullptr;
  bool frozen_ = false;  // the norm uses moving statistics in training too
  AlignedArray scale_, offset_;
  AlignedArray grid_scale_, grid_offset_;  // the same in steps of the grid
  AlignedArray shift_;                     // moving mean: keeps the sums of squares well conditioned
  AlignedArray mean_, inverse_;            // of the batch; 1/deviation
  AlignedArray a_, b_, c_;
  AlignedArray front_;  // what z holds beside products: the bias
  ShardSums statistics_, gradients_;
};

}  // namespace mote::trainer::fused
