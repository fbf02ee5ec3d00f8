// Softmax and cross-entropy. Forward and backward are one pass: the gradient of the logits is written as soon as the
// loss is known.
//
// Scratch: the logits, turned into probabilities; behind them their gradient.
#include <algorithm>
#include <array>
#include <cmath>

#include "../loss.h"
#include "blocks.h"

namespace mote::trainer::fused {
namespace {

void softmax(float beta, std::span<float> logits) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  float total = 0;
  for (float& logit : logits) {
    logit = std::exp(beta * (logit - largest));
    total += logit;
  }
  for (float& logit : logits) logit /= total;
}

class LossHead final : public LossBlock {
 public:
  LossHead(float beta, Edge logits) : LossBlock({logits}, nullptr), beta_(beta) {}

  std::int64_t prepare(std::int64_t samples) override {
    gradient_ = frame_floats(in().plain_frame(), samples, in().stride());
    return 2 * gradient_;
  }
  void begin_shard(std::int64_t shard) override { results_[static_cast<std::size_t>(shard)] = {}; }
  void forward(const Tile& tile) override;
  void backward(const Tile&) override {}
  StepResult result() const override;

 private:
  // A shard's own cache line.
  struct alignas(kCacheLineBytes) ShardResult {
    StepResult sum;
  };

  const Value& in() const { return *inputs().front().value; }
  void learn(const Tile& tile, std::int64_t n, std::span<const float> probabilities, std::span<float> gradient);

  float beta_;
  std::int64_t gradient_ = 0;
  std::array<ShardResult, kShards> results_{};
};

void LossHead::forward(const Tile& tile) {
  const auto classes = static_cast<std::size_t>(in().channels());
  float* logits = tile.scratch;
  float* gradients = tile.scratch + gradient_;
  in().view_into(tile, in().plain_frame(), logits);
  std::fill_n(gradients, tile.count * in().stride(), 0.0F);
  for (std::int64_t n = 0; n < tile.count; ++n) {
    const std::span<float> row(logits + n * in().stride(), classes);
    softmax(beta_, row);
    if (tile.training()) learn(tile, tile.sample + n, row, {gradients + n * in().stride(), classes});
    if (!tile.training()) std::copy(row.begin(), row.end(), tile.job.outputs + (tile.sample + n) * in().channels());
  }
  if (!tile.training()) return;
  write_gradient(tile, inputs().front(), [&](const Epilogue& epilogue) {
    tile.kernels(in().stride()).finish(gradients, tile.count, in().stride(), epilogue);
  });
}

void LossHead::learn(const Tile& tile, std::int64_t n, std::span<const float> probabilities,
                     std::span<float> gradient) {
  const Batch& batch = *tile.job.batch;
  const auto targets = batch.targets.subspan(static_cast<std::size_t>(n) * probabilities.size(), probabilities.size());
  const double weight = batch.weights[static_cast<std::size_t>(n)];
  const double share = tile.job.total_weight > 0 ? weight / tile.job.total_weight : 0.0;
  StepResult& sum = results_[static_cast<std::size_t>(tile.shard)].sum;
  sum.loss += sample_loss(batch, static_cast<std::size_t>(n), probabilities, beta_, share, gradient);
  sum.correct += largest(probabilities) == largest(targets) ? 1 : 0;
}

StepResult LossHead::result() const {
  StepResult total;
  for (const ShardResult& shard : results_) {
    total.loss += shard.sum.loss;
    total.correct += shard.sum.correct;
  }
  return total;
}

}  // namespace

std::unique_ptr<LossBlock> make_loss(float beta, Edge logits) {
  return std::make_unique<LossHead>(beta, logits);
}

}  // namespace mote::trainer::fused
