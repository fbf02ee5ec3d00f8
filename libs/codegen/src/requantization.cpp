#include "requantization.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <limits>
#include <span>

#include "weighted_layer.h"

namespace mote::codegen {

struct RequantizationMemo {
  std::array<std::optional<std::optional<Requantization>>, 3> by_carrier;
};

std::shared_ptr<RequantizationMemo> make_requantization_memo() {
  return std::make_shared<RequantizationMemo>();
}

namespace {

constexpr std::int64_t kInt32Limit = std::int64_t{1} << 31;
constexpr std::int32_t kBytePrescale = 8;
constexpr std::int32_t kLeastExactPrescale = 2;
constexpr std::int32_t kLargestFinalShift = 20;
constexpr std::int32_t kRawOffset = 128;

void add_weight(ChannelEnd& channel, std::int64_t weight, std::int32_t input_offset) {
  const std::int64_t at_lowest = weight * (std::numeric_limits<std::int8_t>::min() + input_offset);
  const std::int64_t at_highest = weight * (std::numeric_limits<std::int8_t>::max() + input_offset);
  channel.least += std::min(at_lowest, at_highest);
  channel.greatest += std::max(at_lowest, at_highest);
  channel.largest_weight = std::max(channel.largest_weight, std::abs(weight));
}

std::int32_t right_shift(const ChannelEnd& channel) {
  return std::max(-channel.shift, 0);
}

std::int32_t left_shift(const ChannelEnd& channel) {
  return std::max(channel.shift, 0);
}

std::int64_t reach(const ChannelEnd& channel) {
  return std::max(std::abs(channel.least), std::abs(channel.greatest));
}

std::int32_t exact_output(const ChannelEnd& channel, const LayerEnd& layer, std::int64_t accumulator) {
  return kRawOffset + mote_requantize_s8(static_cast<std::int32_t>(accumulator), channel.multiplier, channel.shift,
                                         layer.zero_point, layer.activation);
}

std::int64_t last_of_step(const ChannelEnd& channel, const LayerEnd& layer, std::int64_t first, std::int32_t output) {
  std::int64_t inside = first;
  std::int64_t beyond = channel.greatest + 1;
  while (beyond - inside > 1) {
    const std::int64_t middle = inside + (beyond - inside) / 2;
    (exact_output(channel, layer, middle) == output ? inside : beyond) = middle;
  }
  return inside;
}

// Whether a rising candidate gives the steps, by their ends.
bool agrees(const Requantization& form, const ChannelConstants& constants, const std::vector<Step>& steps,
            std::int64_t least) {
  std::int64_t first = least;
  for (const Step& step : steps) {
    if (apply(form, constants, first) != step.output || apply(form, constants, step.last) != step.output) return false;
    first = step.last + 1;
  }
  return true;
}

// Small corrections in rising size: 0, +1, -1, +2, -2 …
std::int32_t nudge(std::int32_t index) {
  return index % 2 == 1 ? (index + 1) / 2 : -index / 2;
}

// Rounds the last places of M and C until the steps agree.
bool settle(const Requantization& form, ChannelConstants& constants, const std::vector<Step>& steps,
            std::int64_t least) {
  constexpr std::int32_t kMultiplierNudges = 5;
  constexpr std::int32_t kAddendNudges = 41;
  const ChannelConstants start = constants;
  for (std::int32_t trial = 0; trial < kMultiplierNudges * kAddendNudges; ++trial) {
    constants.multiplier = start.multiplier + nudge(trial % kMultiplierNudges);
    constants.addend = start.addend + nudge(trial / kMultiplierNudges);
    if (constants.multiplier >= 0 && agrees(form, constants, steps, least)) return true;
  }
  return false;
}

std::int32_t largest_prescale(const ChannelEnd& channel, Carrier carrier) {
  std::int32_t prescale = 0;
  const auto fits = [&](std::int32_t k) {
    const bool sum_fits = reach(channel) < (kInt32Limit >> k);
    const bool weight_fits = carrier != Carrier::kWideWeights || (channel.largest_weight << k) <= 32767;
    return sum_fits && weight_fits;
  };
  while (prescale < kBytePrescale && fits(prescale + 1)) ++prescale;
  return prescale;
}

std::int32_t shortened(std::int32_t multiplier, std::int32_t bits) {
  if (bits > 30) return 0;
  const std::int64_t half = (std::int64_t{1} << bits) >> 1;
  return static_cast<std::int32_t>(std::min<std::int64_t>((multiplier + half) >> bits, kInt32Limit - 1));
}

// The constants of the prescaled form before the steps are compared; nothing where the accumulator cannot carry 2^k.
std::optional<ChannelConstants> prescaled_constants(const ChannelEnd& channel, std::int32_t zero_point, Carrier carrier,
                                                    std::int32_t final_shift) {
  const std::int32_t right = right_shift(channel);
  const std::int32_t wanted =
      channel.multiplier == 0 ? kLeastExactPrescale : final_shift + 1 - right + left_shift(channel);
  const std::int32_t largest = largest_prescale(channel, carrier);
  const std::int32_t prescale =
      carrier == Carrier::kWideWeights ? std::max(wanted, kLeastExactPrescale) : kBytePrescale;
  if (wanted > prescale || prescale > largest) return std::nullopt;
  ChannelConstants constants{shortened(channel.multiplier, prescale - wanted), 0, prescale, final_shift};
  constants.addend = (1 << (final_shift - 1)) + (zero_point + kRawOffset) * (1 << final_shift);
  if (right > 0 && final_shift - 1 >= right) constants.addend += 1 << (final_shift - 1 - right);
  return constants;
}

using AllSteps = std::vector<std::vector<Step>>;

AllSteps all_steps(const LayerEnd& layer) {
  AllSteps all;
  for (const ChannelEnd& channel : layer.channels) all.push_back(steps_of(channel, layer));
  return all;
}

// A form without channels that only saturates to a byte, and one with the layer's bounds.
std::array<Requantization, 2> empty_forms(EndForm form, const LayerEnd& layer) {
  return {Requantization{form, {}, 0, 255},
          Requantization{form, {}, layer.activation.min + kRawOffset, layer.activation.max + kRawOffset}};
}

std::optional<Requantization> prescaled_within(const LayerEnd& layer, const AllSteps& steps, Carrier carrier,
                                               std::int32_t final_shift, Requantization result) {
  for (std::size_t i = 0; i < layer.channels.size(); ++i) {
    const ChannelEnd& channel = layer.channels[i];
    auto constants = prescaled_constants(channel, layer.zero_point, carrier, final_shift);
    if (!constants || !settle(result, *constants, steps[i], channel.least)) return std::nullopt;
    result.channels.push_back(*constants);
  }
  return result;
}

std::optional<Requantization> doubled_within(const LayerEnd& layer, const AllSteps& steps, Carrier carrier,
                                             Requantization result) {
  const std::int32_t least_shift = result.form == EndForm::kMasked ? 0 : 1;
  const std::int32_t carried = carrier == Carrier::kPackedWeights ? kBytePrescale : 1;
  for (std::size_t i = 0; i < layer.channels.size(); ++i) {
    const ChannelEnd& channel = layer.channels[i];
    const std::int32_t right = channel.multiplier == 0 ? 1 : right_shift(channel);
    const bool is_shift = right >= least_shift && right <= kLargestFinalShift && left_shift(channel) == 0;
    if (!is_shift || reach(channel) >= (kInt32Limit >> carried)) return std::nullopt;
    const std::int32_t addend = ((1 << right) >> 1) + (layer.zero_point + kRawOffset) * (1 << right);
    const ChannelConstants constants{channel.multiplier, addend, 1, right};
    if (!agrees(result, constants, steps[i], channel.least)) return std::nullopt;
    result.channels.push_back(constants);
  }
  return result;
}

// Candidates for S: those that leave the common right shifts (4 … 10) whole with int16 weights, and the usual ones
// with int8 weights, first.
std::span<const std::int32_t> final_shifts(Carrier carrier) {
  static constexpr std::array<std::int32_t, 16> kWide{11, 13, 9, 15, 7, 12, 10, 14, 8, 16, 17, 18, 6, 5, 4, 3};
  static constexpr std::array<std::int32_t, 16> kByte{13, 12, 14, 15, 11, 16, 17, 10, 9, 8, 7, 6, 5, 4, 3, 2};
  return carrier == Carrier::kWideWeights ? kWide : kByte;
}

}  // namespace

std::optional<LayerEnd> layer_end(const Layer& layer) {
  const std::optional<WeightedLayer> weighted = weighted_layer(layer);
  if (!weighted) return std::nullopt;
  LayerEnd end{{}, weighted->output_offset, weighted->activation};
  const bool has_bias = layer.node.inputs.size() > 2;
  for (std::int32_t c = 0; c < weighted->channels; ++c) {
    const std::int32_t factor = weighted->scaling.count == 1 ? 0 : c;
    const std::int64_t bias = has_bias ? graph::values<std::int32_t>(layer.input(2))[static_cast<std::size_t>(c)] : 0;
    end.channels.push_back({weighted->scaling.multipliers[factor], weighted->scaling.shifts[factor], bias, bias, 0});
  }
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i) / weighted->inner;
    add_weight(end.channels[static_cast<std::size_t>(row % weighted->channels)], weights[i], weighted->input_offset);
  }
  return end;
}

std::vector<Step> steps_of(const ChannelEnd& channel, const LayerEnd& layer) {
  assert(channel.least >= -kInt32Limit && channel.greatest < kInt32Limit);
  std::vector<Step> steps;
  std::int64_t first = channel.least;
  while (first <= channel.greatest) {
    const std::int32_t output = exact_output(channel, layer, first);
    steps.push_back({last_of_step(channel, layer, first, output), output});
    first = steps.back().last + 1;
  }
  return steps;
}

std::int32_t apply(const Requantization& form, const ChannelConstants& constants, std::int64_t accumulator) {
  const std::int64_t product = (accumulator * (std::int64_t{1} << constants.prescale)) * constants.multiplier;
  std::int64_t sum = (product >> 32) + constants.addend;
  if (form.form != EndForm::kPrescaled) {
    const bool moves_tie = accumulator < 0 && (form.form == EndForm::kDoubled || constants.shift > 0);
    sum = ((product + kInt32Limit) >> 32) + constants.addend - (moves_tie ? 1 : 0);
  }
  const std::int64_t saturated = std::clamp<std::int64_t>(sum >> constants.shift, 0, 255);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(saturated, form.low, form.high));
}

std::optional<Requantization> prescaled(const LayerEnd& layer, Carrier carrier, std::int32_t final_shift) {
  assert(final_shift >= 1 && final_shift <= kLargestFinalShift);
  const AllSteps steps = all_steps(layer);
  for (const Requantization& empty : empty_forms(EndForm::kPrescaled, layer)) {
    auto form = prescaled_within(layer, steps, carrier, final_shift, empty);
    if (form) return form;
  }
  return std::nullopt;
}

std::optional<Requantization> masked(const LayerEnd& layer) {
  const AllSteps steps = all_steps(layer);
  for (const Requantization& empty : empty_forms(EndForm::kMasked, layer)) {
    auto form = doubled_within(layer, steps, Carrier::kWideWeights, empty);
    if (form) return form;
  }
  return std::nullopt;
}

std::optional<Requantization> requantization(const LayerEnd& layer, Carrier carrier) {
  const AllSteps steps = all_steps(layer);
  const auto prescaled_forms = empty_forms(EndForm::kPrescaled, layer);
  const auto doubled_forms = empty_forms(EndForm::kDoubled, layer);
  const auto masked_forms = empty_forms(EndForm::kMasked, layer);
  for (std::size_t i = 0; i < prescaled_forms.size(); ++i) {
    for (const std::int32_t shift : final_shifts(carrier)) {
      auto form = prescaled_within(layer, steps, carrier, shift, prescaled_forms[i]);
      if (form) return form;
    }
    for (const Requantization& empty : {doubled_forms[i], masked_forms[i]}) {
      auto form = doubled_within(layer, steps, carrier, empty);
      if (form) return form;
    }
  }
  return std::nullopt;
}

const std::optional<Requantization>& requantization_of(const Layer& layer, Carrier carrier) {
  auto& known = layer.memo->by_carrier[static_cast<std::size_t>(carrier)];
  if (!known) known = requantization(*layer_end(layer), carrier);
  return *known;
}

}  // namespace mote::codegen
