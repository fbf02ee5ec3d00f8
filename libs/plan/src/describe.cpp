#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "mote/base/text.h"
#include "mote/plan/cost.h"
#include "mote/plan/plan.h"

namespace mote::plan {
namespace {

constexpr std::size_t kNameColumns = 28;

// Converters chain the names of all layers that they fused; the head and the tail tell them apart.
std::string short_name(const std::string& name) {
  if (name.size() <= kNameColumns) return name;
  const std::size_t half = (kNameColumns - 2) / 2;
  return name.substr(0, half) + ".." + name.substr(name.size() - half);
}

std::string layer_table(const Cost& cost) {
  std::string text = fmt::format("{:>4}  {:<28} {:<26} {:<14} {:>12} {:>9} {:>8} {:>8}\n", "step", "layer", "kernel",
                                 "output", "MACs", "weights", "tables", "scratch");
  for (std::size_t i = 0; i < cost.layers.size(); ++i) {
    const LayerCost& layer = cost.layers[i];
    text += fmt::format("{:>4}  {:<28} {:<26} {:<14} {:>12} {:>9} {:>8} {:>8}\n", i, short_name(layer.name),
                        layer.kernel, graph::to_string(layer.output), group_digits(layer.multiply_accumulates),
                        group_digits(layer.weight_bytes), group_digits(layer.table_bytes),
                        group_digits(layer.scratch_bytes));
  }
  return text;
}

// The names of the activations that use a block one after the other, or of the step whose scratch it is.
std::string tenants(const Plan& plan, std::int32_t block) {
  std::string text;
  for (const Placement& place : plan.placements) {
    if (place.block != block) continue;
    text += (text.empty() ? "" : ", ") + short_name(plan.graph.tensor(place.tensor).name);
  }
  if (!text.empty()) return text;
  return fmt::format("scratch of step {}", plan.blocks[static_cast<std::size_t>(block)].first_step);
}

std::string memory_table(const Plan& plan) {
  std::vector<std::int32_t> order;
  for (std::size_t i = 0; i < plan.blocks.size(); ++i) order.push_back(static_cast<std::int32_t>(i));
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return plan.blocks[static_cast<std::size_t>(a)].offset_bytes <
           plan.blocks[static_cast<std::size_t>(b)].offset_bytes;
  });
  const auto last_step = static_cast<std::int32_t>(plan.steps.size()) - 1;
  std::string text = fmt::format("{:>9} {:>9}  {:<9} {}\n", "offset", "bytes", "steps", "tensors");
  for (std::int32_t index : order) {
    const Block& block = plan.blocks[static_cast<std::size_t>(index)];
    const std::string life = fmt::format("{}-{}", block.first_step, std::min(block.last_step, last_step));
    text += fmt::format("{:>9} {:>9}  {:<9} {}\n", group_digits(block.offset_bytes), group_digits(block.size_bytes),
                        life, tenants(plan, index));
  }
  return text;
}

}  // namespace

std::string describe(const Plan& plan) {
  const Cost sum = cost(plan);
  std::string text = layer_table(sum);
  text += fmt::format("\nMACs {}, parameters {}, constants {} bytes ({} weights, {} tables)\n",
                      group_digits(sum.multiply_accumulates), group_digits(sum.parameters),
                      group_digits(sum.flash_bytes()), group_digits(sum.weight_bytes), group_digits(sum.table_bytes));
  text += fmt::format("arena {} bytes (lower bound {}); TFLM's interpreter about {}\n\n", group_digits(sum.arena_bytes),
                      group_digits(sum.arena_lower_bound_bytes), group_digits(sum.tflm_arena_bytes));
  return text + memory_table(plan);
}

}  // namespace mote::plan
