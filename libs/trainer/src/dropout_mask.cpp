#include "dropout_mask.h"

#include <cmath>

#include "dropout_hash.h"
#include "mote/base/rng.h"

namespace mote::trainer {

DropoutStream dropout_stream(const DropoutKey& key, float rate) {
  const std::uint64_t word = Rng::derive(key.seed, "dropout", {key.step, key.node}).next();
  const double threshold = std::floor(static_cast<double>(rate) * 4294967296.0);
  return {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word >> 32),
          static_cast<std::uint32_t>(threshold), 1.0F / (1.0F - rate)};
}

void fill_dropout_mask(const DropoutKey& key, float rate, std::int64_t sample, std::span<float> mask) {
  const DropoutStream stream = dropout_stream(key, rate);
  const auto first = static_cast<std::uint32_t>(static_cast<std::uint64_t>(sample) * mask.size());
  for (std::size_t i = 0; i < mask.size(); ++i) {
    const std::uint32_t hash = dropout_hash(first + static_cast<std::uint32_t>(i), stream.key_low, stream.key_high);
    mask[i] = hash < stream.threshold ? 0.0F : stream.scale;
  }
}

}  // namespace mote::trainer
