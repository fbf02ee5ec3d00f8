#include "mote/quant/calibrate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"

namespace mote::quant {
namespace {

// Inputs in flight at once: bounds memory, does not change a bit of the result.
constexpr std::int64_t kChunk = 32;
constexpr std::size_t kBins = 2048;

// Counts of the values of one tensor between its least and greatest.
struct Histogram {
  Range range;
  std::vector<std::int64_t> counts;

  double width() const { return (static_cast<double>(range.high) - range.low) / static_cast<double>(kBins); }
  double centre(std::size_t bin) const { return range.low + (static_cast<double>(bin) + 0.5) * width(); }

  void add(std::span<const float> values) {
    if (counts.empty()) counts.resize(kBins);
    const double scale = width() > 0 ? 1.0 / width() : 0.0;
    for (float value : values) {
      const double bin = (static_cast<double>(value) - range.low) * scale;
      ++counts[std::min(kBins - 1, static_cast<std::size_t>(std::max(0.0, bin)))];
    }
  }
};

Range percentile_range(const Histogram& histogram, double percentile) {
  std::int64_t total = 0;
  for (std::int64_t count : histogram.counts) total += count;
  const auto dropped = static_cast<std::int64_t>(static_cast<double>(total) * (1.0 - percentile) / 2.0);
  std::size_t low = 0;
  for (std::int64_t sum = histogram.counts[0]; sum <= dropped && low + 1 < kBins; sum += histogram.counts[++low]) {
  }
  std::size_t high = kBins - 1;
  for (std::int64_t sum = histogram.counts[high]; sum <= dropped && high > low; sum += histogram.counts[--high]) {
  }
  return {static_cast<float>(histogram.range.low + static_cast<double>(low) * histogram.width()),
          static_cast<float>(histogram.range.low + static_cast<double>(high + 1) * histogram.width())};
}

double squared_error(const Histogram& histogram, const Range& range) {
  const graph::Quant quant = activation_quant(range);
  const double scale = static_cast<double>(quant.scales[0]);
  const double zero = quant.zero_points[0];
  double sum = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    if (histogram.counts[bin] == 0) continue;
    const double value = histogram.centre(bin);
    const double kept = (std::clamp(std::round(value / scale + zero), -128.0, 127.0) - zero) * scale;
    // Inside the grid the error is that of uniform rounding; the bins are too coarse to show it.
    const bool clipped = std::abs(kept - value) > 0.5 * scale;
    sum +=
        static_cast<double>(histogram.counts[bin]) * (clipped ? (kept - value) * (kept - value) : scale * scale / 12.0);
  }
  return sum;
}

Range mse_range(const Histogram& histogram) {
  Range best = histogram.range;
  double least = squared_error(histogram, best);
  constexpr int kSteps = 64;
  for (int step = 1; step < kSteps; ++step) {
    const float kept = 1.0F - static_cast<float>(step) * 0.75F / kSteps;
    const Range candidate{histogram.range.low * kept, histogram.range.high * kept};
    const double error = squared_error(histogram, candidate);
    if (error < least) {
      least = error;
      best = candidate;
    }
  }
  return best;
}

void check_finite(const graph::Tensor& tensor, std::span<const float> values) {
  const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad == values.end()) return;
  throw Error(ErrorCode::kInvalid,
              fmt::format("'{}' takes the value {} during calibration: the network has diverged or its "
                          "input holds NaN",
                          tensor.name, *bad));
}

template <class Observe>
void run_in_chunks(const graph::Graph& graph, graph::FloatRunner& runner, std::span<const float> inputs,
                   std::int64_t samples, const Observe& observe) {
  const std::int64_t elements = graph.tensor(graph.inputs[0]).elements();
  for (std::int64_t first = 0; first < samples; first += kChunk) {
    const std::int64_t count = std::min(kChunk, samples - first);
    const auto part =
        inputs.subspan(static_cast<std::size_t>(first * elements), static_cast<std::size_t>(count * elements));
    runner.run(graph, part, count, observe);
  }
}

}  // namespace

void CalibrationSettings::validate() const {
  if (!(percentile > 0.5 && percentile <= 1.0)) {
    throw Error(ErrorCode::kInvalid, fmt::format("percentile must be in (0.5, 1], got {}", percentile));
  }
  if (samples < 1) throw Error(ErrorCode::kInvalid, fmt::format("samples must be >= 1, got {}", samples));
}

std::vector<Range> calibrate(const graph::Graph& graph, graph::FloatRunner& runner, std::span<const float> inputs,
                             std::int64_t samples, const CalibrationSettings& settings) {
  settings.validate();
  if (samples < 1) throw Error(ErrorCode::kInvalid, "wanted at least one input to calibrate on, got none");
  const std::int64_t wanted = samples * graph.tensor(graph.inputs[0]).elements();
  if (static_cast<std::int64_t>(inputs.size()) != wanted) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("wanted {} values for {} inputs, got {}", wanted, samples, inputs.size()));
  }
  std::vector<Range> ranges(graph.tensors.size());
  std::vector<bool> seen(graph.tensors.size(), false);
  run_in_chunks(graph, runner, inputs, samples, [&](graph::TensorId id, std::span<const float> values) {
    check_finite(graph.tensor(id), values);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const auto index = static_cast<std::size_t>(id);
    ranges[index] = seen[index] ? join(ranges[index], {*low, *high}) : Range{*low, *high};
    seen[index] = true;
  });
  if (settings.method == RangeMethod::kMinMax) return ranges;

  std::vector<Histogram> histograms(graph.tensors.size());
  for (std::size_t i = 0; i < ranges.size(); ++i) histograms[i].range = ranges[i];
  run_in_chunks(graph, runner, inputs, samples, [&](graph::TensorId id, std::span<const float> values) {
    histograms[static_cast<std::size_t>(id)].add(values);
  });
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (histograms[i].counts.empty()) continue;
    ranges[i] = settings.method == RangeMethod::kMse ? mse_range(histograms[i])
                                                     : percentile_range(histograms[i], settings.percentile);
  }
  return ranges;
}

}  // namespace mote::quant
