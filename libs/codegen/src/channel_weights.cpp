#include "channel_weights.h"

namespace mote::codegen {

ChannelWeights::ChannelWeights(const Layer& layer, std::span<const std::int32_t> slots, std::int32_t value_offset)
    : layer_(layer),
      slots_(slots),
      value_offset_(value_offset),
      values_(graph::values<std::int8_t>(layer.input(1))),
      common_(*weighted_layer(layer)) {}

std::int64_t ChannelWeights::weight(std::int32_t channel, std::size_t slot) const {
  if (slot >= slots_.size() || slots_[slot] < 0) return 0;
  return values_[static_cast<std::size_t>(channel * common_.inner + slots_[slot])];
}

std::int64_t ChannelWeights::bias(std::int32_t channel) const {
  std::int64_t sum = 0;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) sum += weight(channel, slot);
  const bool has_bias = layer_.node.inputs.size() > 2;
  const std::int64_t own =
      has_bias ? graph::values<std::int32_t>(layer_.input(2))[static_cast<std::size_t>(channel)] : 0;
  return own + (common_.input_offset - value_offset_) * sum;
}

std::vector<std::int8_t> depthwise_weights(const Layer& layer) {
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const auto channels = static_cast<std::size_t>(layer.input(1).shape.back());
  std::vector<std::int8_t> by_channel;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t at = c; at < weights.size(); at += channels) by_channel.push_back(weights[at]);
  }
  return by_channel;
}

}  // namespace mote::codegen
