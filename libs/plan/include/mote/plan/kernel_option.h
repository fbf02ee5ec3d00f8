// One way to run a layer on a core. The runtime's portable kernel is always one; codegen offers others. The planner
// chooses among them; codegen then writes the chosen one out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/plan/layout.h"

namespace mote::plan {

inline constexpr std::string_view kPortableOption = "portable";

// A kernel that has read what it overwrites lets its output lie over an input. The output may overlap input `input` as
// long as
//   input address - output address >= least_distance_bytes, and a multiple of multiple_bytes.
// Distance 0 is "in place". Where a node has no Overlap for an input, the two must lie apart.
struct Overlap {
  std::int32_t input = 0;                 // index into the node's inputs
  std::int64_t least_distance_bytes = 0;  // may be negative
  std::int64_t multiple_bytes = 1;        // >= 1
};

struct KernelOption {
  std::string name{kPortableOption};  // unique among a layer's options: "gemm_4x2_s8"
  std::vector<Layout> inputs;         // of each activation among the node's inputs, in order; constants are left out
  Layout output = Layout::kNhwc;
  std::int64_t scratch_bytes = 0;  // in the arena, 16-byte aligned
  std::vector<Overlap> overlaps;
  std::int64_t flash_bytes = 0;    // code and tables of this layer, beyond the stored_bytes() of its constants; below
                                   // 0 where it stores weights without their zeros
  std::vector<std::string> cores;  // routines that layers share, by name; see core_flash_bytes
  std::int64_t core_flash_bytes = 0;  // of all `cores` together; counted once however many layers name them
  std::int64_t instructions = 0;      // executed for one inference, estimated to within 10 %
  bool for_speed = false;             // takes several times its weights in flash: considered by Optimize::kSpeed alone
  std::string reason;                 // why it can be used here, or what it costs, for `mote inspect`: one clause
};

}  // namespace mote::plan
