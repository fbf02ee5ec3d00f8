// What each unit of channels is worth. Private to structured pruning.
#pragma once

#include <vector>

#include "channel_groups.h"
#include "mote/trainer/channel_pruning.h"

namespace mote::trainer {

// By group, by unit; >= 0. Errors: those of prune_channels().
std::vector<std::vector<double>> channel_importance(const graph::Graph& graph, const std::vector<ChannelGroup>& groups,
                                                    const ChannelPruningSettings& settings, BatchSource& source,
                                                    const TrainSettings& training, ThreadPool& pool);

}  // namespace mote::trainer
