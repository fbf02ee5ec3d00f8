// The distance of a value from what a teacher has in its place.
//
// Scratch: the view, its gradient, and one sample of each without padding.
#include <algorithm>
#include <array>

#include "../loss.h"
#include "blocks.h"

namespace mote::trainer::fused {
namespace {

class HintLoss final : public LossBlock {
 public:
  explicit HintLoss(Edge value) : LossBlock({value}, nullptr) {}

  std::int64_t prepare(std::int64_t samples) override {
    frame_ = frame_floats(in().plain_frame(), samples, in().stride());
    elements_ = in().positions() * in().channels();
    return 2 * frame_ + 2 * round_up(elements_, kCacheLineFloats);
  }
  void begin_shard(std::int64_t shard) override { sums_[static_cast<std::size_t>(shard)].loss = 0; }
  void forward(const Tile& tile) override;
  void backward(const Tile&) override {}
  StepResult result() const override {
    StepResult total;
    for (const ShardSum& shard : sums_) total.loss += shard.loss;
    return total;
  }

 private:
  // A shard's own cache line.
  struct alignas(kCacheLineBytes) ShardSum {
    double loss = 0;
  };

  const Value& in() const { return *inputs().front().value; }
  void learn(const Tile& tile, std::int64_t n, const float* view, float* gradient);

  std::int64_t frame_ = 0, elements_ = 0;
  std::array<ShardSum, kShards> sums_{};
};

void HintLoss::forward(const Tile& tile) {
  if (!tile.training()) return;
  float* view = tile.scratch;
  float* gradient = tile.scratch + frame_;
  in().view_into(tile, in().plain_frame(), view);
  std::fill_n(gradient, tile.count * in().sample_floats(), 0.0F);
  for (std::int64_t n = 0; n < tile.count; ++n) {
    learn(tile, n, view + n * in().sample_floats(), gradient + n * in().sample_floats());
  }
  write_gradient(tile, inputs().front(), [&](const Epilogue& epilogue) {
    tile.kernels(in().stride()).finish(gradient, tile.count * in().positions(), in().stride(), epilogue);
  });
}

void HintLoss::learn(const Tile& tile, std::int64_t n, const float* view, float* gradient) {
  float* output = tile.scratch + 2 * frame_;
  float* change = output + round_up(elements_, kCacheLineFloats);
  const std::int64_t channels = in().channels(), stride = in().stride();
  for (std::int64_t p = 0; p < in().positions(); ++p) std::copy_n(view + p * stride, channels, output + p * channels);
  const auto sample = static_cast<std::size_t>(tile.sample + n), count = static_cast<std::size_t>(elements_);
  const Batch& batch = *tile.job.batch;
  const double share =
      tile.job.total_weight > 0 ? static_cast<double>(batch.weights[sample]) / tile.job.total_weight : 0.0;
  sums_[static_cast<std::size_t>(tile.shard)].loss +=
      hint_loss(batch.hint, sample, {output, count}, share, {change, count});
  for (std::int64_t p = 0; p < in().positions(); ++p)
    std::copy_n(change + p * channels, channels, gradient + p * stride);
}

}  // namespace

std::unique_ptr<LossBlock> make_hint_loss(Edge value) {
  return std::make_unique<HintLoss>(value);
}

}  // namespace mote::trainer::fused
