// What the channels of each activation of a float network do. Private to this library.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/quant/range.h"
#include "mote/quant/simulate.h"

namespace mote::doctor {

struct ChannelStatistics {
  quant::Range range;  // of all channels
  std::vector<quant::Range> channels;

  double spread() const;  // loudest over median, among the channels that say anything
  std::vector<std::int32_t> outliers() const;
  std::vector<std::int32_t> dead() const;
};

// By tensor; empty for constants.
std::vector<ChannelStatistics> channel_statistics(const graph::Graph& graph, const quant::MeasuringSet& set);

// Widest filter over the median one, by greatest magnitude.
double weight_spread(const graph::Graph& graph, const graph::Node& node);

}  // namespace mote::doctor
