// Depthwise convolutions of int16 activations and int8 weights (kArmDsp), NHWC in and out: position by position, four
// channels at a time (int16_taps_core.h, where the register plan is). Weights are widened to int16 in flash.
//
// Proof: Int16End, on the weights as they are; 32 bits hold every sum of up to 516 taps whatever the weights.
//
// Not for fewer than four channels, nor where an input channel has several outputs.
#include <fmt/format.h>

#include <algorithm>

#include "../c_text.h"
#include "../int16_taps_core.h"
#include "../windowed_layer.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s16.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kLeastChannels = 4;
constexpr std::int32_t kMostColumns = 16;  // taps of a row, all unrolled
constexpr std::int64_t kLayerInstructions = 8;
constexpr std::int64_t kCodeBytes = 32;

struct Problem {
  mote_window window{};
  std::int64_t channels = 0;
  Int16End end;
  Int16TapsCore core;

  std::int64_t taps() const { return std::int64_t{window.kernel_h} * window.kernel_w; }
};

// Whether each output position has a tap inside the input; large dilations may leave one without.
bool meets_input(const mote_window& w) {
  for (std::int32_t y = 0; y < w.output_h; ++y) {
    if (taps_inside(y * w.stride_h - w.pad_top, w.kernel_h, w.dilation_h, w.input_h) == 0) return false;
  }
  for (std::int32_t x = 0; x < w.output_w; ++x) {
    if (taps_inside(x * w.stride_w - w.pad_left, w.kernel_w, w.dilation_w, w.input_w) == 0) return false;
  }
  return true;
}

std::optional<Problem> problem_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_depthwise_conv2d_s16_op) return std::nullopt;
  const auto& p = layer.call.parameters_as<mote_depthwise_conv2d_s16_params>(mote_depthwise_conv2d_s16_op);
  if (p.multiplier != 1 || p.input_c < kLeastChannels) return std::nullopt;
  if (p.window.kernel_w > kMostColumns || !meets_input(p.window)) return std::nullopt;
  std::optional<Int16End> end = int16_end(layer);
  if (!end) return std::nullopt;
  const Int16TapsCore core{p.window.kernel_w, end->bounds, p.input_c % 2 != 0};
  return Problem{p.window, p.input_c, std::move(*end), core};
}

// The last channels of a position are read after its first ones are written.
std::int64_t least_distance_bytes(const Problem& problem) {
  const std::vector<std::int64_t> cells = first_cells_from(problem.window);
  std::int64_t least = 0;
  for (std::size_t p = 0; p < cells.size(); ++p)
    least = std::max(least, 2 * problem.channels * (static_cast<std::int64_t>(p) + 1 - cells[p]));
  return (least + 3) / 4 * 4;
}

class Int16DepthwiseGenerator final : public Generator {
 public:
  graph::DType activations() const override { return graph::DType::kInt16; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Problem> problem = problem_of(layer);
    if (!problem) return {};
    const std::int64_t blocks = (problem->channels + 3) / 4;
    plan::KernelOption option;
    option.name = "int16_depthwise";
    option.inputs = {plan::Layout::kNhwc};
    option.overlaps = {{0, least_distance_bytes(*problem), 4}};
    option.flash_bytes =
        kCodeBytes + kInt16TapsShapeBytes + blocks * (32 + 8 * problem->taps()) - layer.input(1).stored_bytes();
    if (layer.node.inputs.size() > 2) option.flash_bytes -= layer.input(2).stored_bytes();
    option.cores = {int16_taps_core_name(problem->core)};
    option.core_flash_bytes = int16_taps_core_bytes(problem->core);
    option.instructions =
        kLayerInstructions + int16_taps_core_instructions(problem->core, problem->window, problem->channels);
    option.reason = "four channels at a time, sums of 32 bits proved exact";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Problem problem = *problem_of(layer);
    const std::string& symbol = call.symbol;
    const std::vector<std::uint32_t> stream =
        int16_taps_stream(graph::values<std::int8_t>(layer.input(1)), problem.end, problem.taps());
    LayerText result;
    result.cores = {int16_taps_core_text(problem.core)};
    result.text =
        c_words(symbol + "_stream", stream) +
        fmt::format(
            "static const mote_int16_taps_shape {0}_shape = {1};\n"
            "static void {0}(uint8_t* arena) {{\n"
            "  {2}((const int16_t*)(void*)(arena + {3}), {0}_stream, (int16_t*)(void*)(arena + {4}),\n"
            "      &{0}_shape);\n"
            "}}\n",
            symbol, int16_taps_shape(fmt::format("{}_stream + {}", symbol, stream.size()), problem.window, problem.end),
            int16_taps_core_name(problem.core), call.inputs[0].offset_bytes, call.output.offset_bytes);
    return result;
  }
};

}  // namespace

const Generator& int16_depthwise_generator() {
  static const Int16DepthwiseGenerator generator;
  return generator;
}

}  // namespace mote::codegen
