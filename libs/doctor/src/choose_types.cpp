// The knapsack of mixed_precision.h.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "mote/base/error.h"
#include "mote/doctor/mixed_precision.h"

namespace mote::doctor {
namespace {

constexpr double kImpossible = std::numeric_limits<double>::infinity();

using Choices = std::vector<std::size_t>;
using Figure = std::int64_t NetworkCost::*;
// What a plan is to have little of, summed over its layers.
using Value = double (*)(const TypeChoice& choice);

std::int64_t least_of(const LayerSensitivity& layer, Figure figure) {
  const auto cheaper = [&](const TypeChoice& a, const TypeChoice& b) { return a.cost.*figure < b.cost.*figure; };
  return std::min_element(layer.choices.begin(), layer.choices.end(), cheaper)->cost.*figure;
}

// One budget, cut into steps: what is left of it when each layer has its cheapest type.
class Axis {
 public:
  Axis(const TypeTable& table, Figure figure, std::int64_t budget, std::int64_t most_steps) : figure_(figure) {
    if (budget == kNoLimit) return;
    room_ = budget - table.int8.*figure;
    for (const LayerSensitivity& layer : table.layers) room_ -= least_of(layer, figure) - table.int8.*figure;
    unit_ = std::max<std::int64_t>(1, (room_ + most_steps - 1) / most_steps);
  }

  bool is_possible() const { return room_ >= 0; }
  std::size_t steps() const { return unit_ == 0 ? 1 : static_cast<std::size_t>(room_ / unit_) + 1; }
  std::size_t steps_of(const LayerSensitivity& layer, const TypeChoice& choice) const {
    if (unit_ == 0) return 0;
    return static_cast<std::size_t>((choice.cost.*figure_ - least_of(layer, figure_) + unit_ - 1) / unit_);
  }

 private:
  Figure figure_;
  std::int64_t room_ = 0;
  std::int64_t unit_ = 0;  // 0: no limit
};

// Dynamic programming over the cells weights × instructions: the least value of the layers so far within each.
class Search {
 public:
  Search(const TypeTable& table, const TypeBudget& budget, Value value)
      : table_(table),
        arena_bytes_(budget.arena_bytes),
        value_(value),
        weights_(table, &NetworkCost::weight_bytes, budget.weight_bytes, most_steps(budget)),
        instructions_(table, &NetworkCost::instructions, budget.instructions, most_steps(budget)) {}

  // Nothing where no plan fits; costs are rounded up, which may leave out what just fits.
  std::optional<Choices> best() {
    if (!weights_.is_possible() || !instructions_.is_possible()) return std::nullopt;
    least_.assign(weights_.steps() * instructions_.steps(), 0.0);
    for (const LayerSensitivity& layer : table_.layers) add(layer);
    // The first of equal ones has the least weights.
    const auto at = std::min_element(least_.begin(), least_.end());
    if (*at == kImpossible) return std::nullopt;
    return back_from(static_cast<std::size_t>(at - least_.begin()));
  }

 private:
  static std::int64_t most_steps(const TypeBudget& budget) {
    return budget.weight_bytes == kNoLimit || budget.instructions == kNoLimit ? 65536 : 1024;
  }

  void add(const LayerSensitivity& layer) {
    std::vector<double> least(least_.size(), kImpossible);
    std::vector<std::uint8_t> chosen(least_.size(), 0);
    const std::size_t columns = instructions_.steps();
    for (std::size_t c = 0; c < layer.choices.size(); ++c) {
      const TypeChoice& choice = layer.choices[c];
      if (choice.cost.arena_bytes > arena_bytes_) continue;
      const std::size_t down = weights_.steps_of(layer, choice), right = instructions_.steps_of(layer, choice);
      for (std::size_t row = down; row < weights_.steps(); ++row) {
        for (std::size_t column = right; column < columns; ++column) {
          const std::size_t to = row * columns + column;
          const double sum = least_[to - down * columns - right] + value_(choice);
          if (sum >= least[to]) continue;
          least[to] = sum;
          chosen[to] = static_cast<std::uint8_t>(c);
        }
      }
    }
    least_ = std::move(least);
    chosen_.push_back(std::move(chosen));
  }

  Choices back_from(std::size_t at) const {
    Choices result(table_.layers.size());
    for (std::size_t i = result.size(); i-- > 0;) {
      result[i] = chosen_[i][at];
      const LayerSensitivity& layer = table_.layers[i];
      const TypeChoice& choice = layer.choices[result[i]];
      at -= weights_.steps_of(layer, choice) * instructions_.steps() + instructions_.steps_of(layer, choice);
    }
    return result;
  }

  const TypeTable& table_;
  std::int64_t arena_bytes_;
  Value value_;
  Axis weights_, instructions_;
  std::vector<double> least_;
  std::vector<std::vector<std::uint8_t>> chosen_;  // by layer and cell
};

double weight_value(const TypeChoice& choice) {
  return static_cast<double>(choice.cost.weight_bytes);
}
double instruction_value(const TypeChoice& choice) {
  return static_cast<double>(choice.cost.instructions);
}
double divergence_value(const TypeChoice& choice) {
  return choice.effect.divergence;
}

std::int64_t sum_of(const TypeTable& table, const Choices& chosen, Figure figure) {
  std::int64_t sum = table.int8.*figure;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    sum += table.layers[i].choices[chosen[i]].cost.*figure - table.int8.*figure;
  return sum;
}

// `asked` is the budget less what the layers together cost beyond their sum, as far as that is known.
[[noreturn]] void refuse(const std::string& what, std::int64_t budget, std::int64_t asked, std::int64_t least) {
  throw Error(ErrorCode::kInvalid, fmt::format("[mixed precision] wanted {} within {}, got {} at the least: that is "
                                               "the nearest budget that can be met",
                                               what, budget, least + budget - asked));
}

void check_arena(const TypeTable& table, const TypeBudget& budget, std::int64_t asked) {
  std::int64_t least = 0;
  for (const LayerSensitivity& layer : table.layers)
    least = std::max(least, least_of(layer, &NetworkCost::arena_bytes));
  if (least > asked) refuse("bytes of arena", budget.arena_bytes, asked, least);
}

// By what the layers add one by one: first what is possible within one budget after the other, then the best.
Choices choose(const TypeTable& table, const TypeBudget& budget, const TypeBudget& asked) {
  check_arena(table, budget, asked.arena_bytes);
  TypeBudget limits{kNoLimit, asked.arena_bytes, kNoLimit};
  Choices chosen = *Search(table, limits, weight_value).best();
  const std::int64_t bytes = sum_of(table, chosen, &NetworkCost::weight_bytes);
  if (bytes > asked.weight_bytes) refuse("bytes of weights", budget.weight_bytes, asked.weight_bytes, bytes);
  limits.weight_bytes = asked.weight_bytes;
  chosen = Search(table, limits, instruction_value).best().value_or(chosen);
  const std::int64_t instructions = sum_of(table, chosen, &NetworkCost::instructions);
  if (instructions > asked.instructions) {
    const bool alone = budget.weight_bytes == kNoLimit;
    refuse(alone ? "instructions" : fmt::format("instructions, with {} bytes of weights,", budget.weight_bytes),
           budget.instructions, asked.instructions, instructions);
  }
  return Search(table, asked, divergence_value).best().value_or(chosen);
}

// Takes off a budget what the layers together cost beyond it.
bool tighten(std::int64_t budget, std::int64_t cost, std::int64_t& asked) {
  if (cost <= budget) return false;
  asked -= cost - budget;
  return true;
}

}  // namespace

TypePlan choose_types(const TypeTable& table, const TypeBudget& budget, const CostOfTypes& cost) {
  TypeBudget asked = budget;
  while (true) {
    TypePlan plan;
    plan.chosen = choose(table, budget, asked);
    plan.cost = cost(weight_types(table, plan.chosen));
    const bool heavy = tighten(budget.weight_bytes, plan.cost.weight_bytes, asked.weight_bytes);
    const bool large = tighten(budget.arena_bytes, plan.cost.arena_bytes, asked.arena_bytes);
    const bool slow = tighten(budget.instructions, plan.cost.instructions, asked.instructions);
    if (heavy || large || slow) continue;
    for (std::size_t i = 0; i < plan.chosen.size(); ++i)
      plan.divergence += table.layers[i].choices[plan.chosen[i]].effect.divergence;
    return plan;
  }
}

}  // namespace mote::doctor
