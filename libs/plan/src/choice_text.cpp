#include "choice_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::plan {
namespace {

constexpr std::size_t kContributors = 3;

struct Contributor {
  std::string what;
  std::int64_t bytes;
};

std::string largest(std::vector<Contributor> all) {
  std::stable_sort(all.begin(), all.end(),
                   [](const Contributor& a, const Contributor& b) { return a.bytes > b.bytes; });
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(kContributors, all.size()); ++i)
    parts.push_back(fmt::format("{} {}", all[i].what, group_digits(all[i].bytes)));
  return join(parts, ", ");
}

std::vector<Contributor> flash_contributors(const graph::Graph& graph, const Candidate& candidate) {
  std::vector<Contributor> all;
  for (const graph::Tensor& tensor : graph.tensors) {
    if (tensor.constant) all.push_back({fmt::format("'{}'", tensor.name), tensor.stored_bytes()});
  }
  std::vector<const KernelOption*> options;
  for (const StepDraft& step : candidate.steps.steps) {
    options.push_back(&step.option);
    if (step.node < 0) continue;
    const std::string& name = graph.node_name(graph.nodes[static_cast<std::size_t>(step.node)]);
    all.push_back({fmt::format("kernel '{}' of '{}'", step.option.name, name), step.option.flash_bytes});
  }
  all.push_back({"kernels that layers share", shared_core_bytes(options)});
  return all;
}

// What lives at the step with the most bytes.
std::vector<Contributor> ram_contributors(const graph::Graph& graph, const Candidate& candidate) {
  const std::vector<Block>& blocks = candidate.arena.blocks;
  std::vector<Contributor> most;
  std::int64_t most_bytes = -1;
  for (std::size_t step = 0; step < candidate.order.size(); ++step) {
    const auto now = static_cast<std::int32_t>(step);
    std::vector<Contributor> live;
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (blocks[i].first_step > now || blocks[i].last_step < now) continue;
      const bool is_value = i < candidate.steps.values.size();
      live.push_back({is_value ? fmt::format("'{}'", graph.tensor(candidate.steps.values[i].tensor).name)
                               : fmt::format("scratch of step {}", step),
                      blocks[i].size_bytes});
      bytes += blocks[i].size_bytes;
    }
    if (bytes <= most_bytes) continue;
    most_bytes = bytes;
    most = std::move(live);
  }
  return most;
}

[[noreturn]] void refuse(std::string_view what, std::int64_t needed, std::int64_t available, const std::string& parts) {
  throw Error(
      ErrorCode::kInvalid,
      fmt::format("[plan] {}: needed {} bytes, available {}; largest: {}; what would fit: a target with {} more, "
                  "or a smaller model",
                  what, group_digits(needed), group_digits(available), parts, group_digits(needed - available)));
}

}  // namespace

std::string why_picked(const std::vector<KernelOption>& offers, std::int32_t pick) {
  const KernelOption& chosen = offers[static_cast<std::size_t>(pick)];
  if (offers.size() == 1) return "the only kernel for it";
  const auto fastest = std::min_element(offers.begin(), offers.end(), [](const KernelOption& a, const KernelOption& b) {
    return a.instructions < b.instructions;
  });
  if (chosen.instructions == fastest->instructions) return fmt::format("fewest instructions of {}", offers.size());
  const std::int64_t instructions = chosen.instructions - fastest->instructions;
  const std::int64_t flash_bytes =
      fastest->flash_bytes + fastest->core_flash_bytes - chosen.flash_bytes - chosen.core_flash_bytes;
  if (flash_bytes <= 0) {
    return fmt::format("'{}' would save {} instructions, less than its layout, memory or routines cost", fastest->name,
                       group_digits(instructions));
  }
  return fmt::format("'{}' would save {} instructions for {} bytes of flash", fastest->name, group_digits(instructions),
                     group_digits(flash_bytes));
}

void refuse_limits(const graph::Graph& graph, const std::vector<Candidate>& candidates, const Limits& limits) {
  const auto least = [&](auto figure, auto among) {
    const Candidate* found = nullptr;
    for (const Candidate& one : candidates) {
      if (among(one) && (found == nullptr || figure(one) < figure(*found))) found = &one;
    }
    return found;
  };
  const auto flash = [](const Candidate& one) { return one.totals.flash_bytes; };
  const auto ram = [](const Candidate& one) { return one.totals.arena_bytes; };
  const auto any = [](const Candidate&) { return true; };
  const auto in_flash = [&](const Candidate& one) {
    return limits.flash_bytes == 0 || flash(one) <= limits.flash_bytes;
  };
  const Candidate* small = least(flash, any);
  if (!in_flash(*small)) refuse("flash", flash(*small), limits.flash_bytes, largest(flash_contributors(graph, *small)));
  // Where flash alone would do, RAM is what lacks, perhaps only because of the kernels that fit the flash.
  const Candidate* lean = least(ram, in_flash);
  refuse("RAM", ram(*lean), limits.ram_bytes, largest(ram_contributors(graph, *lean)));
}

}  // namespace mote::plan
