#include "mote/trainer/channel_pruning.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "channel_groups.h"
#include "channel_importance.h"
#include "mote/base/error.h"

namespace mote::trainer {
namespace {

using graph::Graph;

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void require(bool good, std::string_view key, std::string_view wanted, double got) {
  if (!good) fail(fmt::format("[prune] {} must be {}, got {}", key, wanted, got));
}

// A copy whose constants have no values: cheap to rebuild where only shapes count.
Graph without_values(const Graph& graph) {
  Graph result = graph;
  for (graph::Tensor& tensor : result.tensors) tensor.data = nullptr;
  return result;
}

GraphCost cost_function(const ChannelPruningSettings& settings, const GraphCost& given) {
  if (settings.cost == ChannelCost::kMacs) {
    return [](const Graph& graph) { return static_cast<double>(graph::multiply_accumulates(graph)); };
  }
  if (given) return given;
  fail(fmt::format("[prune] cost = {} wanted a function that measures it, got none", enum_name(settings.cost)));
}

// A group on its way down: its units by importance, the first `removed` of them gone.
class Shrinking {
 public:
  Shrinking(const ChannelGroup& group, const std::vector<double>& importance, const ChannelPruningSettings& settings)
      : group_(&group), importance_(&importance), multiple_(settings.multiple), least_(settings.least) {
    order_.resize(group.units.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return importance[a] < importance[b]; });
  }

  std::int32_t units() const { return static_cast<std::int32_t>(order_.size()); }
  std::int32_t left() const { return units() - removed_; }
  // Units left after the next step; nothing when the group is at its least.
  std::optional<std::int32_t> next() const {
    const std::int32_t after = (left() - 1) / multiple_ * multiple_;
    return after >= least_ ? std::optional(after) : std::nullopt;
  }
  void step() { removed_ = units() - *next(); }
  void go_to_the_end() {
    while (next()) step();
  }
  // Share of the importance left in the group that the next step takes.
  double loss() const {
    const auto worth = [&](std::int32_t from, std::int32_t to) {
      double sum = 0;
      for (std::int32_t i = from; i < to; ++i) sum += (*importance_)[order_[static_cast<std::size_t>(i)]];
      return sum;
    };
    const double all = worth(removed_, units());
    const double even = static_cast<double>(left() - *next()) / static_cast<double>(left());
    return all > 0 ? worth(removed_, units() - *next()) / all : even;
  }
  void collect(std::vector<const ChannelUnit*>& units) const {
    for (std::int32_t i = 0; i < removed_; ++i) units.push_back(&group_->units[order_[static_cast<std::size_t>(i)]]);
  }
  PrunedGroup report() const { return {group_->layer, units(), left(), !next()}; }

 private:
  const ChannelGroup* group_;
  const std::vector<double>* importance_;
  std::int32_t multiple_, least_;
  std::int32_t removed_ = 0;
  std::vector<std::size_t> order_;
};

std::vector<const ChannelUnit*> removed_units(const std::vector<Shrinking>& groups) {
  std::vector<const ChannelUnit*> units;
  for (const Shrinking& group : groups) group.collect(units);
  return units;
}

// The removal of channels from one graph under one cost.
class Removal {
 public:
  Removal(const Graph& graph, const ChannelPruningSettings& settings, const GraphCost& given)
      : graph_(graph),
        cost_(cost_function(settings, given)),
        measured_(settings.cost == ChannelCost::kMacs ? without_values(graph) : graph),
        groups_(channel_groups(graph, settings.keep_layers)),
        settings_(settings),
        before_(cost_(measured_)) {
    if (groups_.empty()) fail("[prune] wanted a layer whose channels may go, got none");
    if (!(before_ > 0)) fail(fmt::format("[prune] wanted a network that costs something, got {}", before_));
  }

  const std::vector<ChannelGroup>& groups() const { return groups_; }

  // Error when every group at its least costs more than `share`.
  void check(double share) const {
    const std::vector<std::vector<double>> equal = even_importance();
    std::vector<Shrinking> least = start(equal);
    for (Shrinking& group : least) group.go_to_the_end();
    refuse(share, cost(least));
  }

  PrunedChannels run(double share, const std::vector<std::vector<double>>& importance) const {
    std::vector<Shrinking> groups = start(importance);
    double now = before_;
    const auto can_go = [](const Shrinking& group) { return group.next().has_value(); };
    while (now > share * before_ && std::any_of(groups.begin(), groups.end(), can_go)) now = take_step(groups, now);
    refuse(share, now);
    PrunedChannels result{without_units(graph_, removed_units(groups)), before_, now, {}};
    for (const Shrinking& group : groups) result.groups.push_back(group.report());
    return result;
  }

 private:
  // Error when that is what is left at the least, and too much.
  void refuse(double share, double left) const {
    constexpr double kRounding = 1e-9;
    const double reachable = left / before_;
    if (reachable <= share + kRounding) return;
    fail(
        fmt::format("[prune] target {:.4g} of the {} cannot be met: with every group at its least channels {:.4g} are "
                    "left; the nearest target is {:.4g}",
                    share, enum_name(settings_.cost), reachable, std::ceil(reachable * 1000) / 1000));
  }
  std::vector<std::vector<double>> even_importance() const {
    std::vector<std::vector<double>> result;
    for (const ChannelGroup& group : groups_) result.emplace_back(group.units.size(), 1.0);
    return result;
  }
  std::vector<Shrinking> start(const std::vector<std::vector<double>>& importance) const {
    std::vector<Shrinking> result;
    for (std::size_t i = 0; i < groups_.size(); ++i) result.emplace_back(groups_[i], importance[i], settings_);
    return result;
  }
  double cost(const std::vector<Shrinking>& groups) const {
    return cost_(without_units(measured_, removed_units(groups)));
  }
  double take_step(std::vector<Shrinking>& groups, double now) const;
  double cost_alone(std::vector<Shrinking> groups, std::size_t own) const;

  const Graph& graph_;
  GraphCost cost_;
  Graph measured_;
  std::vector<ChannelGroup> groups_;
  const ChannelPruningSettings& settings_;
  double before_;
};

// One step in the group where it loses least for what it saves. Where no step saves anything (a peak of memory that two
// layers share), in the group that would cost most if all others were at their least: it stands in the way.
double Removal::take_step(std::vector<Shrinking>& groups, double now) const {
  struct Choice {
    std::size_t group = 0;
    double price = 0, cost = 0;
  };
  std::optional<Choice> best;
  const auto offer = [&](const Choice& choice) {
    if (!best || choice.price < best->price) best = choice;
  };
  std::vector<Choice> idle;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].next()) continue;
    const double loss = groups[i].loss();
    const Shrinking before = groups[i];
    groups[i].step();
    const double after = cost(groups);
    groups[i] = before;
    if (after < now) offer({i, loss / (now - after), after});
    if (after >= now) idle.push_back({i, loss, after});
  }
  if (!best) {
    std::vector<double> alone;
    for (const Choice& choice : idle) alone.push_back(cost_alone(groups, choice.group));
    const double most = *std::max_element(alone.begin(), alone.end());
    for (std::size_t i = 0; i < idle.size(); ++i) {
      if (alone[i] == most) offer(idle[i]);
    }
  }
  groups[best->group].step();
  return best->cost;
}

// Of the network in which every other group is at its least.
double Removal::cost_alone(std::vector<Shrinking> groups, std::size_t own) const {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i != own) groups[i].go_to_the_end();
  }
  return cost(groups);
}

// Follows each group of the whole network through a round by the name of its layer.
void follow(std::vector<PrunedGroup>& whole, const std::vector<PrunedGroup>& round) {
  for (PrunedGroup& group : whole) {
    for (const PrunedGroup& after : round) {
      if (after.layer != group.layer) continue;
      group.after = after.after;
      group.at_least = after.at_least;
    }
  }
}

// What the training of one round needs; epochs are counted on from those before.
TrainIo io_of_round(const TrainIo& io, std::int32_t round, bool is_last, std::int32_t epochs_before) {
  TrainIo result = io;
  if (!is_last) result.hooks.clear();
  if (!io.checkpoint.empty()) result.checkpoint += fmt::format(".{}", round);
  if (!io.on_epoch) return result;
  result.on_epoch = [hear = io.on_epoch, epochs_before](EpochRecord record) {
    record.epoch += epochs_before;
    hear(record);
  };
  return result;
}

}  // namespace

void ChannelPruningSettings::validate() const {
  require(target > 0 && target < 1, "target", "in (0, 1)", target);
  require(multiple >= 1 && multiple <= 64, "multiple", "in 1..64", multiple);
  require(least >= 1, "least", ">= 1: a group that has no channel left would cut the network", least);
  require(rounds >= 1 && rounds <= 100, "rounds", "in 1..100", rounds);
  require(round_epochs >= 1, "round_epochs", ">= 1", round_epochs);
  require(batches >= 1, "batches", ">= 1", batches);
}

PrunedChannels prune_channels(const Graph& trained, BatchSource& source, const ChannelPruningSettings& settings,
                              const TrainSettings& training, double share, const GraphCost& cost, ThreadPool& pool) {
  settings.validate();
  graph::verify(trained, graph::Stage::kTrain);
  const Removal removal(trained, settings, cost);
  removal.check(share);
  return removal.run(share, channel_importance(trained, removal.groups(), settings, source, training, pool));
}

ChannelPruningResult train_narrower(const Graph& trained, BatchSource& source, const ChannelPruningSettings& settings,
                                    const TrainSettings& training, const GraphCost& cost, const TrainIo& io) {
  settings.validate();
  training.validate();
  Removal(trained, settings, cost).check(settings.target);
  ChannelPruningResult result;
  Graph network = trained;
  std::int32_t epochs_before = 0;
  for (std::int32_t round = 1; round <= settings.rounds; ++round) {
    const bool is_last = round == settings.rounds;
    const double wanted = std::pow(settings.target, static_cast<double>(round) / settings.rounds);
    const double left = round == 1 ? 1.0 : result.cost_after / result.cost_before;
    PrunedChannels pruned = prune_channels(network, source, settings, training, wanted / left, cost, io.pool);
    if (round == 1) {
      result.cost_before = pruned.cost_before;
      result.groups = pruned.groups;
    }
    result.cost_after = pruned.cost_after;
    follow(result.groups, pruned.groups);
    TrainSettings own = training;
    if (!is_last) own.epochs = settings.round_epochs;
    result.training = train(pruned.graph, source, own, io_of_round(io, round, is_last, epochs_before));
    network = result.training.graph;
    epochs_before += static_cast<std::int32_t>(result.training.history.size());
  }
  return result;
}

}  // namespace mote::trainer
