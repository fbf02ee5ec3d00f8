// What a step graph needs in sum.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "step_graph.h"

namespace mote::plan {

struct Totals {
  std::int64_t instructions = 0;
  std::int64_t flash_bytes = 0;  // constants, tables, kernels
  std::int64_t arena_bytes = 0;
};

// What kSize makes small: flash, and RAM at its price.
double size_price(const Totals& totals, const ExchangeRates& rates);

// Flash of the routines that the options share: each name once. An option's core_flash_bytes is spread evenly over its
// cores; where options differ about a name, the largest share counts.
std::int64_t shared_core_bytes(const std::vector<const KernelOption*>& options);

// Weights and biases of all nodes; a constant that several read counts once.
std::int64_t constant_bytes(const graph::Graph& graph);

}  // namespace mote::plan
