#include <algorithm>

#include "channel_weights.h"
#include "gemm_core.h"

namespace mote::codegen {
namespace {

std::uint32_t word_of(std::int64_t low, std::int64_t high) {
  return (static_cast<std::uint32_t>(low) & 0xFFFFU) | static_cast<std::uint32_t>(high) << 16;
}

void append_biases(std::vector<std::uint32_t>& stream, const GemmCore& core, std::int64_t first, std::int64_t second) {
  const std::int32_t copies = core.replicates_biases() ? core.positions : 1;
  stream.insert(stream.end(), static_cast<std::size_t>(copies), static_cast<std::uint32_t>(first));
  stream.insert(stream.end(), static_cast<std::size_t>(copies), static_cast<std::uint32_t>(second));
}

void append_wide(std::vector<std::uint32_t>& stream, const GemmCore& core, const ChannelWeights& source,
                 const Requantization& form, std::int32_t c0, std::int32_t c1, std::size_t slots) {
  const auto scale = [&](std::int32_t c) {
    return std::int64_t{1} << form.channels[static_cast<std::size_t>(c)].prescale;
  };
  append_biases(stream, core, source.bias(c0) * scale(c0), source.bias(c1) * scale(c1));
  for (std::size_t slot = 0; slot < slots; slot += 2) {
    for (const std::int32_t c : {c0, c1})
      stream.push_back(word_of(source.weight(c, slot) * scale(c), source.weight(c, slot + 1) * scale(c)));
  }
}

// C's distance from common_addend().
std::int32_t short_addend(const Requantization& form, std::int32_t channel) {
  return form.channels[static_cast<std::size_t>(channel)].addend - common_addend(form);
}

std::uint32_t short_bias(const ChannelWeights& source, const Requantization& form, std::int32_t channel) {
  const auto bias = static_cast<std::uint32_t>(source.bias(channel)) & 0xFFFFFFU;
  return bias | static_cast<std::uint32_t>(short_addend(form, channel)) << 24;
}

void append_packed(std::vector<std::uint32_t>& stream, const GemmCore& core, const ChannelWeights& source,
                   const Requantization& form, std::int32_t c0, std::int32_t c1, std::size_t slots) {
  if (core.has_short_ends) {
    for (const std::int32_t c : {c0, c1}) stream.push_back(short_bias(source, form, c));
  } else {
    append_biases(stream, core, source.bias(c0), 256 * source.bias(c1) + source.bias(c0));
  }
  const auto half = [&](std::size_t slot) { return 256 * source.weight(c1, slot) + source.weight(c0, slot); };
  for (std::size_t slot = 0; slot < slots; slot += 2) stream.push_back(word_of(half(slot), half(slot + 1)));
}

void append_end(std::vector<std::uint32_t>& stream, const GemmCore& core, const Requantization& form,
                std::int32_t channel) {
  const ChannelConstants& constants = form.channels[static_cast<std::size_t>(channel)];
  stream.push_back(static_cast<std::uint32_t>(constants.multiplier));
  if (core.has_short_ends) return;
  stream.push_back(static_cast<std::uint32_t>(constants.addend - core.addend_offset() * (1 << constants.shift)));
  if (form.form == EndForm::kMasked) stream.push_back(constants.masked_shift());
  if (form.form == EndForm::kDoubled) stream.push_back(static_cast<std::uint32_t>(constants.shift));
}

}  // namespace

bool packs(const Layer& layer, const GemmWeights& weights) {
  const ChannelWeights source(layer, weights.slots, weights.patch_offset);
  for (std::size_t i = 0; i < weights.channels.size(); i += 2) {
    for (std::size_t slot = 0; slot < weights.slots.size(); ++slot) {
      const std::int64_t half =
          256 * source.weight(weights.channels[i + 1], slot) + source.weight(weights.channels[i], slot);
      if (half < -32768 || half > 32767) return false;
    }
  }
  return true;
}

std::int32_t common_addend(const Requantization& form) {
  const auto less = [](const ChannelConstants& a, const ChannelConstants& b) { return a.addend < b.addend; };
  const auto [least, greatest] = std::minmax_element(form.channels.begin(), form.channels.end(), less);
  return least->addend + (greatest->addend - least->addend + 1) / 2;
}

bool fits_short_ends(const Layer& layer, const GemmWeights& weights, const Requantization& form) {
  constexpr std::int64_t kBiasLimit = std::int64_t{1} << 23;
  if (form.form != EndForm::kPrescaled) return false;
  const ChannelWeights source(layer, weights.slots, weights.patch_offset);
  return std::all_of(weights.channels.begin(), weights.channels.end(), [&](std::int32_t channel) {
    const std::int64_t bias = source.bias(channel);
    const std::int32_t addend = short_addend(form, channel);
    return bias >= -kBiasLimit && bias < kBiasLimit && addend >= -128 && addend <= 127;
  });
}

std::vector<std::uint32_t> gemm_stream(const Layer& layer, const GemmWeights& weights, const GemmCore& core,
                                       const Requantization& form) {
  const ChannelWeights source(layer, weights.slots, weights.patch_offset);
  std::vector<std::uint32_t> stream;
  for (std::size_t i = 0; i < weights.channels.size(); i += 2) {
    const std::int32_t c0 = weights.channels[i];
    const std::int32_t c1 = weights.channels[i + 1];
    if (core.carrier == Carrier::kWideWeights) {
      append_wide(stream, core, source, form, c0, c1, weights.slots.size());
    } else {
      append_packed(stream, core, source, form, c0, c1, weights.slots.size());
    }
    append_end(stream, core, form, c0);
    append_end(stream, core, form, c1);
  }
  return stream;
}

std::int64_t gemm_stream_words(const GemmCore& core, std::int64_t pairs) {
  const std::int64_t biases = core.replicates_biases() ? 2 * core.positions : 2;
  const std::int64_t weights = core.carrier == Carrier::kWideWeights ? 2 * pairs : pairs;
  if (core.has_short_ends) return biases + weights + 2;
  return biases + weights + (core.form == EndForm::kPrescaled ? 4 : 6);
}

}  // namespace mote::codegen
