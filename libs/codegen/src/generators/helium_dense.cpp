// Dense layer on Helium, and a convolution whose only patch is the whole input: one row of K input bytes times groups
// of four filters. Intrinsics: GCC keeps the four sums in registers (r0 … r6 even), 11 instructions for 64 products.
// Weights of four bits lie and are multiplied as helium_gemm.h says: as many instructions, half the bytes.
//
// Exactness: the sum modulo 2^32 is the sum; mote_helium_scale_4 (helium_text.cpp) is the runtime's double rounding,
// mote_helium_scale_any_4 that of multipliers with left shift. Not in place: all groups read the whole input.
#include <fmt/format.h>

#include <optional>

#include "../generator.h"
#include "helium_gemm.h"
#include "helium_text.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_s8.h"

namespace mote::codegen {
namespace {

using namespace helium;

constexpr std::string_view kName = "helium_dense";
constexpr std::string_view kInt4Name = "helium_dense_int4";
constexpr std::int64_t kGroup = 4;
constexpr std::int64_t kCoreFlashBytes = 396;

// What depends on how weights are stored.
struct Storage {
  std::string_view note;
  std::string_view products;  // of 16 inputs
  std::string_view sums;      // behind all of them
  std::string_view whole;     // from these to the sums themselves
  std::string_view product;   // C fallback: input k with its weight of output o
  std::int64_t group_bytes;   // of 16 inputs and four filters
  // Instructions: of two turns over 16 inputs, of what is left behind them, of the sums.
  std::int64_t two_turns, tail, ends;
};

constexpr Storage kBytes{
    .note = "16 weights of each filter",
    .products = R"(      sum0 = vmladavaq_s8(sum0, values, vld1q_s8(weights));
      sum1 = vmladavaq_s8(sum1, values, vld1q_s8(weights + 16));
      sum2 = vmladavaq_s8(sum2, values, vld1q_s8(weights + 32));
      sum3 = vmladavaq_s8(sum3, values, vld1q_s8(weights + 48));
)",
    .sums = "",
    .whole = "",
    .product = R"(      sum += input[k] * weights[o / 4 * group_bytes + o % 4 * 16 + k / 16 * 64 + k % 16];
)",
    .group_bytes = 64,
    .two_turns = 25,
    .tail = 23,
    .ends = 0};

constexpr Storage kNibbles{
    .note = "16 weights of each two filters, 16 times the second + the first",
    .products = R"(      const int8x16_t first = vld1q_s8(weights);
      const int8x16_t second = vld1q_s8(weights + 16);
      sum0 = vmladavaq_s8(sum0, values, vshlq_n_s8(first, 4));
      sum1 = vmladavaq_s8(sum1, values, first);
      sum2 = vmladavaq_s8(sum2, values, vshlq_n_s8(second, 4));
      sum3 = vmladavaq_s8(sum3, values, second);
)",
    .sums = R"(    sum1 -= sum0 >> 4;
    sum3 -= sum2 >> 4;
)",
    .whole = R"(    sums = vshrq_n_s32(sums, 4);
)",
    .product = R"(      const int32_t both = weights[o / 4 * group_bytes + o % 4 / 2 * 16 + k / 16 * 32 + k % 16];
      const int32_t even = ((both + 8) & 15) - 8;
      sum += input[k] * (o % 2 == 0 ? even : (both - even) / 16);
)",
    .group_bytes = 32,
    .two_turns = 21,
    .tail = 14,
    .ends = 6};

// {0}: name, {1}: mote_helium_scale_4 or mote_helium_scale_any_4, {2} … {7}: the fields of Storage.
constexpr std::string_view kHeader = R"(#include "mote_helium_base.h"

#ifndef MOTE_HELIUM_DENSE
#define MOTE_HELIUM_DENSE
typedef struct mote_helium_dense_shape {{
  int32_t inputs, outputs;
  int32_t zero_point, least, greatest;
}} mote_helium_dense_shape;
#endif

/* weights: for each four filters and 16 inputs {2}, zeros behind the last; scaling: four biases,
 * four multipliers and a word of four shifts for each four filters. */
void {0}(const int8_t* input, const int8_t* weights, const int32_t* scaling, int8_t* output,
                       const mote_helium_dense_shape* shape);
)";

constexpr std::string_view kSource = R"(#include "{0}.h"

#if MOTE_HELIUM
void {0}(const int8_t* input, const int8_t* weights, const int32_t* scaling, int8_t* output,
                       const mote_helium_dense_shape* shape) {{
  const int32x4_t least = vdupq_n_s32(shape->least);
  const int32x4_t greatest = vdupq_n_s32(shape->greatest);
  const int32_t tail = shape->inputs & 15;
  for (int32_t left = shape->outputs; left > 0; left -= 4, output += 4, scaling += 9) {{
    const int8_t* x = input;
    int32_t sum0 = 0;
    int32_t sum1 = 0;
    int32_t sum2 = 0;
    int32_t sum3 = 0;
    for (int32_t i = shape->inputs >> 4; i > 0; --i, x += 16, weights += {7}) {{
      const int8x16_t values = vld1q_s8(x);
{3}    }}
    if (tail != 0) {{
      const int8x16_t values = vldrbq_z_s8(x, vctp8q((uint32_t)tail));
{3}      weights += {7};
    }}
{4}    int32x4_t sums = vdupq_n_s32(sum0);
    sums = vsetq_lane_s32(sum1, sums, 1);
    sums = vsetq_lane_s32(sum2, sums, 2);
    sums = vsetq_lane_s32(sum3, sums, 3);
{5}    sums = {1}(vaddq_s32(sums, vld1q_s32(scaling)), vld1q_s32(scaling + 4), vldrbq_s32((const int8_t*)(scaling + 8)));
    sums = vminq_s32(vmaxq_s32(vqaddq_n_s32(sums, shape->zero_point), least), greatest);
    vstrbq_p_s32(output, sums, vctp32q((uint32_t)left));
  }}
}}
#else
void {0}(const int8_t* input, const int8_t* weights, const int32_t* scaling, int8_t* output,
                       const mote_helium_dense_shape* shape) {{
  const int32_t group_bytes = (shape->inputs + 15) / 16 * {7};
  for (int32_t o = 0; o < shape->outputs; ++o) {{
    const int32_t* const scale = scaling + o / 4 * 9;
    int32_t sum = scale[o % 4];
    for (int32_t k = 0; k < shape->inputs; ++k) {{
{6}    }}
    output[o] = mote_helium_requantize(sum, scale[4 + o % 4], (int8_t)(uint8_t)((uint32_t)scale[8] >> (8 * (o % 4))), shape->zero_point, shape->least, shape->greatest);
  }}
}}
#endif
)";

struct Problem {
  Filters filters;
  mote_activation activation{};
  std::int32_t output_zero_point = 0;

  bool shifts_left() const {
    return rounding_for(filters.scaling, activation, output_zero_point) == Rounding::kAnyShift;
  }
};

const Storage& storage_of(const Problem& problem) {
  return problem.filters.has_nibbles ? kNibbles : kBytes;
}

Core core_of(const Problem& problem) {
  const bool left = problem.shifts_left();
  const std::string name =
      fmt::format("mote_helium_dense{}{}", problem.filters.has_nibbles ? "_int4" : "", left ? "_left" : "");
  const std::string_view scale = left ? "mote_helium_scale_any_4" : "mote_helium_scale_4";
  const Storage& storage = storage_of(problem);
  const auto filled_in = [&](std::string_view text) {
    return fmt::format(fmt::runtime(text), name, scale, storage.note, storage.products, storage.sums, storage.whole,
                       storage.product, storage.group_bytes);
  };
  return {name, filled_in(kHeader), filled_in(kSource)};
}

template <class Parameters>
Problem problem_of(const Layer& layer, const Parameters& params) {
  Problem problem;
  problem.activation = params.activation;
  problem.output_zero_point = params.output_offset;
  problem.filters.weights = graph::values<std::int8_t>(layer.input(1));
  problem.filters.count = layer.input(1).shape[0];
  problem.filters.depth = layer.input(1).elements() / problem.filters.count;
  problem.filters.has_nibbles = layer.input(1).type == graph::DType::kInt4;
  problem.filters.scaling = params.scaling;
  problem.filters.input_zero_point = -params.input_offset;
  if (layer.node.inputs.size() > 2) problem.filters.bias = graph::values<std::int32_t>(layer.input(2));
  return problem;
}

bool covers_input(const mote_window& w) {
  return w.output_h == 1 && w.output_w == 1 && w.kernel_h == w.input_h && w.kernel_w == w.input_w && w.pad_top == 0 &&
         w.pad_left == 0 && (w.dilation_h == 1 || w.kernel_h == 1) && (w.dilation_w == 1 || w.kernel_w == 1);
}

bool knows(graph::DType weights) {
  return weights == graph::DType::kInt8 || weights == graph::DType::kInt4;
}

std::optional<Problem> problem_of(const Layer& layer) {
  if (layer.set != InstructionSet::kHelium) return std::nullopt;
  std::optional<Problem> problem;
  if (layer.call.op == &mote_dense_s8_op) {
    problem = problem_of(layer, layer.call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op));
  } else if (layer.call.op == &mote_conv2d_s8_op) {
    const auto& params = layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
    if (!covers_input(params.window)) return std::nullopt;
    problem = problem_of(layer, params);
  }
  if (!problem || !knows(layer.input(1).type)) return std::nullopt;
  if (!weights_fit(problem->filters)) return std::nullopt;
  return problem;
}

std::int64_t groups(const Problem& problem) {
  return (problem.filters.count + kGroup - 1) / kGroup;
}

std::int64_t instructions(const Problem& problem) {
  const std::int64_t vectors = problem.filters.depth / kLanes;
  const Storage& storage = storage_of(problem);
  const std::int64_t whole = vectors > 0 ? 16 + storage.two_turns * vectors / 2 : 0;
  const std::int64_t tail = problem.filters.depth % kLanes != 0 ? storage.tail : 0;
  const std::int64_t left = problem.shifts_left() ? 3 : 0;
  return 35 + groups(problem) * (41 + whole + tail + left + storage.ends);
}

class HeliumDense final : public Generator {
 public:
  bool packs_weights() const override { return true; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Problem> problem = problem_of(layer);
    if (!problem) return {};
    const Filters& filters = problem->filters;
    const std::int64_t vectors = (filters.has_nibbles ? kGroup / 2 : kGroup) * round_up(filters.depth, kLanes);
    const std::int64_t constants = groups(*problem) * (vectors + 36);
    const std::int64_t bias_bytes = filters.bias.empty() ? 0 : 4 * filters.count;
    plan::KernelOption option;
    option.name = filters.has_nibbles ? kInt4Name : kName;
    option.inputs = {plan::Layout::kNhwc};
    option.flash_bytes = constants - layer.input(1).stored_bytes() - bias_bytes + 20 + 44;
    option.cores = {core_of(*problem).name};
    option.core_flash_bytes = kCoreFlashBytes + (problem->shifts_left() ? 20 : 0);
    option.instructions = instructions(*problem);
    option.reason = "one row x 4 filters by VMLADAVA";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Problem problem = *problem_of(layer);
    Packed packed;
    for (std::int64_t group = 0; group < groups(problem); ++group) {
      append_group(problem.filters, group * kGroup, packed);
    }
    const std::string& symbol = call.symbol;
    std::string text = table(symbol + "_weights", packed.weights) + table(symbol + "_scaling", packed.scaling);
    text += fmt::format("static const mote_helium_dense_shape {}_shape = {{{}, {}, {}, {}, {}}};\n", symbol,
                        problem.filters.depth, problem.filters.count, problem.output_zero_point, problem.activation.min,
                        problem.activation.max);
    text += fmt::format(
        "\nstatic void {0}(uint8_t* arena) {{\n"
        "  {3}((const int8_t*)(arena + {1}), {0}_weights, {0}_scaling, (int8_t*)(arena + {2}), "
        "&{0}_shape);\n}}\n",
        symbol, call.inputs[0].offset_bytes, call.output.offset_bytes, core_of(problem).name);
    return {std::move(text), {base_core(), core_of(problem)}};
  }
};

}  // namespace

const Generator& helium_dense_generator() {
  static const HeliumDense generator;
  return generator;
}

}  // namespace mote::codegen
