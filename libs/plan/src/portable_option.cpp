#include "portable_option.h"

#include <algorithm>
#include <array>

#include "step_graph.h"

namespace mote::plan {
namespace {

// Of a kernel (arm-none-eabi-gcc 12, -O2): text in flash on Cortex-M4, executed instructions on Cortex-M3. Those of
// convolutions, dense, average pool and softmax are fitted to the layers of the conformance models, where about half of
// the sums lie below zero and skip their requantization; tests/embedded holds the estimate to a quarter. The others are
// estimates.
struct KernelFigures {
  std::string_view name;
  std::int64_t text_bytes;
  bool applies_filters;  // shares mote_apply_filters
  double per_call;
  double per_product;  // a multiply-accumulate, those in the padding counted
  double per_input;    // an input byte
  double per_output;   // an output byte
  double per_cell;     // an output position of a depthwise convolution
};

constexpr std::int64_t kApplyFiltersBytes = 680;
constexpr double kPerGatheredRow = 60;   // a row of a convolution's patch
constexpr double kPerSharedProduct = 4;  // of a depthwise convolution whose channels share an input channel by fours
constexpr double kPerLoneProduct = 34;   // of what is left of them

constexpr std::array kFigures{
    KernelFigures{"mote_conv2d_s8", 720, true, 200, 3.0, 0, 38, 0},
    KernelFigures{"mote_depthwise_conv2d_s8", 1500, false, 200, 6.5, 0, 36, 200},
    KernelFigures{"mote_dense_s8", 96, true, 200, 3.0, 0, 40, 0},
    KernelFigures{"mote_average_pool2d_s8", 484, false, 0, 0, 6.4, 27, 0},
    KernelFigures{"mote_max_pool2d_s8", 436, false, 0, 0, 9.6, 17, 0},
    KernelFigures{"mote_mean_s8", 336, false, 0, 0, 6, 25, 0},
    KernelFigures{"mote_add_s8", 332, false, 0, 0, 0, 80, 0},
    KernelFigures{"mote_relu_s8", 144, false, 0, 0, 0, 25, 0},
    KernelFigures{"mote_softmax_s8", 916, false, 0, 0, 0, 200, 0},
    KernelFigures{"mote_concat_s8", 104, false, 0, 0, 0, 2, 0},
    KernelFigures{"mote_pad_s8", 304, false, 0, 0, 0, 3, 0},
    KernelFigures{"mote_reshape", 32, false, 0, 0, 0, 1, 0},
    KernelFigures{"mote_conv2d_coded_s8", 640, false, 200, 6.5, 0, 50, 0},
    KernelFigures{"mote_dense_coded_s8", 100, false, 200, 6.5, 0, 50, 0},
    KernelFigures{"mote_depthwise_conv2d_packed_s8", 700, false, 200, 20, 0, 40, 200},
    KernelFigures{"mote_conv2d_s16", 420, false, 200, 4.5, 0, 60, 0},
    KernelFigures{"mote_dense_s16", 80, false, 200, 4.5, 0, 60, 0},
    KernelFigures{"mote_depthwise_conv2d_s16", 620, false, 200, 8, 0, 50, 200},
    KernelFigures{"mote_average_pool2d_s16", 484, false, 0, 0, 6.4, 27, 0},
    KernelFigures{"mote_max_pool2d_s16", 436, false, 0, 0, 6, 10, 0},
    KernelFigures{"mote_mean_s16", 320, false, 0, 0, 6, 25, 0},
    KernelFigures{"mote_add_s16", 320, false, 0, 0, 0, 75, 0},
    KernelFigures{"mote_relu_s16", 130, false, 0, 0, 0, 22, 0},
    KernelFigures{"mote_softmax_s16", 2500, false, 0, 0, 0, 90, 0},
};

// Input bytes that a window reads, with those that several windows share counted for each.
std::int64_t input_reads(const graph::Graph& graph, const graph::Node& node) {
  if (const auto* pool = std::get_if<graph::Pool2d>(&node.op))
    return graph.tensor(node.outputs.front()).elements() * pool->kernel_h * pool->kernel_w;
  return graph.tensor(node.inputs.front()).elements();
}

// Rows of all patches that a convolution gathers.
std::int64_t gathered_rows(const graph::Tensor& output, const graph::Tensor& weights, std::int64_t scratch_bytes) {
  if (scratch_bytes == 0) return 0;
  return std::int64_t{output.shape[1]} * output.shape[2] * weights.shape[1];
}

double instructions(const KernelFigures& figures, const graph::Graph& graph, const graph::Node& node,
                    std::int64_t scratch_bytes) {
  const graph::Tensor& output = graph.tensor(node.outputs.front());
  const auto products = static_cast<double>(graph::multiply_accumulates(graph, node));
  double sum = figures.per_call + figures.per_output * static_cast<double>(output.elements()) +
               figures.per_input * static_cast<double>(input_reads(graph, node));
  if (std::holds_alternative<graph::Conv2d>(node.op)) {
    sum += kPerGatheredRow * static_cast<double>(gathered_rows(output, graph.tensor(node.inputs[1]), scratch_bytes));
  }
  if (!std::holds_alternative<graph::DepthwiseConv2d>(node.op)) return sum + figures.per_product * products;
  const std::int32_t multiplier = output.shape[3] / graph.tensor(node.inputs.front()).shape[3];
  const auto cells = static_cast<double>(std::int64_t{output.shape[1]} * output.shape[2]);
  const double lone = static_cast<double>(multiplier % 4) / multiplier;
  const double shared = kPerSharedProduct + lone * (kPerLoneProduct - kPerSharedProduct);
  return sum + (multiplier > 1 ? shared : figures.per_product) * products + figures.per_cell * cells;
}

}  // namespace

KernelOption portable_option(const graph::Graph& graph, const graph::Node& node, const Lowered& lowered) {
  const KernelCall& call = lowered.stored();
  KernelOption option;
  option.inputs.assign(activations(graph, node).size(), Layout::kNhwc);
  option.scratch_bytes = lowered.scratch_bytes;
  option.overlaps = lowered.overlaps;
  option.flash_bytes = call.table_bytes;
  if (call.coded) {
    option.flash_bytes +=
        static_cast<std::int64_t>(call.coded->bytes.size()) - graph.tensor(node.inputs[1]).stored_bytes();
  }
  option.cores = {std::string(call.kernel())};
  option.reason = "the runtime's own";
  const auto* figures = std::find_if(kFigures.begin(), kFigures.end(),
                                     [&](const KernelFigures& one) { return one.name == call.kernel(); });
  if (figures == kFigures.end()) return option;
  option.core_flash_bytes = figures->text_bytes;
  if (figures->applies_filters) {
    option.cores.emplace_back("mote_apply_filters");
    option.core_flash_bytes += kApplyFiltersBytes;
  }
  option.instructions = static_cast<std::int64_t>(instructions(*figures, graph, node, lowered.scratch_bytes));
  return option;
}

}  // namespace mote::plan
