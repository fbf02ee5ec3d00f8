// Convolution on Helium as a product of matrices, NHWC at both sides: of each two output positions the input patch is
// gathered into scratch, one row each, and the core of helium_gemm.h multiplies both with all filters. The patch of a
// 1×1 kernel is the position's channels. A depthwise layer of one input channel is the same with transposed weights.
//
// Register plan and proof of the arithmetic: helium_gemm.h. What the generator adds:
// - filters are taken by fours; where their number is no multiple of four, the last four overlap those before and give
//   the same bytes twice; fewer than four filters go through scratch;
// - an odd last position is computed twice, both results going to one place;
// - in place: a pair of patches is in scratch before its outputs are written, so an output may lie over any input that
//   no later patch reads (least_distance below, over all positions).
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "../channel_weights.h"
#include "helium_gemm.h"
#include "helium_text.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

using namespace helium;

constexpr std::string_view kName = "helium_gemm";
constexpr std::int64_t kGroup = 4;
constexpr std::int64_t kGreatestDepth = 4064;  // what the walking core can step back

struct Problem {
  mote_window window{};
  std::int64_t channels = 0;
  mote_activation activation{};
  std::int32_t output_zero_point = 0;
  std::vector<std::int8_t> weights;  // [filters][depth]
  Filters filters;                   // of these weights
  std::int64_t weight_bytes = 0;     // in the graph

  std::int64_t positions() const { return std::int64_t{window.output_h} * window.output_w; }
  std::int64_t span_h() const { return std::int64_t{window.kernel_h - 1} * window.dilation_h + 1; }
  std::int64_t span_w() const { return std::int64_t{window.kernel_w - 1} * window.dilation_w + 1; }
  std::int64_t first_row(std::int64_t position) const {
    return position / window.output_w * window.stride_h - window.pad_top;
  }
  std::int64_t first_column(std::int64_t position) const {
    return position % window.output_w * window.stride_w - window.pad_left;
  }
  bool inside(std::int64_t position) const {
    const std::int64_t y = first_row(position);
    const std::int64_t x = first_column(position);
    return y >= 0 && x >= 0 && y + span_h() <= window.input_h && x + span_w() <= window.input_w;
  }
  bool is_pointwise() const {
    return window.kernel_h == 1 && window.kernel_w == 1 && window.output_h == window.input_h &&
           window.output_w == window.input_w;
  }
  bool is_line() const { return window.output_h == 1 || window.output_w == 1; }
  // One tap of each window.
  bool is_subsampling() const {
    return window.kernel_h == 1 && window.kernel_w == 1 && !is_pointwise() && all_inside();
  }
  // Taps that lie together in a row of the input.
  std::int64_t run_taps() const { return window.dilation_w == 1 ? window.kernel_w : 1; }
  std::int64_t runs() const { return window.kernel_h * window.kernel_w / run_taps(); }
  std::int64_t run_bytes() const { return run_taps() * channels; }
  std::int64_t count_inside() const {
    std::int64_t count = 0;
    for (std::int64_t position = 0; position < positions(); ++position) count += inside(position) ? 1 : 0;
    return count;
  }
  bool all_inside() const { return count_inside() == positions(); }
  bool none_inside() const { return count_inside() == 0; }
  // First byte of a run, in the patch and from the patch's first byte in the input.
  std::int64_t run_to(std::int64_t run) const { return run * run_bytes(); }
  std::int64_t run_from(std::int64_t run) const {
    const std::int64_t tap = run * run_taps();
    const std::int64_t row = tap / window.kernel_w * window.dilation_h;
    return (row * window.input_w + tap % window.kernel_w * window.dilation_w) * channels;
  }
  std::int64_t copy_instructions() const {
    std::int64_t sum = 0;
    for (std::int64_t run = 0; run < runs(); ++run) {
      sum += helium::copy_instructions(run_bytes(), run_to(run), run_from(run));
    }
    return sum;
  }
  Rounding rounding() const { return rounding_for(filters.scaling, activation, output_zero_point); }
  GemmCore core() const { return {filters.depth, rounding(), filters.has_nibbles}; }
};

template <class Parameters>
Problem problem_of(const Layer& layer, const Parameters& params) {
  Problem problem;
  problem.window = params.window;
  problem.channels = params.input_c;
  problem.activation = params.activation;
  problem.output_zero_point = params.output_offset;
  problem.filters.scaling = params.scaling;
  problem.filters.count = params.scaling.count;
  problem.filters.input_zero_point = -params.input_offset;
  if (layer.node.inputs.size() > 2) problem.filters.bias = graph::values<std::int32_t>(layer.input(2));
  problem.filters.depth = std::int64_t{params.window.kernel_h} * params.window.kernel_w * params.input_c;
  return problem;
}

// Runs of three bytes are copied one by one, runs of four at once: a fourth column of zero weights, where it costs no
// further vector.
void widen_rows(Problem& problem) {
  mote_window& w = problem.window;
  const std::int64_t depth = std::int64_t{w.kernel_h} * 4;
  const bool is_free = round_up(depth, kLanes) == round_up(problem.filters.depth, kLanes);
  if (problem.run_bytes() != 3 || w.kernel_w != 3 || !is_free) return;
  std::vector<std::int8_t> weights;
  for (std::size_t i = 0; i < problem.weights.size(); ++i) {
    weights.push_back(problem.weights[i]);
    if (i % 3 == 2) weights.push_back(0);
  }
  problem.weights = std::move(weights);
  problem.filters.depth = depth;
  w.kernel_w = 4;
}

std::optional<Problem> problem_of(const Layer& layer) {
  Problem problem;
  if (layer.call.op == &mote_conv2d_s8_op) {
    if (layer.input(1).type == graph::DType::kTernary || layer.input(1).type == graph::DType::kBinary)
      return std::nullopt;
    problem = problem_of(layer, layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op));
    const auto values = graph::values<std::int8_t>(layer.input(1));
    problem.weights.assign(values.begin(), values.end());
    problem.filters.has_nibbles = layer.input(1).type == graph::DType::kInt4;
  } else if (layer.call.op == &mote_depthwise_conv2d_s8_op) {
    problem = problem_of(layer, layer.call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op));
    if (problem.channels != 1) return std::nullopt;
    problem.weights = depthwise_weights(layer);
  } else {
    return std::nullopt;
  }
  problem.weight_bytes = layer.input(1).stored_bytes();
  widen_rows(problem);
  if (problem.positions() == 1 && problem.inside(0)) return std::nullopt;  // helium_dense
  Filters filters = problem.filters;
  filters.weights = problem.weights;
  if (filters.depth > kGreatestDepth || !weights_fit(filters)) return std::nullopt;
  return problem;
}

// How far the input must lie above the output: a pair's outputs end below the first byte that a later patch reads.
std::int64_t least_distance(const Problem& problem) {
  const std::int64_t positions = problem.positions();
  const std::int64_t row_bytes = problem.window.input_w * problem.channels;
  std::int64_t least = -problem.window.input_h * row_bytes;
  std::int64_t first_read = -least;  // of the positions from `next` on
  for (std::int64_t next = positions - 1; next >= 2; --next) {
    const std::int64_t y = std::max<std::int64_t>(problem.first_row(next), 0);
    const std::int64_t x = std::max<std::int64_t>(problem.first_column(next), 0);
    first_read = std::min(first_read, y * row_bytes + x * problem.channels);
    if (next % 2 == 0) least = std::max(least, next * problem.filters.count - first_read);
  }
  return least;
}

// --- figures ---

// Instructions to find a position's row and column.
std::int64_t division_instructions(const Problem& problem) {
  if (problem.is_subsampling()) return problem.is_line() ? 2 : 8;
  const auto columns = static_cast<std::uint32_t>(problem.window.output_w);
  if (std::has_single_bit(columns)) return 14;
  return problem.positions() % 2 != 0 ? 34 : 26;
}

std::int64_t patch_instructions(const Problem& problem) {
  if (problem.is_pointwise()) return problem.positions() * problem.copy_instructions();
  const std::int64_t inside = division_instructions(problem) + problem.copy_instructions();
  const std::int64_t vectors = (problem.filters.depth + kLanes - 1) / kLanes;
  const std::int64_t block = 22 + problem.window.kernel_h * (7 + problem.run_bytes() / kLanes * 5);
  const std::int64_t border = 110 + 3 * vectors + problem.window.kernel_w / problem.run_taps() * block;
  std::int64_t sum = 0;
  for (std::int64_t position = 0; position < problem.positions(); ++position) {
    sum += problem.inside(position) ? inside : border;
  }
  return sum;
}

std::int64_t instructions(const Problem& problem) {
  const GemmCore core = problem.core();
  const std::int64_t pairs = (problem.positions() + 1) / 2;
  const std::int64_t groups = problem.filters.count / kGroup;
  std::int64_t pair = 12;
  if (groups > 0) pair += core.instructions(groups);
  if (problem.filters.count % kGroup != 0) pair += core.instructions(1) + 20;
  if (groups == 0) pair += 4 * problem.filters.count;
  return 25 + pairs * pair + patch_instructions(problem);
}

std::int64_t code_bytes(const Problem& problem) {
  const bool odd = problem.positions() % 2 != 0;
  const bool calls = copies_by_call(problem.run_bytes());
  const std::int64_t bytes_each = problem.run_bytes() < 4         ? 2
                                  : odd || problem.is_pointwise() ? 4
                                                                  : 5;  // of a copy's instructions
  const std::int64_t copies = calls ? 12 * problem.runs() : bytes_each * problem.copy_instructions();
  std::int64_t bytes = 90 + (odd ? 54 : 0);
  if (problem.filters.count < kGroup) bytes += 16 * problem.filters.count;
  if (problem.filters.count > kGroup && problem.filters.count % kGroup != 0) bytes += 40;
  // GCC unrolls a loop of two pairs.
  const std::int64_t unrolled = (problem.positions() + 1) / 2 == 2 ? 2 : 1;
  if (problem.is_pointwise()) return bytes + copies * (calls ? 1 : odd ? 4 : 2 * unrolled);
  if (problem.is_subsampling()) return bytes + (problem.is_line() ? 20 : 50) + copies;
  if (problem.none_inside()) return bytes + 100;
  return bytes + (odd ? 100 : 80) + division_instructions(problem) + copies + (problem.all_inside() ? 0 : 36);
}

std::int64_t settings_bytes(const Problem& problem) {
  const bool general = problem.rounding() != Rounding::kAboveZeroPoint;
  const std::int64_t count = problem.filters.count;
  const std::int64_t calls = count % kGroup != 0 && count > kGroup ? 2 : 1;
  const bool single = problem.positions() % 2 != 0 && count >= kGroup;
  return (general ? 64 : 20) * calls * (single ? 2 : 1);
}

// Beside weights and biases.
std::int64_t flash_bytes(const Problem& problem, const Packed& packed) {
  const auto constants = static_cast<std::int64_t>(packed.weights.size() + 4 * packed.scaling.size());
  const std::int64_t bias_bytes = problem.filters.bias.empty() ? 0 : 4;
  const std::int64_t counted = problem.weight_bytes + problem.filters.count * bias_bytes;
  return constants - counted + settings_bytes(problem) + code_bytes(problem);
}

// --- text ---

// The places of a group's outputs, four filters of two positions `stride` apart.
std::string settings_table(const std::string& name, const Problem& problem, std::int64_t stride, std::int64_t groups) {
  std::vector<std::int16_t> values;
  const auto push = [&](std::int64_t value) { values.push_back(static_cast<std::int16_t>(value)); };
  for (std::int64_t lane = 0; lane < 8; ++lane) push(lane / 2 + lane % 2 * stride);
  push(problem.output_zero_point);
  push(groups);
  if (problem.rounding() != Rounding::kAboveZeroPoint) {
    values.resize(16, 0);
    values.insert(values.end(), 8, static_cast<std::int16_t>(problem.activation.min));
    values.insert(values.end(), 8, static_cast<std::int16_t>(problem.activation.max));
  }
  return table(name, values);
}

std::string patch_text(const Problem& problem, const std::string& symbol) {
  const mote_window& w = problem.window;
  std::string text;
  const bool all_inside = problem.all_inside();
  if (!all_inside) {
    text += fmt::format("static const mote_helium_window {}_window = {{{}, {}, {}, {}, {}, {}, {}, {}, {}}};\n\n",
                        symbol, w.input_h, w.input_w, problem.channels, w.kernel_h, w.kernel_w, w.dilation_h,
                        w.dilation_w, problem.run_taps(), problem.filters.input_zero_point);
  }
  text += fmt::format("static void {}_patch(int8_t* row, const int8_t* input, int32_t position) {{\n", symbol);
  text += fmt::format("  const int32_t y = position / {} * {} - {};\n", w.output_w, w.stride_h, w.pad_top);
  text += fmt::format("  const int32_t x = position % {} * {} - {};\n", w.output_w, w.stride_w, w.pad_left);
  if (!all_inside) {
    text += fmt::format("  if (y < 0 || x < 0 || y > {} || x > {}) {{\n", w.input_h - problem.span_h(),
                        w.input_w - problem.span_w());
    text += fmt::format("    mote_helium_patch(row, input, &{}_window, y, x);\n    return;\n  }}\n", symbol);
  }
  text += fmt::format("  const int8_t* const first = input + (y * {} + x) * {};\n", w.input_w, problem.channels);
  for (std::int64_t run = 0; run < problem.runs(); ++run) {
    text += copy_bytes(fmt::format("row + {}", problem.run_to(run)), fmt::format("first + {}", problem.run_from(run)),
                       problem.run_bytes());
  }
  return text + "}\n\n";
}

std::string gather_text(const Problem& problem, const std::string& symbol) {
  const std::int64_t row = problem.core().row_bytes();
  if (!problem.is_pointwise()) {
    return fmt::format("    {0}_patch(rows, input, position);\n    {0}_patch(rows + {1}, input, second);\n", symbol,
                       row);
  }
  return fmt::format("    {0}_patch(rows, input + position * {2});\n    {0}_patch(rows + {1}, input + second * {2});\n",
                     symbol, row, problem.channels);
}

std::string pointwise_text(const Problem& problem, const std::string& symbol) {
  return fmt::format("static inline void {}_patch(int8_t* row, const int8_t* first) {{\n", symbol) +
         copy_bytes("row", "first", problem.channels) + "}\n\n";
}

// The calls of the core for a pair of positions at `to`, with settings named by suffix.
std::string calls_text(const Problem& problem, const std::string& symbol, const std::string& suffix) {
  const Filters& filters = problem.filters;
  const GemmCore core = problem.core();
  const std::int64_t groups = std::max<std::int64_t>(filters.count / kGroup, 1);
  std::string text =
      fmt::format("    {}(rows, {}_weights, {}_scaling, to, {}_{});\n", core.name(), symbol, symbol, symbol, suffix);
  if (filters.count % kGroup == 0 || filters.count < kGroup) return text;
  return text + fmt::format("    {0}(rows, {1}_weights + {2}, {1}_scaling + {3}, to + {4}, {1}_last_{5});\n",
                            core.name(), symbol, groups * core.group_bytes(), groups * 9, filters.count - kGroup,
                            suffix);
}

std::string loop_text(const Problem& problem, const std::string& symbol) {
  const std::int64_t positions = problem.positions();
  const std::int64_t filters = problem.filters.count;
  const bool odd = positions % 2 != 0;
  std::string text = fmt::format("  for (int32_t position = 0; position < {}; position += 2) {{\n", positions);
  text += odd ? fmt::format("    const int32_t second = position < {} ? position + 1 : position;\n", positions - 1)
              : "    const int32_t second = position + 1;\n";
  text += gather_text(problem, symbol);
  if (filters < kGroup) {
    text += fmt::format("    int8_t* const to = rows + {};\n", 2 * problem.core().row_bytes());
    text += calls_text(problem, symbol, "pair");
    for (std::int64_t i = 0; i < filters; ++i) {
      text += fmt::format("    output[position * {0} + {1}] = to[{1}];\n", filters, i);
      text +=
          fmt::format("    output[second * {0} + {1}] = to[(second - position) * {2} + {1}];\n", filters, i, kGroup);
    }
    return text + "  }\n";
  }
  text += fmt::format("    int8_t* const to = output + position * {};\n", filters);
  if (odd) {
    text += "    if (second == position) {\n" + calls_text(problem, symbol, "single") + "      return;\n    }\n";
  }
  return text + calls_text(problem, symbol, "pair") + "  }\n";
}

std::string tables_text(const Problem& problem, const std::string& symbol) {
  const Packed packed = pack(problem.filters);
  const std::int64_t count = problem.filters.count;
  const std::int64_t groups = std::max<std::int64_t>(count / kGroup, 1);
  std::string text = table(symbol + "_weights", packed.weights) + table(symbol + "_scaling", packed.scaling);
  const bool rest = count % kGroup != 0 && count > kGroup;
  const auto settings = [&](const std::string& suffix, std::int64_t stride) {
    text += settings_table(symbol + "_" + suffix, problem, stride, groups);
    if (rest) text += settings_table(symbol + "_last_" + suffix, problem, stride, 1);
  };
  settings("pair", std::max(count, kGroup));
  if (problem.positions() % 2 != 0 && count >= kGroup) settings("single", 0);
  return text;
}

class HeliumConv final : public Generator {
 public:
  bool packs_weights() const override { return true; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kHelium) return {};
    const std::optional<Problem> problem = problem_of(layer);
    if (!problem) return {};
    Filters filters = problem->filters;
    filters.weights = problem->weights;
    const GemmCore core = problem->core();
    plan::KernelOption option;
    option.name = fmt::format("{}{}", kName, problem->filters.has_nibbles ? "_int4" : "");
    option.inputs = {plan::Layout::kNhwc};
    option.scratch_bytes = round_up(2 * core.row_bytes() + (filters.count < kGroup ? 8 : 0), 16);
    option.overlaps = {{0, least_distance(*problem), 1}};
    option.flash_bytes = flash_bytes(*problem, pack(filters));
    option.cores = {core.name()};
    option.core_flash_bytes = core.flash_bytes();
    if (!problem->all_inside()) {
      option.cores.push_back(patch_core().name);
      option.core_flash_bytes += kPatchFlashBytes;
    }
    if (copies_by_call(problem->run_bytes())) {
      option.cores.push_back(copy_core().name);
      option.core_flash_bytes += kCopyFlashBytes;
    }
    option.instructions = instructions(*problem);
    option.reason = fmt::format("2 positions x 4 filters by VMLADAVA, depth {}", filters.depth);
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    Problem problem = *problem_of(layer);
    problem.filters.weights = problem.weights;
    const std::string& symbol = call.symbol;
    std::string text = tables_text(problem, symbol) + "\n";
    text += problem.is_pointwise() ? pointwise_text(problem, symbol) : patch_text(problem, symbol);
    text += fmt::format("static void {}(uint8_t* arena) {{\n", symbol);
    text += fmt::format("  const int8_t* const input = (const int8_t*)(arena + {});\n", call.inputs[0].offset_bytes);
    text += fmt::format("  int8_t* const output = (int8_t*)(arena + {});\n", call.output.offset_bytes);
    text += fmt::format("  int8_t* const rows = (int8_t*)(arena + {});\n", call.scratch_offset_bytes);
    text += loop_text(problem, symbol) + "}\n";
    LayerText result{std::move(text), {base_core(), problem.core().core()}};
    if (!problem.all_inside()) result.cores.push_back(patch_core());
    if (copies_by_call(problem.run_bytes())) result.cores.push_back(copy_core());
    return result;
  }
};

}  // namespace

const Generator& helium_conv_generator() {
  static const HeliumConv generator;
  return generator;
}

}  // namespace mote::codegen
