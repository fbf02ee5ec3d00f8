// Kernels made for one layer and one instruction set: what there is to choose from, and the C text of the choice.
//
// options() is asked for every node of an int8 graph; the planner chooses an option, a layout and an address for each
// tensor; emit() writes the chosen kernel with its constants prepared. Every kernel gives the bits of the runtime's
// portable one. Where the network is lowered to the runtime's kernels only, codegen has no part in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/codegen/instruction_set.h"
#include "mote/graph/graph.h"
#include "mote/plan/kernel_option.h"
#include "mote/plan/strips.h"

namespace mote::codegen {

// Kernels for node `node` of a kInt8 graph beside the runtime's; none on kPortable or where no generator knows the
// layer. Options whose exactness could not be proved for the layer's actual constants are left out. `pad_top` as for
// plan::kernel_call.
std::vector<plan::KernelOption> options(const graph::Graph& graph, std::size_t node, InstructionSet set,
                                        std::int32_t pad_top = plan::kPadByRule);

// Kernels for a node of plan::PlanOptions::appends, a concat of {kept, new frames} along the frames, before which every
// extent is 1. Each reads the new frames alone; its output lies where the kept frames lie.
std::vector<plan::KernelOption> append_options(const graph::Graph& graph, std::size_t node, InstructionSet set);

// The kernel that changes a tensor's layout. In place for one channel, else not.
plan::KernelOption layout_change(const graph::Tensor& tensor, plan::Layout from, plan::Layout to, InstructionSet set);

// Where the emitted function finds an activation: bytes from the arena's start, a multiple of 4. Kernels may read, and
// ignore, up to the end of the word that a tensor ends in.
struct Operand {
  plan::Layout layout = plan::Layout::kNhwc;
  std::int64_t offset_bytes = 0;
};

struct LayerCall {
  std::string symbol;           // of the layer's function, a C identifier that starts every name the text defines
  std::string option;           // KernelOption::name
  std::vector<Operand> inputs;  // the node's activations, in order
  Operand output;
  std::int64_t scratch_offset_bytes = 0;
  std::int32_t pad_top = plan::kPadByRule;  // of a layer of a strip: rows of padding above its input
};

// A routine that layers share: one header and one source file of the bundle, named after its function.
struct Core {
  std::string name;    // "mote_gemm_4x2_s8"
  std::string header;  // text of <name>.h, without include guard: the declaration, and what it includes
  std::string source;  // text of <name>.c, its header included before it: assembly for the instruction set and the C
                       // fallback, selected by MOTE_PORTABLE or by a compiler that has no such instructions. Names
                       // at file scope start with the core's, so that cores can share a file
};

// C99 at file scope: tables, and `static void <symbol>(uint8_t* arena)`. <stdint.h> and the headers of `cores` are
// included before it. Compiles without warnings by -pedantic -Wall -Wextra -Wconversion, for other cores as well.
struct LayerText {
  std::string text;
  std::vector<Core> cores;
};

// Errors: kInvalid when neither options() nor append_options() offers call.option for the node.
LayerText emit(const graph::Graph& graph, std::size_t node, InstructionSet set, const LayerCall& call);
LayerText emit_layout_change(const graph::Tensor& tensor, InstructionSet set, const LayerCall& call);

}  // namespace mote::codegen
