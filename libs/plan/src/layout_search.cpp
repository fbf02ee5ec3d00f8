#include "layout_search.h"

#include <algorithm>
#include <limits>

#include "mote/plan/memory_map.h"

namespace mote::plan {
namespace {

using graph::TensorId;

constexpr std::int32_t kPastTheEnd = std::numeric_limits<std::int32_t>::max();

// In which layouts an activation exists: a bit for each.
using Exists = char;

Exists bit(Layout layout) {
  return static_cast<Exists>(1 << static_cast<int>(layout));
}

Layout other(Layout layout) {
  return layout == Layout::kNhwc ? Layout::kPlanes : Layout::kNhwc;
}

struct State {
  std::string exists;  // an Exists for each live activation
  double price = 0;
  std::int32_t before = -1;  // index into the states of the node before
  std::int32_t pick = -1;
};

}  // namespace

// One pass over the nodes for one set of prices.
class LayoutSweep {
 public:
  LayoutSweep(const LayoutSearch& search, const Prices& prices, const Restriction& restriction)
      : search_(search), prices_(prices), restriction_(restriction) {}

  std::optional<Picks> run() {
    start();
    for (std::size_t node = 0; node < search_.measured_.size(); ++node) {
      advance(node);
      if (history_.back().empty()) return std::nullopt;
    }
    return trace_back();
  }

 private:
  using Table = std::map<std::string, State>;

  double price(const LayoutSearch::Offer& offer) const {
    return offer.instructions * prices_.instruction + offer.flash_bytes * prices_.flash_byte;
  }

  bool allowed(const LayoutSearch::Offer& offer) const {
    if (offer.step_bytes > restriction_.most_step_bytes) return false;
    return std::none_of(offer.cores.begin(), offer.cores.end(), [&](std::size_t core) {
      return core < restriction_.forbidden_cores.size() && restriction_.forbidden_cores[core] != 0;
    });
  }

  // How an activation that is made in `layout` may exist, with the price of a change.
  std::vector<std::pair<Exists, double>> ways(TensorId id, Layout layout) const {
    std::vector<std::pair<Exists, double>> result{{bit(layout), 0.0}};
    const auto& changes = search_.changes_[static_cast<std::size_t>(id)];
    const auto change = changes.find(other(layout));
    if (change != changes.end() && allowed(change->second))
      result.emplace_back(static_cast<Exists>(bit(layout) | bit(other(layout))), price(change->second));
    const bool is_output = search_.last_read_[static_cast<std::size_t>(id)] == kPastTheEnd;
    if (is_output) std::erase_if(result, [](const auto& way) { return (way.first & bit(Layout::kNhwc)) == 0; });
    return result;
  }

  void start() {
    std::vector<State> states{State{}};
    for (TensorId id : search_.graph_.inputs) {
      std::vector<State> next;
      for (const State& state : states) {
        for (const auto& [exists, extra] : ways(id, Layout::kNhwc))
          next.push_back({state.exists + exists, state.price + extra, -1, -1});
      }
      states = std::move(next);
      live_.push_back(id);
    }
    history_.push_back(std::move(states));
  }

  void advance(std::size_t node) {
    Table table;
    const std::vector<State>& before = history_.back();
    for (std::size_t i = 0; i < before.size(); ++i) {
      for (std::size_t pick = 0; pick < search_.measured_[node].size(); ++pick) {
        if (!allowed(search_.measured_[node][pick]) || !finds_inputs(before[i], node, pick)) continue;
        extend(before[i], static_cast<std::int32_t>(i), node, pick, table);
      }
    }
    live_ = live_after(node);
    std::vector<State> states;
    for (auto& [key, state] : table) states.push_back(std::move(state));
    if (states.size() > LayoutSearch::kMostStates) {
      std::stable_sort(states.begin(), states.end(), [](const State& a, const State& b) { return a.price < b.price; });
      states.resize(LayoutSearch::kMostStates);
    }
    history_.push_back(std::move(states));
  }

  bool finds_inputs(const State& state, std::size_t node, std::size_t pick) const {
    const KernelOption& option = search_.offers_[node][pick];
    const auto& reads = search_.reads_[node];
    for (std::size_t i = 0; i < reads.size(); ++i) {
      const auto place = static_cast<std::size_t>(std::find(live_.begin(), live_.end(), reads[i]) - live_.begin());
      if ((state.exists[place] & bit(option.inputs[i])) == 0) return false;
    }
    return true;
  }

  std::vector<TensorId> live_after(std::size_t node) const {
    std::vector<TensorId> live = live_;
    const auto& outputs = search_.graph_.nodes[node].outputs;
    live.insert(live.end(), outputs.begin(), outputs.end());
    std::erase_if(live, [&](TensorId id) { return is_dead(id, node); });
    return live;
  }

  bool is_dead(TensorId id, std::size_t node) const {
    return search_.last_read_[static_cast<std::size_t>(id)] <= static_cast<std::int32_t>(node);
  }

  void extend(const State& state, std::int32_t index, std::size_t node, std::size_t pick, Table& table) const {
    std::vector<State> ends{
        {"", state.price + price(search_.measured_[node][pick]), index, static_cast<std::int32_t>(pick)}};
    for (std::size_t i = 0; i < live_.size(); ++i) {
      if (!is_dead(live_[i], node)) ends.front().exists += state.exists[i];
    }
    for (TensorId id : search_.graph_.nodes[node].outputs) {
      if (is_dead(id, node)) continue;
      std::vector<State> next;
      for (const State& end : ends) {
        for (const auto& [exists, extra] : ways(id, search_.offers_[node][pick].output))
          next.push_back({end.exists + exists, end.price + extra, end.before, end.pick});
      }
      ends = std::move(next);
    }
    for (State& end : ends) {
      const auto [place, is_new] = table.emplace(end.exists, end);
      if (!is_new && end.price < place->second.price) place->second = end;
    }
  }

  Picks trace_back() const {
    const std::vector<State>& last = history_.back();
    const auto cheapest =
        std::min_element(last.begin(), last.end(), [](const State& a, const State& b) { return a.price < b.price; });
    Picks picks(search_.measured_.size());
    const State* state = &*cheapest;
    for (std::size_t node = picks.size(); node > 0; --node) {
      picks[node - 1] = state->pick;
      state = &history_[node - 1][static_cast<std::size_t>(state->before)];
    }
    return picks;
  }

  const LayoutSearch& search_;
  Prices prices_;
  const Restriction& restriction_;
  std::vector<TensorId> live_;
  std::vector<std::vector<State>> history_;
};

LayoutSearch::LayoutSearch(const graph::Graph& graph, const Offers& offers, const PlanOptions& options)
    : graph_(graph),
      offers_(offers),
      options_(options),
      changes_(graph.tensors.size()),
      last_read_(graph.tensors.size(), -1) {
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    add_node(node);
    for (TensorId id : reads_[node]) last_read_[static_cast<std::size_t>(id)] = static_cast<std::int32_t>(node);
  }
  for (TensorId id : graph.outputs) {
    if (!is_carried(id)) last_read_[static_cast<std::size_t>(id)] = kPastTheEnd;
  }
  if (!options.layout_change) return;
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    for (const KernelOption& option : offers[node]) {
      for (std::size_t i = 0; i < option.inputs.size(); ++i) {
        if (option.inputs[i] != Layout::kNhwc) add_changes(reads_[node][i]);
      }
      if (option.output != Layout::kNhwc) add_changes(graph.nodes[node].outputs.front());
    }
  }
}

std::size_t LayoutSearch::core_index(const std::string& name) {
  const auto found = std::find(cores_.begin(), cores_.end(), name);
  if (found == cores_.end()) cores_.push_back(name);
  return static_cast<std::size_t>(std::find(cores_.begin(), cores_.end(), name) - cores_.begin());
}

LayoutSearch::Offer LayoutSearch::measure(const KernelOption& option, std::int64_t apart_bytes, std::int64_t saved) {
  Offer offer{static_cast<double>(option.instructions),
              static_cast<double>(option.flash_bytes),
              apart_bytes + option.scratch_bytes - saved,
              {}};
  for (const std::string& core : option.cores) offer.cores.push_back(core_index(core));
  return offer;
}

std::int64_t LayoutSearch::saved_by(const KernelOption& option, const graph::Node& node) const {
  const std::int64_t written = stored_bytes(graph_.tensor(node.outputs.front()), option.output);
  std::int64_t most = 0;
  for (const Overlap& overlap : option.overlaps) {
    // Constants have no place among the option's layouts.
    const auto place = std::count_if(node.inputs.begin(), node.inputs.begin() + overlap.input,
                                     [&](TensorId id) { return !graph_.tensor(id).constant; });
    const graph::Tensor& tensor = graph_.tensor(node.inputs[static_cast<std::size_t>(overlap.input)]);
    const std::int64_t read = stored_bytes(tensor, option.inputs[static_cast<std::size_t>(place)]);
    most = std::max(most, saved_bytes({0, 1, overlap.least_distance_bytes, overlap.multiple_bytes}, read, written));
  }
  return options_.reuse == Reuse::kNone ? 0 : most;
}

bool LayoutSearch::is_carried(TensorId id) const {
  return std::any_of(options_.appends.begin(), options_.appends.end(), [&](std::int32_t node) {
    return graph_.nodes[static_cast<std::size_t>(node)].outputs.front() == id;
  });
}

void LayoutSearch::add_node(std::size_t index) {
  const graph::Node& node = graph_.nodes[index];
  reads_.push_back(reads_of(graph_, index, options_));
  measured_.emplace_back();
  for (const KernelOption& option : offers_[index]) {
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < reads_.back().size(); ++i)
      bytes += stored_bytes(graph_.tensor(reads_.back()[i]), option.inputs[i]);
    for (TensorId id : node.outputs) bytes += stored_bytes(graph_.tensor(id), option.output);
    measured_.back().push_back(measure(option, bytes, saved_by(option, node)));
  }
}

void LayoutSearch::add_changes(TensorId id) {
  if (!changes_[static_cast<std::size_t>(id)].empty()) return;
  const graph::Tensor& tensor = graph_.tensor(id);
  const std::int64_t bytes = stored_bytes(tensor, Layout::kNhwc) + stored_bytes(tensor, Layout::kPlanes);
  for (const Layout to : {Layout::kNhwc, Layout::kPlanes})
    changes_[static_cast<std::size_t>(id)].emplace(to,
                                                   measure(options_.layout_change(tensor, other(to), to), bytes, 0));
}

std::optional<Picks> LayoutSearch::solve(const Prices& prices, const Restriction& restriction) const {
  return LayoutSweep(*this, prices, restriction).run();
}

std::int64_t LayoutSearch::most_step_bytes(const Picks& picks) const {
  std::int64_t most = 0;
  for (std::size_t node = 0; node < picks.size(); ++node)
    most = std::max(most, measured_[node][static_cast<std::size_t>(picks[node])].step_bytes);
  return most;
}

}  // namespace mote::plan
