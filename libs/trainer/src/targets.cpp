#include "targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "mote/base/error.h"

namespace mote::trainer {

void fill_targets(std::span<const std::int32_t> labels, std::int32_t classes, double smoothing,
                  std::span<float> targets) {
  std::fill(targets.begin(), targets.end(), static_cast<float>(smoothing / classes));
  for (std::size_t n = 0; n < labels.size(); ++n) {
    if (labels[n] < 0 || labels[n] >= classes) {
      throw Error(ErrorCode::kInvalid, fmt::format("[train] wanted labels in 0..{}, got {}", classes - 1, labels[n]));
    }
    targets[n * static_cast<std::size_t>(classes) + static_cast<std::size_t>(labels[n])] +=
        static_cast<float>(1.0 - smoothing);
  }
}

std::vector<float> class_weights(ClassWeights kind, const std::vector<std::int64_t>& counts) {
  std::vector<float> weights(counts.size(), 1.0F);
  if (kind == ClassWeights::kNone) return weights;
  const std::int64_t samples = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  const auto present = std::count_if(counts.begin(), counts.end(), [](std::int64_t count) { return count > 0; });
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) continue;
    weights[c] = static_cast<float>(static_cast<double>(samples) /
                                    (static_cast<double>(present) * static_cast<double>(counts[c])));
  }
  return weights;
}

}  // namespace mote::trainer
