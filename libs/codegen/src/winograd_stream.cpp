#include "winograd_stream.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "channel_weights.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::int32_t kTaps = 9;
constexpr std::int32_t kPlaces = 16;

using Transformed = std::array<std::int64_t, kPlaces>;

// One row of (2G) times three values.
std::array<std::int64_t, 4> transform_three(std::int64_t a, std::int64_t b, std::int64_t c) {
  return {2 * a, a + b + c, a - b + c, 2 * c};
}

Transformed transform(const std::array<std::int64_t, kTaps>& g) {
  std::array<std::array<std::int64_t, 4>, 3> down;  // by columns
  for (std::size_t x = 0; x < 3; ++x) down[x] = transform_three(g[x], g[3 + x], g[6 + x]);
  Transformed u;
  for (std::size_t y = 0; y < 4; ++y) {
    const auto row = transform_three(down[0][y], down[1][y], down[2][y]);
    std::copy(row.begin(), row.end(), u.begin() + static_cast<std::ptrdiff_t>(4 * y));
  }
  return u;
}

std::int32_t input_channels(const Layer& layer) {
  return layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op).input_c;
}

std::vector<std::int32_t> all_slots(const Layer& layer) {
  std::vector<std::int32_t> slots(static_cast<std::size_t>(kTaps * input_channels(layer)));
  std::iota(slots.begin(), slots.end(), 0);
  return slots;
}

// Transformed weights of an output channel from one input channel; zeros beyond the last.
Transformed transformed(const ChannelWeights& weights, std::int32_t channel, std::int32_t input, std::int32_t inputs) {
  std::array<std::int64_t, kTaps> taps{};
  if (input >= inputs) return {};
  auto slot = static_cast<std::size_t>(input);
  for (std::int64_t& tap : taps) {
    tap = weights.weight(channel, slot);
    slot += static_cast<std::size_t>(inputs);
  }
  return transform(taps);
}

std::int64_t largest_transformed(const ChannelWeights& weights, std::int32_t channel, std::int32_t inputs) {
  std::int64_t largest = 0;
  for (std::int32_t input = 0; input < inputs; ++input) {
    for (const std::int64_t u : transformed(weights, channel, input, inputs)) largest = std::max(largest, std::abs(u));
  }
  return largest;
}

// By how much the sums exceed the accumulator: 2^k, or the four of the transform alone.
std::int64_t carried(const Requantization& form, const ChannelConstants& constants) {
  return form.form == EndForm::kPrescaled ? std::int64_t{1} << constants.prescale : 4;
}

std::uint32_t pair_of(std::int64_t low, std::int64_t high) {
  return (static_cast<std::uint32_t>(low) & 0xFFFFU) | static_cast<std::uint32_t>(high) << 16;
}

// [16][pair of inputs][2 channels] behind what the stream has.
void append_weights(std::vector<std::uint32_t>& stream, const ChannelWeights& weights, const Requantization& form,
                    std::int32_t first_channel, std::int32_t inputs) {
  const std::size_t start = stream.size();
  const std::size_t place_words = (static_cast<std::size_t>(inputs) + 1) / 2 * 2;
  stream.resize(start + kPlaces * place_words);
  for (std::size_t i = 0; i < place_words; ++i) {
    const std::int32_t channel = first_channel + static_cast<std::int32_t>(i % 2);
    const auto input = static_cast<std::int32_t>(i - i % 2);
    const std::int64_t scale = carried(form, form.channels[static_cast<std::size_t>(channel)]) / 4;
    const Transformed low = transformed(weights, channel, input, inputs);
    const Transformed high = transformed(weights, channel, input + 1, inputs);
    for (std::size_t place = 0; place < kPlaces; ++place)
      stream[start + place * place_words + i] = pair_of(low[place] * scale, high[place] * scale);
  }
}

void append_end(std::vector<std::uint32_t>& stream, const ChannelWeights& weights, const Requantization& form,
                std::int32_t channel) {
  const ChannelConstants& constants = form.channels[static_cast<std::size_t>(channel)];
  stream.push_back(static_cast<std::uint32_t>(weights.bias(channel) * carried(form, constants)));
  stream.push_back(static_cast<std::uint32_t>(constants.multiplier));
  stream.push_back(static_cast<std::uint32_t>(constants.addend));
  if (form.form == EndForm::kDoubled) stream.push_back(static_cast<std::uint32_t>(constants.shift));
}

}  // namespace

std::optional<Requantization> winograd_requantization(const Layer& layer) {
  constexpr std::int64_t kQuadrupledLimit = std::int64_t{1} << 29;
  LayerEnd end = *layer_end(layer);
  const std::vector<std::int32_t> slots = all_slots(layer);
  const ChannelWeights weights(layer, slots, 0);
  for (std::size_t c = 0; c < end.channels.size(); ++c) {
    ChannelEnd& channel = end.channels[c];
    if (channel.least <= -kQuadrupledLimit || channel.greatest >= kQuadrupledLimit) return std::nullopt;
    const std::int64_t largest = largest_transformed(weights, static_cast<std::int32_t>(c), input_channels(layer));
    channel.largest_weight = (largest + 3) / 4;
  }
  auto form = requantization(end, Carrier::kWideWeights);
  if (!form || form->form == EndForm::kMasked) return std::nullopt;
  return form;
}

std::vector<std::uint32_t> winograd_stream(const Layer& layer, const Requantization& form, std::int32_t value_offset) {
  const std::vector<std::int32_t> slots = all_slots(layer);
  const ChannelWeights weights(layer, slots, value_offset);
  const auto channels = static_cast<std::int32_t>(form.channels.size());
  std::vector<std::uint32_t> stream;
  for (std::int32_t c = 0; c < channels; c += 2) {
    append_weights(stream, weights, form, c, input_channels(layer));
    append_end(stream, weights, form, c);
    append_end(stream, weights, form, c + 1);
  }
  return stream;
}

}  // namespace mote::codegen
