// What make_plan() may choose from, and what it shall aim at. Without kernels beside the runtime's there is nothing to
// choose: every layer runs portable, in the graph's own layout. Not a place for where the kernels come from (codegen).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/graph/tensor.h"
#include "mote/plan/kernel_option.h"
#include "mote/plan/strips.h"

namespace mote::plan {

// Whether a step may write over an input that nobody reads later.
enum class Reuse : std::uint8_t { kInPlace, kNone };

// kSize: least flash and RAM, of which a byte counts as ExchangeRates say; ties by instructions. What kBalanced would
// take never needs less of both. kSpeed: least instructions. kBalanced: least sum of instructions and what flash and
// RAM cost by ExchangeRates.
enum class Optimize : std::uint8_t { kSize, kBalanced, kSpeed };

// What a target has for this model. 0: no limit.
struct Limits {
  std::int64_t flash_bytes = 0;  // constants, tables and kernels: Cost::flash_bytes()
  std::int64_t ram_bytes = 0;    // the arena
};

// kBalanced: how many percent of instructions a percent of flash (RAM) is worth, both taken of what kSpeed would need;
// flash without weights and biases, which no choice changes. What 1 buys: the fastest kernels hold weights as int16,
// three quarters to nine tenths of that flash in networks with many weights, and save 8 to 17 % of the instructions, so
// they are left; a core unrolled for one depth stays where layers are shallow. MobileNets, DS-CNNs and keyword spotters
// get the same or nearly the same kernels from 0.7 to 1.5. Below, MobileNets of width 0.25 grow by 2 to 10 KB for 0.3
// to 2 % of instructions; from 1.5 on a network of dense layers gives up kernels that halve its instructions.
struct ExchangeRates {
  double flash = 1.0;
  double ram = 1.0;
  double size_ram = 1.0;  // kSize: bytes of flash that a byte of RAM is worth
};

using LayoutChange = std::function<KernelOption(const graph::Tensor& tensor, Layout from, Layout to)>;

// kNever: every layer runs as a whole. kWherePays: the first layers run strip by strip where the goal gains by it. With
// kSize that is where the arena falls by StripOptions::least_saving or more; else only where no plan of whole layers
// keeps Limits::ram_bytes.
enum class StripUse : std::uint8_t { kNever, kWherePays };

// Kernels for a node of a StripGraph, as PlanOptions::kernels has them for the nodes of the graph.
using StripKernels =
    std::function<std::vector<KernelOption>(const graph::Graph& strip, std::size_t node, std::int32_t pad_top)>;

struct StripOptions {
  StripUse use = StripUse::kNever;
  StripKernels kernels{};        // beside the portable one; none: no others
  double least_saving = 0.1;     // share of the arena of whole layers, 0 … 1
  double most_recomputed = 0.3;  // share of the multiply-accumulates of whole layers, >= 0
  StripCut cut{};                // with layers > 0: this cut, whatever it costs, where it keeps the limits
};

struct PlanOptions {
  Reuse reuse = Reuse::kInPlace;
  std::vector<std::vector<KernelOption>>
      kernels{};                 // by node of the graph, beside the portable one; empty: none at all
  LayoutChange layout_change{};  // wanted where a kernel has an operand in another layout than kNhwc
  Optimize optimize = Optimize::kBalanced;
  Limits limits{};
  ExchangeRates rates{};
  StripOptions strips{};
  // Nodes that append new frames to those that a run keeps for the next one: concats of {kept frames, new frames}. The
  // output has its place from before a run until the next one, in any layout, and a kernel of `kernels`, which reads
  // the new frames alone, moves the frames up there; the kept frames have no place of their own. Such a plan is not
  // portable.
  std::vector<std::int32_t> appends{};

  bool appends_at(std::size_t node) const {
    return std::find(appends.begin(), appends.end(), static_cast<std::int32_t>(node)) != appends.end();
  }
};

}  // namespace mote::plan

template <>
struct mote::EnumNames<mote::plan::Optimize> {
  static constexpr std::array<std::string_view, 3> kNames{"size", "balanced", "speed"};
};
