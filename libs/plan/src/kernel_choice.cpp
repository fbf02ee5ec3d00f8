#include "kernel_choice.h"

#include <algorithm>
#include <array>

#include "choice_text.h"
#include "step_order.h"

namespace mote::plan {
namespace {

// With at most so many routines to share, every subset of them is tried.
constexpr std::size_t kMostEnumeratedCores = 6;
// Tightenings of the bytes around a step, and steps of the price of flash, that are tried.
constexpr int kMostTightenings = 12;
constexpr int kPriceSteps = 12;
constexpr double kPriceFactor = 4;
// Ties are broken by the other figure; small enough never to outweigh one unit.
constexpr double kTie = 1e-9;

class Chooser {
 public:
  Chooser(const graph::Graph& graph, const Offers& offers, const PlanOptions& options)
      : graph_(graph), offers_(offers), options_(options), search_(graph, offers, options) {}

  Candidate run() {
    const Prices speed{1, kTie};
    add_with_tightenings(speed, options_.limits.ram_bytes > 0 && options_.optimize == Optimize::kSpeed);
    if (options_.optimize == Optimize::kBalanced) price_by(candidates_.front().totals);
    if (options_.optimize != Optimize::kSpeed) add_with_tightenings(prices(), true);
    if (!any_fits()) add_cheaper_in_flash();
    if (!any_fits()) refuse_limits(graph_, candidates_, options_.limits);
    std::erase_if(candidates_, [&](const Candidate& one) { return !fits(one); });
    Candidate chosen = std::move(*best());
    for (StepDraft& step : chosen.steps.steps) {
      if (step.node < 0) continue;
      const auto node = static_cast<std::size_t>(step.node);
      step.why = why_picked(offers_[node], chosen.picks[node]);
    }
    return chosen;
  }

 private:
  Prices prices() const {
    if (options_.optimize == Optimize::kSize) return {kTie, 1};
    return {1, flash_price_ + kTie};
  }

  // What a percent of the fastest plan's flash and RAM is in instructions.
  void price_by(const Totals& fastest) {
    const auto instructions = static_cast<double>(fastest.instructions);
    flash_price_ =
        options_.rates.flash * instructions / static_cast<double>(std::max<std::int64_t>(1, fastest.flash_bytes));
    ram_price_ =
        options_.rates.ram * instructions / static_cast<double>(std::max<std::int64_t>(1, fastest.arena_bytes));
  }

  // The additive part of a solution's price, with the routines that it really uses.
  double priced(const Picks& picks, const Prices& prices) const {
    const Totals totals = totals_of(steps_of(picks));
    return static_cast<double>(totals.instructions) * prices.instruction +
           static_cast<double>(totals.flash_bytes) * prices.flash_byte;
  }

  StepGraph steps_of(const Picks& picks) const {
    Choice choice;
    for (std::size_t node = 0; node < picks.size(); ++node) {
      choice.options.push_back(offers_[node][static_cast<std::size_t>(picks[node])]);
      choice.why.emplace_back();
    }
    return make_step_graph(graph_, choice, options_);
  }

  Totals totals_of(const StepGraph& steps) const {
    Totals totals;
    std::vector<const KernelOption*> used;
    for (const StepDraft& step : steps.steps) {
      totals.instructions += step.option.instructions;
      totals.flash_bytes += step.option.flash_bytes;
      used.push_back(&step.option);
    }
    totals.flash_bytes += shared_core_bytes(used) + constant_bytes(graph_);
    return totals;
  }

  // The best set of shared routines for these prices: every set, or climbing from all of them.
  std::optional<Picks> solve(const Prices& prices, std::int64_t most_step_bytes) const {
    const std::size_t cores = search_.cores().size();
    Restriction restriction{std::vector<char>(cores, 0), most_step_bytes};
    Best best{search_.solve(prices, restriction), 0};
    if (!best.picks || prices.flash_byte <= kTie) return best.picks;
    best.price = priced(*best.picks, prices);
    if (cores <= kMostEnumeratedCores) {
      for (std::size_t set = 1; set < (std::size_t{1} << cores); ++set) {
        for (std::size_t core = 0; core < cores; ++core) restriction.forbidden_cores[core] = (set >> core & 1) != 0;
        improve(prices, restriction, best);
      }
      return best.picks;
    }
    while (toggle_one(prices, restriction, best)) {
    }
    return best.picks;
  }

  struct Best {
    std::optional<Picks> picks;
    double price;
  };

  bool improve(const Prices& prices, const Restriction& restriction, Best& best) const {
    const std::optional<Picks> picks = search_.solve(prices, restriction);
    if (!picks) return false;
    const double price = priced(*picks, prices);
    if (price >= best.price) return false;
    best = {picks, price};
    return true;
  }

  // Forbids or allows the one routine that lowers the price most. False when none does.
  bool toggle_one(const Prices& prices, Restriction& restriction, Best& best) const {
    std::size_t chosen = restriction.forbidden_cores.size();
    for (std::size_t core = 0; core < restriction.forbidden_cores.size(); ++core) {
      Restriction changed = restriction;
      changed.forbidden_cores[core] ^= 1;
      if (improve(prices, changed, best)) chosen = core;
    }
    if (chosen == restriction.forbidden_cores.size()) return false;
    restriction.forbidden_cores[chosen] ^= 1;
    return true;
  }

  std::optional<std::int64_t> add(const Prices& prices, std::int64_t most_step_bytes) {
    const std::optional<Picks> picks = solve(prices, most_step_bytes);
    if (!picks) return std::nullopt;
    const bool known =
        std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& one) { return one.picks == *picks; });
    if (!known) {
      Candidate candidate;
      candidate.picks = *picks;
      candidate.steps = steps_of(*picks);
      candidate.totals = totals_of(candidate.steps);
      lay_out(candidate, options_.reuse);
      candidates_.push_back(std::move(candidate));
    }
    return search_.most_step_bytes(*picks);
  }

  // RAM is a peak, not a sum: solutions with ever less around their largest step stand for its trade against the rest.
  void add_with_tightenings(const Prices& prices, bool tighten) {
    std::optional<std::int64_t> most = add(prices, INT64_MAX);
    for (int i = 0; tighten && most && i < kMostTightenings; ++i) most = add(prices, *most - 1);
  }

  void add_cheaper_in_flash() {
    const double start = std::max(flash_price_, static_cast<double>(candidates_.front().totals.instructions) /
                                                    static_cast<double>(candidates_.front().totals.flash_bytes + 1));
    double price = start / kPriceFactor;
    for (int i = 0; i < kPriceSteps; ++i, price *= kPriceFactor) add_with_tightenings({1, price}, true);
    add_with_tightenings({kTie, 1}, true);
  }

  bool fits(const Candidate& one) const {
    const Limits& limits = options_.limits;
    return (limits.flash_bytes == 0 || one.totals.flash_bytes <= limits.flash_bytes) &&
           (limits.ram_bytes == 0 || one.totals.arena_bytes <= limits.ram_bytes);
  }

  bool any_fits() const {
    return std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& one) { return fits(one); });
  }

  using Key = std::array<double, 3>;
  Key key(const Candidate& one) const {
    const auto instructions = static_cast<double>(one.totals.instructions);
    const auto flash = static_cast<double>(one.totals.flash_bytes);
    const auto ram = static_cast<double>(one.totals.arena_bytes);
    if (options_.optimize == Optimize::kSize) return {flash, instructions, ram};
    if (options_.optimize == Optimize::kSpeed) return {instructions, flash, ram};
    return {instructions + flash * flash_price_ + ram * ram_price_, instructions, flash};
  }

  std::vector<Candidate>::iterator best() {
    return std::min_element(candidates_.begin(), candidates_.end(),
                            [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); });
  }

  const graph::Graph& graph_;
  const Offers& offers_;
  const PlanOptions& options_;
  LayoutSearch search_;
  std::vector<Candidate> candidates_;
  double flash_price_ = 0;
  double ram_price_ = 0;
};

}  // namespace

void lay_out(Candidate& candidate, Reuse reuse) {
  candidate.order = given_order(candidate.steps);
  candidate.arena = map_arena(candidate.steps, candidate.order);
  if (reuse == Reuse::kInPlace) {
    const StepOrder order = order_for_peak(candidate.steps);
    Arena arena = order == candidate.order ? candidate.arena : map_arena(candidate.steps, order);
    if (arena.bytes < candidate.arena.bytes) {
      candidate.order = order;
      candidate.arena = std::move(arena);
    }
  }
  candidate.totals.arena_bytes = candidate.arena.bytes;
}

Candidate choose_kernels(const graph::Graph& graph, const Offers& offers, const PlanOptions& options) {
  return Chooser(graph, offers, options).run();
}

}  // namespace mote::plan
