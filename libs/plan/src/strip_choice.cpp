#include "strip_choice.h"

#include <algorithm>
#include <set>

#include "step_order.h"

namespace mote::plan {
namespace {

// Cuts that are planned in full: those with the least bytes, and those with the least recomputation.
constexpr std::size_t kMostPlanned = 3;
// Into how many strips a map is cut at most.
constexpr std::int32_t kMostStrips = 24;

// A cut with what can be said of it without choosing kernels.
struct Sketch {
  StripCut cut;
  std::int64_t arena_bytes = 0;  // about, by the runtime's kernels
  std::int64_t recomputed_macs = 0;
};

Offers with_strips_as_offer(const Offers& offers, const StripCut& cut, const KernelOption& strips) {
  Offers result{{strips}};
  result.insert(result.end(), offers.begin() + cut.layers, offers.end());
  return result;
}

// The most that one layer of a strip has around it, network input and last output left out.
std::int64_t least_strip_bytes(const StripGraph& strip) {
  std::int64_t most = 0;
  std::int64_t before = 0;
  for (const graph::Node& node : strip.graph.nodes) {
    const bool is_last = &node == &strip.graph.nodes.back();
    const std::int64_t written = is_last ? 0 : strip.graph.tensor(node.outputs.front()).bytes();
    most = std::max(most, before + written);
    before = written;
  }
  return most;
}

Choice portable_choice(const Offers& offers) {
  Choice choice;
  for (const auto& offered : offers) {
    choice.options.push_back(offered.front());
    choice.why.emplace_back();
  }
  return choice;
}

class Search {
 public:
  Search(const graph::Graph& graph, const Offers& offers, const PlanOptions& options)
      : graph_(graph),
        offers_(offers),
        options_(options),
        all_macs_(static_cast<double>(multiply_accumulates(graph))) {}

  std::vector<StripCut> cuts() {
    const std::int32_t layers = strip_layers(graph_);
    for (std::int32_t count = 2; count <= layers; ++count) {
      const graph::Node& last = graph_.nodes[static_cast<std::size_t>(count) - 1];
      const std::int32_t rows = graph_.tensor(last.outputs.front()).shape[1];
      std::set<std::int32_t> tried;
      for (std::int32_t strips = 2; strips <= std::min(rows, kMostStrips); ++strips) {
        const std::int32_t each = (rows + strips - 1) / strips;
        if (tried.insert(each).second) add({count, each});
      }
    }
    return most_promising();
  }

 private:
  void add(const StripCut& cut) {
    const std::optional<Strips> strips = find_strips(graph_, cut);
    if (!strips || (options_.strips.kernels && !begin_at_words(*strips))) return;
    if (static_cast<double>(strips->recomputed_macs) > options_.strips.most_recomputed * all_macs_) return;
    KernelOption joint;
    joint.inputs = {Layout::kNhwc};
    for (const StripGraph& strip : strips->graphs)
      joint.scratch_bytes = std::max(joint.scratch_bytes, least_strip_bytes(strip));
    joint.overlaps = {strip_overlap(graph_, *strips)};
    const graph::Graph rest = with_strips_as_node(graph_, cut);
    const StepGraph steps = make_step_graph(rest, portable_choice(with_strips_as_offer(offers_, cut, joint)), options_);
    const std::int64_t bytes = live_blocks(steps, given_order(steps)).lower_bound_bytes;
    sketches_.push_back({cut, bytes, strips->recomputed_macs});
  }

  // The first few by bytes, and by products among those that seem to keep the limit.
  std::vector<StripCut> most_promising() {
    std::vector<StripCut> chosen;
    const std::int64_t limit = options_.limits.ram_bytes;
    const auto take = [&](auto key, auto is_good) {
      std::stable_sort(sketches_.begin(), sketches_.end(),
                       [&](const Sketch& a, const Sketch& b) { return key(a) < key(b); });
      std::size_t taken = 0;
      for (const Sketch& sketch : sketches_) {
        if (taken == kMostPlanned) break;
        if (!is_good(sketch)) continue;
        ++taken;
        if (std::find(chosen.begin(), chosen.end(), sketch.cut) == chosen.end()) chosen.push_back(sketch.cut);
      }
    };
    take([](const Sketch& one) { return std::pair(one.arena_bytes, one.recomputed_macs); },
         [](const Sketch&) { return true; });
    take([](const Sketch& one) { return std::pair(one.recomputed_macs, one.arena_bytes); },
         [&](const Sketch& one) { return limit > 0 && one.arena_bytes <= limit; });
    return chosen;
  }

  const graph::Graph& graph_;
  const Offers& offers_;
  const PlanOptions& options_;
  double all_macs_;
  std::vector<Sketch> sketches_;
};

// Less is better.
double price(const Totals& totals, const PlanOptions& options) {
  if (options.optimize != Optimize::kSize) return static_cast<double>(totals.instructions);
  return size_price(totals, options.rates);
}

bool is_worth_it(const Totals& strips, const Candidate* whole, const PlanOptions& options) {
  if (whole == nullptr) return true;
  const auto most = static_cast<double>(whole->totals.arena_bytes) * (1 - options.strips.least_saving);
  return static_cast<double>(strips.arena_bytes) <= most && price(strips, options) < price(whole->totals, options);
}

}  // namespace

std::optional<StripChoice> choose_with_strips(const graph::Graph& graph, const Offers& offers, const StripCut& cut,
                                              const PlanOptions& options) {
  StripChoice choice{plan_strips(graph, cut, options), {}};
  std::optional<Candidate> chosen =
      find_kernels(with_strips_as_node(graph, cut), with_strips_as_offer(offers, cut, choice.strips.option), options);
  if (!chosen) return std::nullopt;
  choice.chosen = *std::move(chosen);
  return choice;
}

std::optional<StripChoice> best_strips(const graph::Graph& graph, const Offers& offers, const PlanOptions& options,
                                       const Candidate* whole) {
  std::optional<StripChoice> best;
  for (const StripCut& cut : Search(graph, offers, options).cuts()) {
    std::optional<StripChoice> choice = choose_with_strips(graph, offers, cut, options);
    if (!choice || !is_worth_it(choice->chosen.totals, whole, options)) continue;
    const bool is_better = !best || price(choice->chosen.totals, options) < price(best->chosen.totals, options);
    if (is_better) best = std::move(choice);
  }
  return best;
}

}  // namespace mote::plan
