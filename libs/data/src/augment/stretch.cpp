// WSOLA: "An overlap-add technique based on waveform similarity", Verhelst and Roelands, ICASSP 1993.
//
// The output is laid out of frames of the input, half overlapping. Each frame is taken near where the time scale wants
// it, at the place where it goes on best from the frame before.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include "mote/data/augment_steps.h"

namespace mote::data {
namespace {

struct Layout {
  std::int64_t hop;     // output samples from frame to frame; a frame has twice as many
  std::int64_t search;  // how far a frame may be moved either way
};

double similarity(const float* a, const float* b, std::int64_t count) {
  float product = 0.0F;
  float energy = 1e-9F;
  for (std::int64_t i = 0; i < count; i += 2) {  // every other sample decides as well as all of them
    product += a[i] * b[i];
    energy += b[i] * b[i];
  }
  return static_cast<double>(product) / std::sqrt(static_cast<double>(energy));
}

// The start near `wanted` from which the input resembles most what would naturally follow.
std::int64_t best_start(const std::vector<float>& input, std::int64_t natural, std::int64_t wanted,
                        const Layout& layout) {
  const auto last = static_cast<std::int64_t>(input.size()) - 2 * layout.hop;
  const std::int64_t first_tried = std::clamp<std::int64_t>(wanted - layout.search, 0, last);
  const std::int64_t last_tried = std::clamp<std::int64_t>(wanted + layout.search, 0, last);
  std::int64_t best = std::clamp<std::int64_t>(wanted, 0, last);
  double best_similarity = similarity(input.data() + natural, input.data() + best, layout.hop);
  for (std::int64_t start = first_tried; start <= last_tried; start += 2) {
    const double found = similarity(input.data() + natural, input.data() + start, layout.hop);
    if (found <= best_similarity) continue;
    best = start;
    best_similarity = found;
  }
  return best;
}

// Two of these, half a length apart, add up to 1.
std::vector<float> hann_window(std::int64_t samples) {
  std::vector<float> window(static_cast<std::size_t>(samples));
  for (std::size_t i = 0; i < window.size(); ++i) {
    const double angle = 2.0 * std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(window.size());
    window[i] = static_cast<float>(0.5 - 0.5 * std::cos(angle));
  }
  return window;
}

}  // namespace

std::vector<float> stretch_time(std::span<const float> samples, double factor, int rate_hz) {
  assert(factor >= 0.25 && factor <= 4.0 && rate_hz > 0);
  const Layout layout{.hop = std::max(4, rate_hz / 80), .search = std::max(2, rate_hz / 160)};
  const auto length = static_cast<std::int64_t>(std::llround(static_cast<double>(samples.size()) * factor));
  std::vector<float> input(samples.begin(), samples.end());
  input.resize(samples.size() + static_cast<std::size_t>(4 * layout.hop), 0.0F);  // frames may run over the end
  const auto last = static_cast<std::int64_t>(input.size()) - 2 * layout.hop;
  const std::vector<float> window = hann_window(2 * layout.hop);
  std::vector<float> output(static_cast<std::size_t>(length + 3 * layout.hop), 0.0F);
  std::copy_n(input.begin(), layout.hop, output.begin());  // the first half frame has nothing to overlap with
  std::int64_t start = 0;
  for (std::int64_t at = 0; at < length + layout.hop; at += layout.hop) {
    const auto wanted = static_cast<std::int64_t>(std::llround(static_cast<double>(at) / factor));
    if (at > 0) start = best_start(input, std::min(start + layout.hop, last), wanted, layout);
    for (std::int64_t i = at == 0 ? layout.hop : 0; i < 2 * layout.hop; ++i) {
      output[static_cast<std::size_t>(at + i)] +=
          window[static_cast<std::size_t>(i)] * input[static_cast<std::size_t>(start + i)];
    }
  }
  output.resize(static_cast<std::size_t>(length));
  return output;
}

}  // namespace mote::data
