// Convolutions and dense layers of int16 activations and int8 weights (kArmDsp), NHWC in and out: four positions at a
// time, what is left of them one by one, a dense layer as one position whose input lies ready (int16_core.h, where the
// register plans are). Weights stay bytes in flash: a word holds a pair of two channels each, and two SXTB16 widen it.
//
// Proof: Int16End, on the weights as they are. 32 bits hold every sum of up to 516 products whatever the weights, and
// in practice of several thousand.
//
// Windows of a block are gathered before any of its outputs is written, so that the output may lie over the input as
// far as no later block reads what it overwrites.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "../c_text.h"
#include "../int16_core.h"
#include "../int16_gather.h"

namespace mote::codegen {
namespace {

constexpr std::int32_t kBlock = 4;
constexpr std::int64_t kLayerInstructions = 14;
constexpr std::int64_t kCallInstructions = 8;
constexpr std::int64_t kWindowBytes = 48;
constexpr std::int64_t kDenseCodeBytes = 24;
constexpr std::int64_t kBlocksCodeBytes = 92;
constexpr std::int64_t kCellsCodeBytes = 64;  // of blocks that lie ready
constexpr std::int64_t kRestCodeBytes = 72;

struct Problem {
  WindowedLayer layer;
  Int16End end;

  std::int64_t pairs() const { return (layer.depth() + 1) / 2; }
  std::int64_t positions() const { return layer.positions(); }
  std::int64_t blocks() const { return positions() / kBlock; }
  std::int64_t rest() const { return positions() % kBlock; }
  // Whether the windows of a block lie ready in the input, one after the other.
  bool interleaves() const {
    const mote_window& w = layer.window;
    const bool is_cell = w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1;
    return blocks() > 0 && is_cell && w.pad_top == 0 && w.pad_left == 0 && layer.input_c % 2 == 0;
  }
  // Whether the one window is the input as it lies: dense layers, and convolutions that are such.
  bool is_dense() const {
    const mote_window& w = layer.window;
    const bool is_dilated = (w.kernel_h > 1 && w.dilation_h > 1) || (w.kernel_w > 1 && w.dilation_w > 1);
    return positions() == 1 && layer.depth() == std::int64_t{w.input_h} * w.input_w * layer.input_c && w.pad_top == 0 &&
           w.pad_left == 0 && !is_dilated;
  }
  bool gathers() const { return !is_dense() && (rest() > 0 || !interleaves()); }
  Int16Core core(std::int32_t block_positions) const { return {block_positions, end.bounds}; }
};

std::optional<Problem> problem_of(const Layer& layer) {
  constexpr std::int32_t kLeastChannels = 2;
  if (layer.set != InstructionSet::kArmDsp) return std::nullopt;
  const std::optional<WindowedLayer> windowed = windowed_layer(layer);
  if (!windowed || windowed->common.channels < kLeastChannels) return std::nullopt;
  std::optional<Int16End> end = int16_end(layer);
  if (!end) return std::nullopt;
  return Problem{*windowed, std::move(*end)};
}

// What is written up to the end of a block must not reach what later blocks read.
std::int64_t least_distance_bytes(const Problem& problem) {
  const mote_window& w = problem.layer.window;
  const std::vector<std::int64_t> cells = first_cells_from(w);
  std::int64_t least = -2 * std::int64_t{w.input_h} * w.input_w * problem.layer.input_c;
  for (std::int64_t end = 0; end < problem.positions();) {
    end += end + kBlock <= problem.positions() ? kBlock : 1;
    if (end == problem.positions()) break;
    const std::int64_t read = cells[static_cast<std::size_t>(end)] * problem.layer.input_c;
    least = std::max(least, 2 * (end * problem.layer.common.channels - read));
  }
  return least >= 0 ? (least + 3) / 4 * 4 : least / 4 * 4;
}

std::int64_t code_bytes(const Problem& problem) {
  if (problem.is_dense()) return kDenseCodeBytes;
  std::int64_t bytes = problem.gathers() ? kWindowBytes : 0;
  if (problem.blocks() > 0) bytes += problem.interleaves() ? kCellsCodeBytes : kBlocksCodeBytes;
  return bytes + (problem.rest() > 0 ? kRestCodeBytes : 0);
}

std::int64_t instructions(const Problem& problem) {
  const auto core = [&](std::int32_t positions) {
    return kCallInstructions +
           int16_core_instructions(problem.core(positions), problem.pairs(), problem.layer.common.channels);
  };
  if (problem.is_dense()) return core(1);
  std::int64_t sum = kLayerInstructions + problem.blocks() * core(kBlock) + problem.rest() * core(1);
  const std::int64_t gathered_from = problem.interleaves() ? problem.blocks() * kBlock : 0;
  sum += int16_gather_instructions(problem.layer, gathered_from);
  if (!problem.interleaves()) return sum;
  return sum + problem.blocks() * (kCallInstructions + int16_interleave_instructions(problem.pairs()));
}

// The patch of `step` positions from p on.
std::string patch_text(const Problem& problem, const LayerCall& call, std::int32_t step) {
  const std::int32_t channels = problem.layer.input_c;
  if (step == kBlock && problem.interleaves())
    return fmt::format("    {}(input + p * {}, patch, {}, {});\n", int16_interleave().name, channels, problem.pairs(),
                       2 * channels);
  return fmt::format("    for (int32_t q = 0; q < {0}; ++q) {1}(&{2}_window, {3}, input, p + q, patch + 2 * q, {4});\n",
                     step, int16_gather().name, call.symbol, channels, 2 * step);
}

// One loop over positions, `step` at a time.
std::string loop_text(const Problem& problem, const LayerCall& call, std::int32_t step) {
  return fmt::format(
      "  for (; p + {0} <= {1}; p += {0}) {{\n"
      "{2}"
      "    {3}(patch, {4}_stream, output + p * {5}, &{4}_shape);\n"
      "  }}\n",
      step, problem.positions(), patch_text(problem, call, step), int16_core_name(problem.core(step)), call.symbol,
      problem.layer.common.channels);
}

std::string place(const std::string& type, std::int64_t offset_bytes) {
  return fmt::format("({}*)(void*)(arena + {})", type, offset_bytes);
}

class Int16FiltersGenerator final : public Generator {
 public:
  graph::DType activations() const override { return graph::DType::kInt16; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Problem> problem = problem_of(layer);
    if (!problem) return {};
    plan::KernelOption option;
    option.name = "int16_filters";
    option.inputs = {plan::Layout::kNhwc};
    if (!problem->is_dense()) {
      option.scratch_bytes = 4 * problem->pairs() * (problem->blocks() > 0 ? kBlock : 1);
      option.overlaps = {{0, least_distance_bytes(*problem), 4}};
    }
    const std::int64_t channel_pairs = (problem->layer.common.channels + 1) / 2;
    option.flash_bytes = code_bytes(*problem) + kInt16ShapeBytes + channel_pairs * (16 + 4 * problem->pairs()) -
                         layer.input(1).stored_bytes();
    if (layer.node.inputs.size() > 2) option.flash_bytes -= layer.input(2).stored_bytes();
    for (const std::int32_t positions : cores(*problem)) {
      option.cores.push_back(int16_core_name(problem->core(positions)));
      option.core_flash_bytes += int16_core_bytes(problem->core(positions));
    }
    if (problem->interleaves()) {
      option.cores.push_back(int16_interleave().name);
      option.core_flash_bytes += int16_interleave_bytes();
    }
    if (problem->gathers()) {
      option.cores.push_back(int16_gather().name);
      option.core_flash_bytes += kInt16GatherBytes;
    }
    option.instructions = instructions(*problem);
    option.reason = "int8 weights widened in registers, sums of 32 bits proved exact";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Problem problem = *problem_of(layer);
    const std::string& symbol = call.symbol;
    const std::vector<std::uint32_t> stream =
        int16_stream(graph::values<std::int8_t>(layer.input(1)), problem.end, problem.layer.depth());
    LayerText result;
    result.text =
        c_words(symbol + "_stream", stream) +
        fmt::format("static const mote_int16_shape {}_shape = {};\n", symbol,
                    int16_shape(fmt::format("{}_stream + {}", symbol, stream.size()), problem.pairs(), problem.end));
    for (const std::int32_t positions : cores(problem))
      result.cores.push_back(int16_core_text(problem.core(positions)));
    if (problem.interleaves()) result.cores.push_back(int16_interleave());
    if (problem.gathers()) result.cores.push_back(int16_gather());
    result.text += problem.is_dense() ? dense_text(problem, call) : windows_text(problem, call);
    return result;
  }

 private:
  // Positions of the cores that the layer calls.
  static std::vector<std::int32_t> cores(const Problem& problem) {
    std::vector<std::int32_t> all;
    if (problem.blocks() > 0) all.push_back(kBlock);
    if (problem.rest() > 0) all.push_back(1);
    return all;
  }

  static std::string dense_text(const Problem& problem, const LayerCall& call) {
    return fmt::format(
        "static void {0}(uint8_t* arena) {{\n"
        "  {1}({2}, {0}_stream, {3}, &{0}_shape);\n"
        "}}\n",
        call.symbol, int16_core_name(problem.core(1)), place("const int16_t", call.inputs[0].offset_bytes),
        place("int16_t", call.output.offset_bytes));
  }

  static std::string windows_text(const Problem& problem, const LayerCall& call) {
    const std::string window =
        fmt::format("static const mote_window {}_window = {};\n", call.symbol, window_text(problem.layer.window));
    return fmt::format(
        "{1}static void {0}(uint8_t* arena) {{\n"
        "  const int16_t* const input = {2};\n"
        "  int16_t* const output = {3};\n"
        "  int16_t* const patch = {4};\n"
        "  int32_t p = 0;\n"
        "{5}{6}"
        "}}\n",
        call.symbol, problem.gathers() ? window : "", place("const int16_t", call.inputs[0].offset_bytes),
        place("int16_t", call.output.offset_bytes), place("int16_t", call.scratch_offset_bytes),
        problem.blocks() > 0 ? loop_text(problem, call, kBlock) : "",
        problem.rest() > 0 ? loop_text(problem, call, 1) : "");
  }
};

}  // namespace

const Generator& int16_filters_generator() {
  static const Int16FiltersGenerator generator;
  return generator;
}

}  // namespace mote::codegen
