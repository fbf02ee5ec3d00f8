#include <fmt/format.h>

#include <algorithm>
#include <numeric>
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
  constexpr auto kRow = "{:>4}  {:<28} {:<26} {:<14} {:>12} {:>12} {:>9} {:>8} {:>8}\n";
  std::string text =
      fmt::format(kRow, "step", "layer", "kernel", "output", "MACs", "instructions", "weights", "tables", "scratch");
  for (std::size_t i = 0; i < cost.layers.size(); ++i) {
    const LayerCost& layer = cost.layers[i];
    const std::string strip = layer.strip < 0 ? "" : fmt::format(" /{}", layer.strip);
    text += fmt::format(kRow, i, short_name(layer.name) + strip, layer.kernel, graph::to_string(layer.output),
                        group_digits(layer.multiply_accumulates), group_digits(layer.instructions),
                        group_digits(layer.weight_bytes), group_digits(layer.table_bytes),
                        group_digits(layer.scratch_bytes));
  }
  return text;
}

const Placement& place_of(const Plan& plan, std::int32_t index) {
  return plan.placements[static_cast<std::size_t>(index)];
}

std::string places(const Plan& plan, const std::vector<std::int32_t>& indices) {
  std::vector<std::string> parts;
  for (std::int32_t index : indices) {
    const Placement& place = place_of(plan, index);
    parts.push_back(fmt::format("{}@{}", to_string(place.layout), place.offset_bytes));
  }
  return join(parts, ", ");
}

// Where each step reads and writes, by which kernel and why. Nothing is told where nothing could be chosen.
std::string choice_table(const Plan& plan) {
  if (plan.is_portable()) return "";
  constexpr auto kRow = "{:>4}  {:<26} {:<28} {:<16} {}\n";
  std::string text = fmt::format(kRow, "step", "kernel", "reads", "writes", "why");
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const std::string reason = step.option.reason.empty() ? "" : "; " + step.option.reason;
    text +=
        fmt::format(kRow, i, step.option.name, places(plan, step.reads), places(plan, step.writes), step.why + reason);
  }
  return text + "\n";
}

std::vector<std::string> block_names(const Plan& plan) {
  std::vector<std::string> names;
  for (const Placement& place : plan.placements) {
    if (place.strip >= 0) break;
    const std::string layout = place.layout == Layout::kNhwc ? "" : fmt::format(" ({})", to_string(place.layout));
    names.push_back(short_name(plan.graph.tensor(place.tensor).name) + layout);
  }
  for (std::size_t i = names.size(); i < plan.blocks.size(); ++i) {
    const bool is_strips = plan.steps[static_cast<std::size_t>(plan.blocks[i].first_step)].strip >= 0;
    names.push_back(is_strips ? "activations and scratch of a strip"
                              : fmt::format("scratch of step {}", plan.blocks[i].first_step));
  }
  return names;
}

std::string memory_table(const Plan& plan) {
  std::vector<std::size_t> order(plan.blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return plan.blocks[a].offset_bytes < plan.blocks[b].offset_bytes;
  });
  const std::vector<std::string> names = block_names(plan);
  const auto last_step = static_cast<std::int32_t>(plan.steps.size()) - 1;
  std::string text = fmt::format("{:>9} {:>9}  {:<9} {}\n", "offset", "bytes", "steps", "tensor");
  for (std::size_t index : order) {
    const Block& block = plan.blocks[index];
    const std::string life = fmt::format("{}-{}", block.first_step, std::min(block.last_step, last_step));
    text += fmt::format("{:>9} {:>9}  {:<9} {}\n", group_digits(block.offset_bytes), group_digits(block.size_bytes),
                        life, names[index]);
  }
  return text;
}

std::string strip_text(const Plan& plan, const Cost& sum) {
  if (plan.strips.empty()) return "";
  const StripCut& cut = plan.strips.cut;
  std::vector<std::string> skipped;
  for (graph::TensorId id : plan.strips.skipped) skipped.push_back(short_name(plan.graph.tensor(id).name));
  const auto whole = static_cast<double>(sum.multiply_accumulates - sum.recomputed_macs);
  return fmt::format(
      "strips: the first {} layers run in {} strips of {} output rows, /0 the uppermost; {} MACs ({:.1f} %) computed "
      "again\nnever whole, skipped in layer tables: {}\n",
      cut.layers, plan.strips.strips.size(), cut.rows, group_digits(sum.recomputed_macs),
      100 * static_cast<double>(sum.recomputed_macs) / whole, join(skipped, ", "));
}

}  // namespace

std::string describe(const Plan& plan) {
  const Cost sum = cost(plan);
  std::string text = layer_table(sum);
  text += fmt::format("\nMACs {}, instructions about {}, layout changes {}\n", group_digits(sum.multiply_accumulates),
                      group_digits(sum.instructions), sum.layout_changes);
  text += strip_text(plan, sum);
  text += fmt::format(
      "parameters {}, flash about {} bytes ({} weights, {} tables and kernels of one layer, {} shared "
      "kernels)\n",
      group_digits(sum.parameters), group_digits(sum.flash_bytes()), group_digits(sum.weight_bytes),
      group_digits(sum.table_bytes), group_digits(sum.kernel_bytes));
  text += fmt::format("arena {} bytes (lower bound {}); TFLM's interpreter about {}\n\n", group_digits(sum.arena_bytes),
                      group_digits(sum.arena_lower_bound_bytes), group_digits(sum.tflm_arena_bytes));
  return text + choice_table(plan) + memory_table(plan);
}

}  // namespace mote::plan
