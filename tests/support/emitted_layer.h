// Kernels that codegen emits, built and run: on the host (the C fallback) or on an emulated core (the assembly), on
// random and extreme inputs. Every byte of the output is compared with plan::HostRunner, and every byte that the kernel
// must leave alone with what it was. Many layers share one program, so that a test compiles and starts once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mote/codegen/layer_kernels.h"
#include "mote/device/core.h"
#include "mote/graph/graph.h"

namespace mote::test {

// A graph of one node whose activations are the graph's inputs, and the option to emit for it.
struct EmittedLayer {
  std::string name;
  graph::Graph graph;
  codegen::InstructionSet set = codegen::InstructionSet::kArmDsp;
  plan::KernelOption option;
  // Input 0 lies this far above the output; nothing: apart.
  std::optional<std::int64_t> distance_bytes = {};
};

// Every option that codegen has for the graph's node, apart and at the least distance of its overlap with input 0.
std::vector<EmittedLayer> all_options(const std::string& name, const graph::Graph& graph, codegen::InstructionSet set);

struct LayerRun {
  std::string difference;             // empty: all bytes right. Else "conv_same gemm_4x2_s8: output byte 12 …"
  std::int64_t instructions = 0;      // of the run that took most; 0 on the host
  std::int64_t flash_bytes = 0;       // measured as KernelOption::flash_bytes counts; 0 on the host
  std::int64_t core_flash_bytes = 0;  // likewise
};

struct LayerBuild {
  std::string optimization = "-O2";
  std::vector<std::string> defines = {};
  std::vector<std::string> flags = {};
};

// One program for all. Compiled by -std=c99 -pedantic -Wall -Wextra -Wconversion -Werror. Errors: those of
// device::build_image and run_image.
std::vector<LayerRun> run_layers(std::span<const EmittedLayer> layers, device::Core core, const LayerBuild& build = {});

// Adds a failure for each difference, and where instructions or flash were measured, for each estimate that is further
// than 10 % (and 48 bytes, 120 instructions) off. Skips the test, visibly, without the tools of the core.
void expect_right(std::span<const EmittedLayer> layers, device::Core core, const LayerBuild& build = {});

}  // namespace mote::test
