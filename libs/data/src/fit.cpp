#include "mote/data/fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mote::data {
namespace {

// Energy of every sample, summed over the channels, each without its mean.
std::vector<double> energies(const Recording& recording) {
  std::vector<double> energy(static_cast<std::size_t>(recording.samples), 0.0);
  for (int c = 0; c < recording.channels; ++c) {
    const auto channel = recording.channel(c);
    const double mean = std::accumulate(channel.begin(), channel.end(), 0.0) / static_cast<double>(channel.size());
    for (std::size_t i = 0; i < channel.size(); ++i) energy[i] += (channel[i] - mean) * (channel[i] - mean);
  }
  return energy;
}

std::int64_t loudest_begin(const Recording& recording, std::int64_t length) {
  const std::vector<double> energy = energies(recording);
  std::vector<double> sums(energy.size() + 1, 0.0);
  for (std::size_t i = 0; i < energy.size(); ++i) sums[i + 1] = sums[i] + energy[i];
  const std::int64_t last = recording.samples - length;
  const std::int64_t middle = last / 2;
  const auto window = [&](std::int64_t begin) {
    return sums[static_cast<std::size_t>(begin + length)] - sums[static_cast<std::size_t>(begin)];
  };
  // Rounding of the running sum must not decide between equal stretches.
  const double tolerance = 1e-12 * sums.back();
  std::int64_t best = middle;
  for (std::int64_t begin = 0; begin <= last; ++begin) {
    const double gain = window(begin) - window(best);
    if (gain > tolerance) best = begin;
    const bool equal = std::abs(gain) <= tolerance;
    if (equal && std::abs(begin - middle) < std::abs(best - middle)) best = begin;
  }
  return best;
}

// `recording` moved right by `shift` samples (left when negative) into `length` samples of zeros.
Recording place(const Recording& from, std::int64_t shift, std::int64_t length) {
  Recording to;
  to.channels = from.channels;
  to.samples = length;
  to.rate_hz = from.rate_hz;
  to.full_scale = from.full_scale;
  to.source = from.source;
  to.label = from.label;
  to.group = from.group;
  to.values.assign(static_cast<std::size_t>(from.channels) * static_cast<std::size_t>(length), 0.0F);
  const std::int64_t first = std::max<std::int64_t>(0, -shift);
  const std::int64_t end = std::min(from.samples, length - shift);
  for (int c = 0; c < from.channels && first < end; ++c) {
    const auto kept = from.channel(c).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(end - first));
    std::ranges::copy(kept, to.channel(c).begin() + (first + shift));
  }
  return to;
}

}  // namespace

std::int64_t crop_begin(const Recording& recording, std::int64_t length_samples, Fit fit) {
  const std::int64_t spare = recording.samples - length_samples;
  if (spare <= 0 || fit == Fit::kStart) return 0;
  return fit == Fit::kCentre ? spare / 2 : loudest_begin(recording, length_samples);
}

Recording fit_length(Recording recording, std::int64_t length_samples, Fit fit) {
  assert(length_samples > 0);
  const std::int64_t missing = length_samples - recording.samples;
  if (missing == 0) return recording;
  const std::int64_t padding = fit == Fit::kStart ? 0 : missing / 2;
  const std::int64_t shift = missing > 0 ? padding : -crop_begin(recording, length_samples, fit);
  Recording result = place(recording, shift, length_samples);
  for (const LabelledSpan& span : recording.spans) {
    const std::int64_t begin = std::max<std::int64_t>(0, span.begin_sample + shift);
    const std::int64_t end = std::min(length_samples, span.end_sample + shift);
    if (begin < end) result.spans.push_back({begin, end, span.label});
  }
  return result;
}

Recording slice(const Recording& recording, std::int64_t begin_sample, std::int64_t end_sample) {
  assert(0 <= begin_sample && begin_sample <= end_sample && end_sample <= recording.samples);
  Recording result = place(recording, -begin_sample, end_sample - begin_sample);
  const auto holds = [&](const LabelledSpan& span) {
    return span.begin_sample <= begin_sample && end_sample <= span.end_sample;
  };
  const auto found = std::ranges::find_if(recording.spans, holds);
  if (found != recording.spans.end()) result.label = found->label;
  return result;
}

}  // namespace mote::data
