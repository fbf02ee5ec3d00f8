#include "portable_option.h"

#include <algorithm>
#include <array>

#include "step_graph.h"

namespace mote::plan {
namespace {

// Of a kernel: text in flash (arm-none-eabi-gcc 12, -O2, Cortex-M4), executed instructions.
struct KernelFigures {
  std::string_view name;
  std::int64_t text_bytes;
  bool applies_filters;  // shares mote_apply_filters
  double per_product;    // a multiply-accumulate
  double per_input;      // an input byte
  double per_output;     // an output byte
};

constexpr std::int64_t kApplyFiltersBytes = 528;

constexpr std::array kFigures{
    KernelFigures{"mote_conv2d_s8", 692, true, 3.4, 0, 30},
    KernelFigures{"mote_depthwise_conv2d_s8", 912, false, 8.5, 0, 35},
    KernelFigures{"mote_dense_s8", 96, true, 3.4, 0, 30},
    KernelFigures{"mote_average_pool2d_s8", 484, false, 0, 6, 20},
    KernelFigures{"mote_max_pool2d_s8", 420, false, 0, 6, 10},
    KernelFigures{"mote_mean_s8", 360, false, 0, 6, 25},
    KernelFigures{"mote_add_s8", 372, false, 0, 0, 80},
    KernelFigures{"mote_relu_s8", 156, false, 0, 0, 25},
    KernelFigures{"mote_softmax_s8", 916, false, 0, 0, 350},
    KernelFigures{"mote_concat_s8", 96, false, 0, 0, 2},
    KernelFigures{"mote_pad_s8", 232, false, 0, 0, 3},
    KernelFigures{"mote_reshape", 20, false, 0, 0, 1},
};

// Input bytes that a window reads, with those that several windows share counted for each.
std::int64_t input_reads(const graph::Graph& graph, const graph::Node& node) {
  if (const auto* pool = std::get_if<graph::Pool2d>(&node.op))
    return graph.tensor(node.outputs.front()).elements() * pool->kernel_h * pool->kernel_w;
  return graph.tensor(node.inputs.front()).elements();
}

}  // namespace

KernelOption portable_option(const graph::Graph& graph, const graph::Node& node, const Lowered& lowered) {
  KernelOption option;
  option.inputs.assign(activations(graph, node).size(), Layout::kNhwc);
  option.scratch_bytes = lowered.scratch_bytes;
  option.overlaps = lowered.overlaps;
  option.flash_bytes = lowered.call.table_bytes;
  option.cores = {std::string(lowered.call.kernel())};
  option.reason = "the runtime's own";
  const auto* figures = std::find_if(kFigures.begin(), kFigures.end(),
                                     [&](const KernelFigures& one) { return one.name == lowered.call.kernel(); });
  if (figures == kFigures.end()) return option;
  option.core_flash_bytes = figures->text_bytes;
  if (figures->applies_filters) {
    option.cores.emplace_back("mote_apply_filters");
    option.core_flash_bytes += kApplyFiltersBytes;
  }
  const auto products = static_cast<double>(graph::multiply_accumulates(graph, node));
  const auto outputs = static_cast<double>(graph.tensor(node.outputs.front()).elements());
  option.instructions = static_cast<std::int64_t>(figures->per_product * products + figures->per_output * outputs +
                                                  figures->per_input * static_cast<double>(input_reads(graph, node)));
  return option;
}

}  // namespace mote::plan
