#include "depthwise_end.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace mote::codegen {
namespace {

constexpr std::int32_t kLargestPrescale = 8;
constexpr std::int32_t kRawOffset = 128;
constexpr std::int64_t kInt32Limit = std::int64_t{1} << 31;

std::int32_t largest_prescale(const ChannelEnd& channel) {
  const std::int64_t reach = std::max(std::abs(channel.least), std::abs(channel.greatest)) + 1;
  std::int32_t k = 0;
  while (k < kLargestPrescale && (reach << (k + 1)) < kInt32Limit && (channel.largest_weight << (k + 1)) <= 32767) ++k;
  return k;
}

std::int32_t output_of(const DepthwiseChannel& c, const DepthwiseEnd& end, std::int64_t accumulator) {
  const std::int64_t x = accumulator * (std::int64_t{1} << c.prescale) + c.offset;
  const std::int64_t sum = ((x * c.multiplier) >> 32) + end.addend + ((1 << c.shift) >> 1);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(sum >> end.final_shift, end.low, end.high));
}

bool agrees(const DepthwiseChannel& candidate, const DepthwiseEnd& end, const std::vector<Step>& steps,
            std::int64_t least) {
  std::int64_t first = least;
  for (const Step& step : steps) {
    if (output_of(candidate, end, first) != step.output) return false;
    if (output_of(candidate, end, step.last) != step.output) return false;
    first = step.last + 1;
  }
  return true;
}

// The constants for one k; `natural` is the k with which the multiplier stays whole.
DepthwiseChannel constants(const ChannelEnd& channel, std::int32_t natural, std::int32_t k) {
  DepthwiseChannel result{0, 0, k, 0};
  if (channel.multiplier == 0) return result;
  const double multiplier = std::round(std::ldexp(channel.multiplier, natural - k));
  result.multiplier = static_cast<std::int32_t>(std::min(multiplier, static_cast<double>(kInt32Limit - 1)));
  if (channel.shift >= 0) return result;
  // The layer's addend has half a unit of the output; half a unit of the product is what is left.
  if (natural >= 2) {
    result.shift = natural - 1;
  } else {
    result.offset = static_cast<std::int32_t>(std::round(std::ldexp(1.0, natural + 30) / multiplier));
  }
  return result;
}

// Small corrections in rising size: 0, +1, -1, +2, -2 …
std::int32_t nudge(std::int32_t index) {
  return index % 2 == 1 ? (index + 1) / 2 : -index / 2;
}

std::optional<DepthwiseChannel> settled(const DepthwiseChannel& start, const DepthwiseEnd& end,
                                        const std::vector<Step>& steps, std::int64_t least) {
  constexpr std::int32_t kNudges = 5;
  for (std::int32_t trial = 0; trial < kNudges * kNudges; ++trial) {
    DepthwiseChannel candidate = start;
    candidate.multiplier += nudge(trial % kNudges);
    candidate.offset += nudge(trial / kNudges);
    if (candidate.multiplier >= 0 && agrees(candidate, end, steps, least)) return candidate;
  }
  return std::nullopt;
}

std::optional<DepthwiseChannel> channel_end(const ChannelEnd& channel, const DepthwiseEnd& end,
                                            const std::vector<Step>& steps) {
  const std::int32_t natural = channel.multiplier == 0 ? 2 : end.final_shift + 1 + channel.shift;
  const std::int32_t largest = largest_prescale(channel);
  if (natural > largest) return std::nullopt;
  for (std::int32_t k = std::max(natural, 0); k <= largest; ++k) {
    if (k - natural > 30) break;
    const DepthwiseChannel start = constants(channel, natural, k);
    const std::optional<DepthwiseChannel> found = settled(start, end, steps, channel.least);
    if (found) return found;
  }
  return std::nullopt;
}

using AllSteps = std::vector<std::vector<Step>>;

std::optional<DepthwiseEnd> prescaled_within(const LayerEnd& layer, const AllSteps& steps, std::int32_t low,
                                             std::int32_t high) {
  static constexpr std::array<std::int32_t, 14> kFinalShifts{11, 13, 9, 12, 10, 8, 7, 14, 6, 5, 4, 3, 2, 1};
  for (const std::int32_t final_shift : kFinalShifts) {
    const std::int32_t addend = (1 << (final_shift - 1)) + (layer.zero_point + kRawOffset) * (1 << final_shift);
    DepthwiseEnd end{EndForm::kPrescaled, final_shift, {}, addend, low, high};
    for (std::size_t i = 0; i < layer.channels.size(); ++i) {
      const auto channel = channel_end(layer.channels[i], end, steps[i]);
      if (!channel) break;
      end.channels.push_back(*channel);
    }
    if (end.channels.size() == layer.channels.size()) return end;
  }
  return std::nullopt;
}

DepthwiseEnd end_of(const Requantization& form, std::int32_t zero_point) {
  DepthwiseEnd end{form.form, 0, {}, zero_point + kRawOffset, form.low, form.high};
  for (const ChannelConstants& c : form.channels) end.channels.push_back({c.multiplier, c.shift, c.prescale, 0});
  return end;
}

}  // namespace

std::optional<DepthwiseEnd> depthwise_end(const LayerEnd& layer) {
  AllSteps steps;
  for (const ChannelEnd& channel : layer.channels) steps.push_back(steps_of(channel, layer));
  auto end = prescaled_within(layer, steps, 0, 255);
  if (!end) end = prescaled_within(layer, steps, layer.activation.min + kRawOffset, layer.activation.max + kRawOffset);
  if (end) return end;
  const std::optional<Requantization> form = masked(layer);
  if (!form) return std::nullopt;
  return end_of(*form, layer.zero_point);
}

}  // namespace mote::codegen
