#include "plan_totals.h"

#include <algorithm>
#include <map>
#include <string>

namespace mote::plan {

double size_price(const Totals& totals, const ExchangeRates& rates) {
  return static_cast<double>(totals.flash_bytes) + rates.size_ram * static_cast<double>(totals.arena_bytes);
}

std::int64_t shared_core_bytes(const std::vector<const KernelOption*>& options) {
  std::map<std::string, std::int64_t> by_name;
  for (const KernelOption* option : options) {
    if (option->cores.empty()) continue;
    const auto count = static_cast<std::int64_t>(option->cores.size());
    const std::int64_t share = (option->core_flash_bytes + count - 1) / count;
    for (const std::string& core : option->cores) by_name[core] = std::max(by_name[core], share);
  }
  std::int64_t sum = 0;
  for (const auto& [name, bytes] : by_name) sum += bytes;
  return sum;
}

std::int64_t constant_bytes(const graph::Graph& graph) {
  std::int64_t sum = 0;
  for (const graph::Tensor& tensor : graph.tensors) sum += tensor.constant ? tensor.stored_bytes() : 0;
  return sum;
}

}  // namespace mote::plan
