// Average pool: a depthwise sum whose weights are all one, divided by the cells inside the input.
//
// Scratch: x in its frame; the gradient in its frame, or the sums; only a pool over the whole input (one position,
// every cell) goes back without a frame: all its cells get the same.
#include <algorithm>

#include "blocks.h"
#include "offset_tables.h"

namespace mote::trainer::fused {
namespace {

class AveragePool final : public Block {
 public:
  AveragePool(const Window& window, Edge input, Value* output, const MeanRounding& rounding);

  std::int64_t prepare(std::int64_t samples) override;
  void forward(const Tile& tile) override;
  void backward(const Tile& tile) override;

 private:
  struct InputPhase {
    Offsets rows, cells, inner;
    std::int64_t cells_of_sample = 0;
  };

  const Value& in() const { return *inputs().front().value; }
  float as_kernel(float mean, std::int64_t cells) const;
  bool is_global() const { return geometry_.origins.size() == 1 && window_.taps() == in().positions(); }
  Frame gradient_frame() const { return is_global() ? Frame{} : geometry_.output_frame; }

  Window window_;
  MeanRounding rounding_;
  Geometry geometry_;
  std::vector<std::int64_t> cells_;  // of each position
  std::vector<float> shares_;        // 1/cells
  AlignedArray ones_;
  Offsets x_rows_, x_taps_, no_offsets_, output_positions_;
  std::vector<InputPhase> phases_;
  std::int64_t second_ = 0;  // offset of the second part of scratch
};

AveragePool::AveragePool(const Window& window, Edge input, Value* output, const MeanRounding& rounding)
    : Block({input}, output),
      window_(window),
      rounding_(rounding),
      geometry_(make_geometry(window)),
      ones_(output->stride()) {
  ones_.fill(1.0F);
  std::vector<std::int64_t> cells(static_cast<std::size_t>(window.positions()));
  for_each_tap(window,
               [&](std::int64_t position, std::int64_t, std::int64_t) { ++cells[static_cast<std::size_t>(position)]; });
  for (std::int64_t count : cells) shares_.push_back(1.0F / static_cast<float>(count));
  cells_ = std::move(cells);
}

std::int64_t AveragePool::prepare(std::int64_t samples) {
  const Geometry& g = geometry_;
  const std::int64_t stride = in().stride();
  x_rows_ = tile_offsets(g.origins, g.input_frame.positions(), samples, stride);
  x_taps_ = tile_offsets(g.tap_offsets, 0, 1, stride);
  no_offsets_ = regular_offsets(window_.taps(), 0);
  output_positions_ = is_global() ? Offsets{0} : g.output_positions;
  phases_.clear();
  if (is_global()) {
    const Offsets origin(static_cast<std::size_t>(in().positions()), 0);
    phases_.push_back({tile_offsets(origin, 1, samples, stride),
                       regular_offsets(samples * in().positions(), 1),
                       {0},
                       in().positions()});
  }
  for (const GradientPhase& phase : g.phases) {
    if (is_global()) break;
    phases_.push_back({tile_offsets(phase.origins, g.output_frame.positions(), samples, stride),
                       tile_offsets(phase.cells, in().positions(), samples, 1),
                       tile_offsets(phase.offsets, 0, 1, stride), static_cast<std::int64_t>(phase.cells.size())});
  }
  second_ = frame_floats(g.input_frame, samples, stride);
  return second_ + std::max(frame_floats(gradient_frame(), samples, stride),
                            frame_floats(output()->plain_frame(), samples, stride));
}

void AveragePool::forward(const Tile& tile) {
  const std::int64_t stride = in().stride();
  const std::int64_t rows = tile.count * output()->positions();
  float* x = tile.scratch;
  float* y = tile.scratch + second_;
  in().view_into(tile, geometry_.input_frame, x);
  Contraction sums = contraction(x, x_rows_, x_taps_, ones_.data(), no_offsets_);
  sums.rows = rows;
  sums.inner = window_.taps();
  sums.columns = stride;
  sums.epilogue.out = y;
  sums.epilogue.stride = stride;
  tile.kernels(stride).depthwise(sums);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto position = static_cast<std::size_t>(row % output()->positions());
    float* const means = y + row * stride;
    for (std::int64_t c = 0; c < stride; ++c) means[c] *= shares_[position];
    for (std::int64_t c = 0; c < output()->channels(); ++c) means[c] = as_kernel(means[c], cells_[position]);
  }
  output()->write(tile, [&](const Epilogue& epilogue) { tile.kernels(stride).finish(y, rows, stride, epilogue); });
}

float AveragePool::as_kernel(float mean, std::int64_t cells) const {
  if (rounding_.grid != nullptr) return averaged_to(*rounding_.grid, mean, cells);
  if (rounding_.rounding == nullptr || rounding_.rounding->empty() || !output()->is_frozen()) return mean;
  const float sum = mean / in().grid->step * static_cast<float>(cells);
  return output()->grid->step * (*rounding_.rounding)(sum, 0);
}

void AveragePool::backward(const Tile& tile) {
  const std::int64_t stride = in().stride();
  const Frame frame = gradient_frame();
  float* dy = tile.scratch + second_;
  output()->gradient_into(tile, frame, dy);
  for (std::int64_t n = 0; n < tile.count; ++n) {
    for (std::size_t p = 0; p < output_positions_.size(); ++p) {
      float* row = dy + (n * frame.positions() + output_positions_[p]) * stride;
      for (std::int64_t c = 0; c < stride; ++c) row[c] *= shares_[p];
    }
  }
  write_gradient(tile, inputs().front(), [&](const Epilogue& epilogue) {
    for (const InputPhase& phase : phases_) {
      Contraction sums = contraction(dy, phase.rows, phase.inner, ones_.data(), no_offsets_);
      sums.rows = tile.count * phase.cells_of_sample;
      sums.inner = static_cast<std::int64_t>(phase.inner.size());
      sums.columns = stride;
      sums.epilogue = epilogue;
      sums.epilogue.rows = phase.cells.data();
      tile.kernels(stride).depthwise(sums);
    }
  });
}

}  // namespace

std::unique_ptr<Block> make_average_pool(const Window& window, Edge input, Value* output,
                                         const MeanRounding& rounding) {
  return std::make_unique<AveragePool>(window, input, output, rounding);
}

}  // namespace mote::trainer::fused
