// What a plan costs, by layer and in all: multiply-accumulates, instructions, flash, RAM. For reports, budgets and
// `mote inspect`. Counted from the plan and its kernels' own figures, not measured on a device: stack is not in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/plan/plan.h"

namespace mote::plan {

// Of one step. A layout change has the op "layout_change", its kernel's name and no products.
struct LayerCost {
  std::string name;         // of the layer's output tensor
  std::int32_t strip = -1;  // that it is computed for, from the top down; -1: for the whole tensor
  std::string op;           // "conv2d"
  std::string kernel;       // "mote_conv2d_s8", or the name of the option that runs instead
  graph::Shape output;
  std::int64_t multiply_accumulates = 0;  // of one inference
  std::int64_t instructions = 0;          // of one inference, estimated
  std::int64_t parameters = 0;            // elements of weights and biases
  std::int64_t weight_bytes = 0;          // weights and biases in flash
  std::int64_t table_bytes = 0;           // what the kernel has for this layer alone in flash: tables, code
  std::int64_t output_bytes = 0;          // of the output tensors
  std::int64_t scratch_bytes = 0;         // kernel scratch in the arena
};

struct Cost {
  std::vector<LayerCost> layers;  // steps in execution order
  std::int64_t multiply_accumulates = 0;
  std::int64_t recomputed_macs = 0;  // of these, those that strips compute again
  std::int64_t instructions = 0;
  std::int64_t parameters = 0;
  std::int64_t weight_bytes = 0;
  std::int64_t table_bytes = 0;
  std::int64_t kernel_bytes = 0;  // code that layers share, each routine once
  std::int64_t layout_changes = 0;
  std::int64_t arena_bytes = 0;              // of mote's runtime
  std::int64_t arena_lower_bound_bytes = 0;  // no placement of these steps in this order can need less
  std::int64_t tflm_arena_bytes = 0;         // estimate for the interpreter of TFLM, see tflm_arena_bytes()

  // Without what reads the tables and calls the kernels (executor or generated code) and without start-up code.
  std::int64_t flash_bytes() const { return weight_bytes + table_bytes + kernel_bytes; }
};

Cost cost(const Plan& plan);

}  // namespace mote::plan
