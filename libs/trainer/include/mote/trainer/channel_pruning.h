// Structured pruning: a network with fewer channels, physically rebuilt, under a target of cost.
//
// Channels that must stay or go together (through adds, concats, depthwise layers, batch norms, flattening) are one
// unit; units of the same tensors are a group. Units go by importance, `multiple` at a time, from the group where the
// least is lost for the cost saved: (importance that goes)/(importance left in the group) over the share of the cost
// that it saves. Then the smaller network is trained on. What the removed channels contributed is lost until then.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/graph/graph.h"
#include "mote/trainer/batch_source.h"
#include "mote/trainer/settings.h"
#include "mote/trainer/train.h"

namespace mote::trainer {

// What a unit is worth, summed over the layers that make it.
//   l1      mean |w| of the filters (Li et al. 2017)
//   norm    |gamma| of the batch norms behind them (Liu et al. 2017)
//   taylor  sum over batches of (gradient · weight)² (Molchanov et al. 2019): gamma and beta of the batch norm behind a
//           layer, or its filter and bias where there is none
enum class ChannelImportance : std::uint8_t { kL1, kNorm, kTaylor };

// What is to become less. kMacs is counted here; for the others the caller hands in a function.
enum class ChannelCost : std::uint8_t { kMacs, kRam, kFlash, kLatency };

// Cost of a kTrain graph in any unit, >= 0, > 0 for the whole network. Called often: hundreds of times for a small
// network.
using GraphCost = std::function<double(const graph::Graph& graph)>;

struct ChannelPruningSettings {
  ChannelImportance importance = ChannelImportance::kTaylor;
  ChannelCost cost = ChannelCost::kMacs;
  double target = 0.5;                   // cost of the pruned network as a share of the whole one's, (0, 1)
  std::int32_t multiple = 4;             // channel counts are multiples of it where the group allows, 1..64
  std::int32_t least = 4;                // units that each group keeps, >= 1
  std::int32_t rounds = 1;               // of pruning and training; the cost falls by the same factor in each, 1..100
  std::int32_t round_epochs = 10;        // of each round but the last, which has those of the training
  std::int32_t batches = 16;             // taylor: batches that it looks at
  std::vector<std::string> keep_layers;  // names of layers whose channels all stay

  // Error(kInvalid): "[prune] target must be in (0, 1), got 1.2".
  void validate() const;
};

// Calls visit(key, value, help) for each setting, in the order of a recipe.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, ChannelPruningSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("importance", s.importance, "l1, norm (scale of the batch norm) or taylor: what a channel is worth");
  visit("cost", s.cost, "macs, ram, flash or latency: what is to become less");
  visit("target", s.target, "cost of the pruned network as a share of the whole one's, (0, 1)");
  visit("multiple", s.multiple, "channel counts are multiples of it where they can be");
  visit("least", s.least, "channels that each group keeps");
  visit("rounds", s.rounds, "rounds of pruning and training");
  visit("round_epochs", s.round_epochs, "epochs of each round but the last");
  visit("batches", s.batches, "taylor: batches that it looks at");
  visit("keep_layers", s.keep_layers, "names of layers whose channels all stay");
}

// Channels that go together, by the name of the first layer that makes them.
struct PrunedGroup {
  std::string layer;
  std::int32_t before = 0;
  std::int32_t after = 0;
  bool at_least = false;  // cannot lose more under these settings
};

struct PrunedChannels {
  graph::Graph graph;  // kTrain, narrower, not trained on
  double cost_before = 0;
  double cost_after = 0;
  std::vector<PrunedGroup> groups;
};

// One removal, without training: `share` of the cost of `trained` is left at most. `source` and `pool` serve taylor;
// begin_epoch(0) is called. Errors: kInvalid for settings out of range, norm in a network with a group without batch
// norm, no channel that could go, a cost without its function, a target below what the least widths cost (the message
// names the nearest); kNotFound for a layer that the network does not have.
PrunedChannels prune_channels(const graph::Graph& trained, BatchSource& source, const ChannelPruningSettings& settings,
                              const TrainSettings& training, double share, const GraphCost& cost, ThreadPool& pool);

struct ChannelPruningResult {
  TrainResult training;                    // of the last round
  double cost_before = 0, cost_after = 0;  // of the whole and of the last network
  std::vector<PrunedGroup> groups;         // from the whole network to the last one
};

// All rounds. Each has a checkpoint of its own, io.checkpoint with ".1", ".2" … behind it; called again after a kill it
// goes on where it was and ends in the same bytes. io.on_epoch hears of all rounds, epochs counted on; io.hooks are
// called in the last round only. Errors: those of prune_channels(), before any work; those of train().
ChannelPruningResult train_narrower(const graph::Graph& trained, BatchSource& source,
                                    const ChannelPruningSettings& settings, const TrainSettings& training,
                                    const GraphCost& cost, const TrainIo& io);

}  // namespace mote::trainer

template <>
struct mote::EnumNames<mote::trainer::ChannelImportance> {
  static constexpr std::array<std::string_view, 3> kNames{"l1", "norm", "taylor"};
};

template <>
struct mote::EnumNames<mote::trainer::ChannelCost> {
  static constexpr std::array<std::string_view, 4> kNames{"macs", "ram", "flash", "latency"};
};
