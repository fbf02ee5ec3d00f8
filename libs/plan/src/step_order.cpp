#include "step_order.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace mote::plan {
namespace {

// Set of done steps.
using Done = std::vector<bool>;

// A set of done steps with the order that reaches it at the smallest peak. The bytes that live after it depend on the
// set alone.
struct State {
  Done done;
  std::int64_t peak_bytes = 0;
  std::int64_t live_bytes = 0;
  StepOrder order;
};

class OrderSearch {
 public:
  explicit OrderSearch(const StepGraph& graph)
      : graph_(graph), readers_(graph.values.size()), writer_(graph.values.size(), -1) {
    for (std::size_t i = 0; i < graph.steps.size(); ++i) {
      const auto step = static_cast<std::int32_t>(i);
      for (std::int32_t value : graph.steps[i].reads) readers_[static_cast<std::size_t>(value)].push_back(step);
      for (std::int32_t value : graph.steps[i].writes) writer_[static_cast<std::size_t>(value)] = step;
    }
  }

  StepOrder run() const {
    std::vector<State> front{start()};
    for (std::size_t count = 0; count < graph_.steps.size(); ++count) front = advance(front);
    return front.front().order;
  }

 private:
  State start() const {
    State state;
    state.done.assign(graph_.steps.size(), false);
    for (const Value& value : graph_.values) state.live_bytes += value.is_input ? value.size_bytes : 0;
    return state;
  }

  std::vector<State> advance(const std::vector<State>& front) const {
    std::vector<State> next;
    std::map<Done, std::size_t> known;
    for (const State& state : front) {
      for (std::size_t step = 0; step < graph_.steps.size(); ++step) {
        if (state.done[step] || !is_ready(state, graph_.steps[step])) continue;
        State after = execute(state, step);
        const auto [place, is_new] = known.emplace(after.done, next.size());
        if (is_new) {
          next.push_back(std::move(after));
        } else if (after.peak_bytes < next[place->second].peak_bytes) {
          next[place->second] = std::move(after);
        }
      }
    }
    if (next.size() > most_order_states(graph_.steps.size())) keep_best(next);
    return next;
  }

  void keep_best(std::vector<State>& states) const {
    std::stable_sort(states.begin(), states.end(), [](const State& a, const State& b) {
      return a.peak_bytes != b.peak_bytes ? a.peak_bytes < b.peak_bytes : a.live_bytes < b.live_bytes;
    });
    states.resize(most_order_states(graph_.steps.size()));
  }

  bool is_ready(const State& state, const StepDraft& step) const {
    return std::all_of(step.reads.begin(), step.reads.end(), [&](std::int32_t value) {
      const std::int32_t writer = writer_[static_cast<std::size_t>(value)];
      return writer < 0 || state.done[static_cast<std::size_t>(writer)];
    });
  }

  State execute(const State& before, std::size_t index) const {
    const StepDraft& step = graph_.steps[index];
    State after = before;
    after.done[index] = true;
    after.order.push_back(static_cast<std::int32_t>(index));
    std::int64_t during = before.live_bytes + step.option.scratch_bytes;
    for (std::int32_t value : step.writes) {
      during += size_of(value);
      if (is_needed(after, value)) after.live_bytes += size_of(value);
    }
    std::int64_t saved = 0;
    for (std::size_t i = 0; i < step.reads.size(); ++i) {
      const std::int32_t value = step.reads[i];
      const bool again = std::find(step.reads.begin(), step.reads.begin() + static_cast<std::ptrdiff_t>(i), value) !=
                         step.reads.begin() + static_cast<std::ptrdiff_t>(i);
      if (again || is_needed(after, value)) continue;
      after.live_bytes -= size_of(value);
      saved += saved_over(step, value);
    }
    during -= std::min(saved, size_of(step.writes.front()));
    after.peak_bytes = std::max(before.peak_bytes, during);
    return after;
  }

  bool is_needed(const State& state, std::int32_t value) const {
    const Value& one = graph_.values[static_cast<std::size_t>(value)];
    if (one.is_output || one.is_carried) return true;
    const auto& readers = readers_[static_cast<std::size_t>(value)];
    return std::any_of(readers.begin(), readers.end(),
                       [&](std::int32_t step) { return !state.done[static_cast<std::size_t>(step)]; });
  }

  std::int64_t size_of(std::int32_t value) const { return graph_.values[static_cast<std::size_t>(value)].size_bytes; }

  // Bytes that the step's output saves by lying over an input that it is the last to read.
  std::int64_t saved_over(const StepDraft& step, std::int32_t value) const {
    for (const StepOverlap& overlap : step.overlaps) {
      if (overlap.read != value) continue;
      return saved_bytes({0, 1, overlap.least_distance_bytes, overlap.multiple_bytes}, size_of(value),
                         size_of(step.writes.front()));
    }
    return 0;
  }

  const StepGraph& graph_;
  std::vector<std::vector<std::int32_t>> readers_;  // by value
  std::vector<std::int32_t> writer_;                // by value, -1 for inputs of the graph
};

}  // namespace

std::size_t most_order_states(std::size_t steps) {
  constexpr std::size_t kMostStatesInAll = 20'000;
  constexpr std::size_t kLeast = 32;
  return std::max(kLeast, kMostStatesInAll / std::max<std::size_t>(1, steps));
}

StepOrder given_order(const StepGraph& graph) {
  StepOrder order(graph.steps.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

StepOrder order_for_peak(const StepGraph& graph) {
  return OrderSearch(graph).run();
}

}  // namespace mote::plan
