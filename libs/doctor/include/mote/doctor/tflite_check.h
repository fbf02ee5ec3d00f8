// What an int8 graph shows of itself, without the float network that it was made from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mote/base/thread_pool.h"
#include "mote/graph/graph.h"
#include "mote/quant/range.h"

namespace mote::doctor {

struct Int8Finding {
  std::string name;
  std::string op;
  quant::Range kept;                        // what the grid holds
  double weight_spread = 1;                 // widest filter over the median one
  std::vector<std::int32_t> dead_channels;  // whose output is proved constant
  // Of the values at an end of the grid that is not a bound of the fused activation; absent without inputs.
  std::optional<double> clipped_share;
};

// Each node's output in order. `inputs` holds int8 inputs one after another, or nothing. Errors: kInvalid from
// verify(), kUnsupported for int16 activations.
std::vector<Int8Finding> check_int8(const graph::Graph& int8_graph, std::span<const std::int8_t> inputs,
                                    ThreadPool& pool);

}  // namespace mote::doctor
