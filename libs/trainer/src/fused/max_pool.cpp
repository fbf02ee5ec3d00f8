// Maximum pool. The gradient goes to the first of equal cells, found again from the view of the input.
//
// Scratch: x; the peaks; the gradient of the peaks; the gradient of x.
#include <algorithm>
#include <limits>

#include "blocks.h"

namespace mote::trainer::fused {
namespace {

class MaxPool final : public Block {
 public:
  MaxPool(const Window& window, Edge input, Value* output) : Block({input}, output), window_(window) {}

  std::int64_t prepare(std::int64_t samples) override;
  void forward(const Tile& tile) override;
  void backward(const Tile& tile) override;

 private:
  const Value& in() const { return *inputs().front().value; }
  void find_peaks(const float* x, float* peaks) const;
  void pass_back(const float* x, const float* peaks, float* dy, float* dx) const;

  Window window_;
  std::int64_t peaks_ = 0, dy_ = 0, dx_ = 0;  // offsets in scratch
};

std::int64_t MaxPool::prepare(std::int64_t samples) {
  const std::int64_t cells = frame_floats(in().plain_frame(), samples, in().stride());
  const std::int64_t positions = frame_floats(output()->plain_frame(), samples, in().stride());
  peaks_ = cells;
  dy_ = peaks_ + positions;
  dx_ = dy_ + positions;
  return dx_ + cells;
}

void MaxPool::find_peaks(const float* x, float* peaks) const {
  const std::int64_t stride = in().stride();
  std::fill_n(peaks, window_.positions() * stride, std::numeric_limits<float>::lowest());
  for_each_tap(window_, [&](std::int64_t position, std::int64_t cell, std::int64_t) {
    for (std::int64_t c = 0; c < stride; ++c) {
      peaks[position * stride + c] = std::max(peaks[position * stride + c], x[cell * stride + c]);
    }
  });
}

// dy is used up: the cell that takes a gradient leaves zero behind.
void MaxPool::pass_back(const float* x, const float* peaks, float* dy, float* dx) const {
  const std::int64_t stride = in().stride();
  std::fill_n(dx, in().sample_floats(), 0.0F);
  for_each_tap(window_, [&](std::int64_t position, std::int64_t cell, std::int64_t) {
    for (std::int64_t c = 0; c < stride; ++c) {
      if (x[cell * stride + c] != peaks[position * stride + c]) continue;
      dx[cell * stride + c] += dy[position * stride + c];
      dy[position * stride + c] = 0.0F;
    }
  });
}

void MaxPool::forward(const Tile& tile) {
  float* x = tile.scratch;
  float* peaks = tile.scratch + peaks_;
  in().view_into(tile, in().plain_frame(), x);
  for (std::int64_t n = 0; n < tile.count; ++n) {
    find_peaks(x + n * in().sample_floats(), peaks + n * output()->sample_floats());
  }
  output()->write(tile, [&](const Epilogue& epilogue) {
    tile.kernels(output()->stride()).finish(peaks, tile.count * output()->positions(), output()->stride(), epilogue);
  });
}

void MaxPool::backward(const Tile& tile) {
  float *x = tile.scratch, *peaks = x + peaks_, *dy = x + dy_, *dx = x + dx_;
  in().view_into(tile, in().plain_frame(), x);
  output()->gradient_into(tile, output()->plain_frame(), dy);
  for (std::int64_t n = 0; n < tile.count; ++n) {
    const std::int64_t cells = n * in().sample_floats();
    const std::int64_t positions = n * output()->sample_floats();
    find_peaks(x + cells, peaks + positions);
    pass_back(x + cells, peaks + positions, dy + positions, dx + cells);
  }
  write_gradient(tile, inputs().front(), [&](const Epilogue& epilogue) {
    tile.kernels(in().stride()).finish(dx, tile.count * in().positions(), in().stride(), epilogue);
  });
}

}  // namespace

std::unique_ptr<Block> make_max_pool(const Window& window, Edge input, Value* output) {
  return std::make_unique<MaxPool>(window, input, output);
}

}  // namespace mote::trainer::fused
