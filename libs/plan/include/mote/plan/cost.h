// What a plan costs, by layer and in all: multiply-accumulates, flash, RAM. For reports, budgets and `mote inspect`.
// Counted from the plan, not measured on a device: code size and stack are not in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/plan/plan.h"

namespace mote::plan {

struct LayerCost {
  std::string name;    // of the layer's output tensor
  std::string op;      // "conv2d"
  std::string kernel;  // "mote_conv2d_s8"
  graph::Shape output;
  std::int64_t multiply_accumulates = 0;  // of one inference
  std::int64_t parameters = 0;            // elements of weights and biases
  std::int64_t weight_bytes = 0;          // weights and biases in flash
  std::int64_t table_bytes = 0;           // multipliers, shifts, lookup tables, parameter struct in flash
  std::int64_t output_bytes = 0;          // of the output tensors
  std::int64_t scratch_bytes = 0;         // kernel scratch in the arena
};

struct Cost {
  std::vector<LayerCost> layers;  // in execution order
  std::int64_t multiply_accumulates = 0;
  std::int64_t parameters = 0;
  std::int64_t weight_bytes = 0;
  std::int64_t table_bytes = 0;
  std::int64_t arena_bytes = 0;              // of mote's runtime
  std::int64_t arena_lower_bound_bytes = 0;  // no plan without overlapping or splitting tensors can need less
  std::int64_t tflm_arena_bytes = 0;         // estimate for the interpreter of TFLM, see tflm_arena_bytes()

  std::int64_t flash_bytes() const { return weight_bytes + table_bytes; }  // data only; kernels come on top
};

Cost cost(const Plan& plan);

}  // namespace mote::plan
