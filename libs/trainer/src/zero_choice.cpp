#include "zero_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mote::trainer {
namespace {

// Least worth first, the first of equals first: a total order, so that every sort gives the same.
struct WorthLess {
  std::span<const float> worth;
  bool operator()(std::size_t a, std::size_t b) const { return worth[a] != worth[b] ? worth[a] < worth[b] : a < b; }
};

std::vector<std::size_t> indices(const PrunedLayer& layer) {
  std::vector<std::size_t> result(static_cast<std::size_t>(layer.count));
  std::iota(result.begin(), result.end(), static_cast<std::size_t>(layer.offset));
  return result;
}

// Moves the `count` least to the front and cuts off the rest.
void keep_least(std::vector<std::size_t>& list, std::int64_t count, const WorthLess& less) {
  const auto wanted = static_cast<std::size_t>(count);
  if (wanted >= list.size()) return;
  std::nth_element(list.begin(), list.begin() + count, list.end(), less);
  list.resize(wanted);
}

}  // namespace

void choose_zeros(std::span<const PrunedLayer> layers, std::span<const float> worth, std::int64_t zeros, double limit,
                  std::span<float> mask) {
  const WorthLess less{worth};
  std::vector<std::size_t> candidates;
  for (const PrunedLayer& layer : layers) {
    std::fill_n(mask.begin() + layer.offset, layer.count, 1.0F);
    std::vector<std::size_t> own = indices(layer);
    keep_least(own, static_cast<std::int64_t>(limit * static_cast<double>(layer.count)), less);
    candidates.insert(candidates.end(), own.begin(), own.end());
  }
  keep_least(candidates, zeros, less);
  for (std::size_t index : candidates) mask[index] = 0.0F;
}

void choose_group_zeros(const PrunedLayer& layer, std::span<const float> worth, std::int32_t group, std::int32_t zeros,
                        std::span<float> mask) {
  std::fill_n(mask.begin() + layer.offset, layer.count, 1.0F);
  std::vector<std::size_t> run(static_cast<std::size_t>(group));
  for (std::int64_t row = layer.offset; row < layer.offset + layer.count; row += layer.channels) {
    for (std::int64_t first = 0; first + group <= layer.channels; first += group) {
      std::iota(run.begin(), run.end(), static_cast<std::size_t>(row + first));
      std::sort(run.begin(), run.end(), WorthLess{worth});
      for (std::int32_t i = 0; i < zeros; ++i) mask[run[static_cast<std::size_t>(i)]] = 0.0F;
    }
  }
}

void layer_adaptive_magnitude(std::span<const float> weights, std::span<float> worth) {
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto larger = [&](std::size_t a, std::size_t b) {
    const float x = std::abs(weights[a]), y = std::abs(weights[b]);
    return x != y ? x > y : a < b;
  };
  std::sort(order.begin(), order.end(), larger);
  double squares = 0;
  for (std::size_t index : order) {
    const double value = std::abs(static_cast<double>(weights[index]));
    squares += value * value;
    worth[index] = squares > 0 ? static_cast<float>(value / std::sqrt(squares)) : 0.0F;
  }
}

}  // namespace mote::trainer
