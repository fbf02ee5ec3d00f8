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
constexpr double kMostFlashPrice = 1e6;  // instructions a byte
// Kernels offered to all nodes together, up to which pairs are changed at once.
constexpr std::size_t kMostPairedOffers = 100;
// Candidates under a limit that small changes start from.
constexpr std::size_t kMostPolished = 4;
// Ties are broken by the other figure; small enough never to outweigh one unit.
constexpr double kTie = 1e-9;
constexpr Prices kLeastFlash{kTie, 1};

bool keeps(std::int64_t bytes, std::int64_t limit) {
  return limit == 0 || bytes <= limit;
}

class Chooser {
 public:
  Chooser(const graph::Graph& graph, const Offers& offers, const PlanOptions& options)
      : graph_(graph), offers_(offers), options_(options), search_(graph, offers, options) {}

  std::optional<Candidate> run() {
    const Prices speed{1, kTie};
    add_with_tightenings(speed, options_.limits.ram_bytes > 0 && options_.optimize == Optimize::kSpeed);
    if (options_.optimize != Optimize::kSpeed) add_balanced();
    if (options_.optimize == Optimize::kSize) add_with_tightenings(kLeastFlash, true);
    const bool limited = !any_fits();
    if (limited) add_cheaper_in_flash();
    if (!any_fits()) return std::nullopt;
    std::erase_if(candidates_, [&](const Candidate& one) { return !fits(one); });
    Candidate chosen = limited ? best_polished() : std::move(*best());
    for (StepDraft& step : chosen.steps.steps) {
      if (step.node < 0) continue;
      const auto node = static_cast<std::size_t>(step.node);
      step.why = why_picked(offers_[node], chosen.picks[node]);
    }
    return chosen;
  }

  // After a run() without result.
  [[noreturn]] void refuse() const { refuse_limits(graph_, candidates_, options_.limits); }

 private:
  // What kBalanced chooses from; kSize as well, so that it never needs more of both flash and RAM.
  void add_balanced() {
    price_by(candidates_.front().totals);
    add_with_tightenings({1, flash_price_ + kTie}, true);
  }

  // What a byte is in instructions where a percent is a percent, see ExchangeRates.
  void price_by(const Totals& fastest) {
    const auto price = [&](double rate, std::int64_t bytes) {
      return rate * static_cast<double>(fastest.instructions) / static_cast<double>(std::max<std::int64_t>(1, bytes));
    };
    flash_price_ = price(options_.rates.flash, fastest.flash_bytes - constant_bytes(graph_));
    ram_price_ = price(options_.rates.ram, fastest.arena_bytes);
  }

  // The additive part of a solution's price, with the routines that it really uses.
  double priced(const Picks& picks, const Prices& prices) const {
    const Totals totals = totals_of(steps_of(picks));
    return static_cast<double>(totals.instructions) * prices.instruction +
           static_cast<double>(totals.flash_bytes) * prices.flash_byte;
  }

  // Without order and arena.
  Candidate candidate_of(Picks picks) const {
    Candidate candidate;
    candidate.picks = std::move(picks);
    candidate.steps = steps_of(candidate.picks);
    candidate.totals = totals_of(candidate.steps);
    return candidate;
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

  // The solution, as a candidate if it is new.
  std::optional<Picks> add(const Prices& prices, std::int64_t most_step_bytes) {
    std::optional<Picks> picks = solve(prices, most_step_bytes);
    if (!picks) return picks;
    const bool known =
        std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& one) { return one.picks == *picks; });
    if (!known) {
      Candidate candidate = candidate_of(*picks);
      lay_out(candidate, options_.reuse);
      candidates_.push_back(std::move(candidate));
    }
    return picks;
  }

  // RAM is a peak, not a sum: solutions with ever less around their largest step stand for its trade against the rest.
  void add_with_tightenings(const Prices& prices, bool tighten) {
    std::optional<Picks> picks = add(prices, INT64_MAX);
    for (int i = 0; tighten && picks && i < kMostTightenings; ++i)
      picks = add(prices, search_.most_step_bytes(*picks) - 1);
  }

  // Raises the price of flash until the limit is kept, halves the way back to the price that just keeps it, and trades
  // RAM from there on.
  void add_cheaper_in_flash() {
    const Totals& first = candidates_.front().totals;
    double above = std::max(flash_price_, static_cast<double>(first.instructions) /
                                              static_cast<double>(std::max<std::int64_t>(1, first.flash_bytes)));
    for (int i = 0; i < kPriceSteps && !keeps_flash(above); ++i) above *= kPriceFactor;
    double below = above / kPriceFactor;
    for (int i = 0; i < kPriceSteps; ++i) {
      const double middle = (below + above) / 2;
      (keeps_flash(middle) ? above : below) = middle;
    }
    const bool tighten = options_.limits.ram_bytes > 0 || options_.optimize == Optimize::kBalanced;
    for (const double factor : {1.0, kPriceFactor, kPriceFactor * kPriceFactor})
      add_with_tightenings({1, above * factor}, tighten);
    add_with_tightenings({kTie, 1}, tighten);
    add_best_set();
  }

  // At one price the best set of shared routines hides the others, of which one may use the limit better: the fastest
  // of what each set comes to at the least price of flash that keeps the limit.
  void add_best_set() {
    const std::size_t cores = search_.cores().size();
    if (cores > kMostEnumeratedCores) return;
    std::optional<Candidate> best;
    for (std::size_t set = 0; set < (std::size_t{1} << cores); ++set) {
      Restriction restriction{std::vector<char>(cores, 0), INT64_MAX};
      for (std::size_t core = 0; core < cores; ++core) restriction.forbidden_cores[core] = (set >> core & 1) != 0;
      std::optional<Candidate> candidate = keeping_flash(restriction);
      if (candidate && (!best || key(*candidate) < key(*best))) best = std::move(candidate);
    }
    if (!best) return;
    lay_out(*best, options_.reuse);
    candidates_.push_back(*std::move(best));
  }

  // Without order and arena.
  std::optional<Candidate> keeping_flash(const Restriction& restriction) const {
    std::optional<Candidate> found;
    const auto keeps_at = [&](double price) {
      std::optional<Picks> picks = search_.solve({1, price}, restriction);
      if (!picks) return false;
      Candidate candidate = candidate_of(*std::move(picks));
      if (!keeps(candidate.totals.flash_bytes, options_.limits.flash_bytes)) return false;
      if (!found || key(candidate) < key(*found)) found = std::move(candidate);
      return true;
    };
    double above = kTie;
    while (!keeps_at(above) && above < kMostFlashPrice) above *= kPriceFactor;
    double below = above / kPriceFactor;
    for (int i = 0; found && i < kPriceSteps; ++i) {
      const double middle = (below + above) / 2;
      (keeps_at(middle) ? above : below) = middle;
    }
    return found;
  }

  bool keeps_flash(double price) {
    const std::optional<Picks> picks = add({1, price}, INT64_MAX);
    return keeps(totals_of(steps_of(*picks)).flash_bytes, options_.limits.flash_bytes);
  }

  // From several starts, as each may end in a choice that no small change makes better.
  Candidate best_polished() {
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); });
    const std::size_t starts = std::min(kMostPolished, candidates_.size());
    for (std::size_t i = 0; i < starts; ++i) polish(candidates_[i]);
    return std::move(*best());
  }

  // Prices reach only some of the choices under a limit: changes one kernel, or in small networks two, at a time while
  // that is better and fits.
  void polish(Candidate& chosen) const {
    std::size_t all = 0;
    for (const auto& offers : offers_) all += offers.size();
    const bool in_pairs = all <= kMostPairedOffers;
    while (change_one(chosen) || (in_pairs && change_two(chosen))) {
    }
  }

  bool change_one(Candidate& chosen) const {
    bool better = false;
    for (std::size_t node = 0; node < offers_.size(); ++node) {
      for (std::size_t pick = 0; pick < offers_[node].size(); ++pick) {
        Picks picks = chosen.picks;
        picks[node] = static_cast<std::int32_t>(pick);
        better |= replace(chosen, std::move(picks));
      }
    }
    return better;
  }

  bool change_two(Candidate& chosen) const {
    for (std::size_t node = 0; node < offers_.size(); ++node) {
      for (std::size_t pick = 0; pick < offers_[node].size(); ++pick) {
        Picks changed = chosen.picks;
        changed[node] = static_cast<std::int32_t>(pick);
        if (changed != chosen.picks && change_beside(node, changed, chosen)) return true;
      }
    }
    return false;
  }

  bool change_beside(std::size_t node, const Picks& changed, Candidate& chosen) const {
    for (std::size_t other = node + 1; other < offers_.size(); ++other) {
      for (std::size_t pick = 0; pick < offers_[other].size(); ++pick) {
        Picks picks = changed;
        picks[other] = static_cast<std::int32_t>(pick);
        if (replace(chosen, std::move(picks))) return true;
      }
    }
    return false;
  }

  bool replace(Candidate& chosen, Picks picks) const {
    if (picks == chosen.picks) return false;
    Candidate other = candidate_of(std::move(picks));
    // Its arena still counts as nothing.
    if (!fits(other) || key(other) >= key(chosen)) return false;
    lay_out(other, options_.reuse);
    if (!fits(other) || key(other) >= key(chosen)) return false;
    chosen = std::move(other);
    return true;
  }

  bool fits(const Candidate& one) const {
    return keeps(one.totals.flash_bytes, options_.limits.flash_bytes) &&
           keeps(one.totals.arena_bytes, options_.limits.ram_bytes);
  }

  bool any_fits() const {
    return std::any_of(candidates_.begin(), candidates_.end(), [&](const Candidate& one) { return fits(one); });
  }

  using Key = std::array<double, 3>;
  Key key(const Candidate& one) const {
    const auto instructions = static_cast<double>(one.totals.instructions);
    const auto flash = static_cast<double>(one.totals.flash_bytes);
    const auto ram = static_cast<double>(one.totals.arena_bytes);
    if (options_.optimize == Optimize::kSize) return {size_price(one.totals, options_.rates), instructions, ram};
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
  Chooser chooser(graph, offers, options);
  std::optional<Candidate> chosen = chooser.run();
  if (!chosen) chooser.refuse();
  return *std::move(chosen);
}

std::optional<Candidate> find_kernels(const graph::Graph& graph, const Offers& offers, const PlanOptions& options) {
  return Chooser(graph, offers, options).run();
}

}  // namespace mote::plan
