// Convolutions and dense layers of int4, ternary and binary weights (kArmDsp): weights stay packed in flash and become
// factors of SMLAD by one AND each. NHWC in and out.
//
// Two positions are gathered as pairs of int16, side by side, and multiplied with two filters at a time. A weight w is
// stored as u >= 0 in b bits, w = scale·u - excess: 4 bits w + 8, 2 bits w + 1, 1 bit (w + 1)/2. A word holds 16/b
// pairs of weights: pair k in bits [k·b, k·b + b) of both halves, so that (word >> k·b) & mask is the pair. A pair of
// each filter and position costs 2 AND, 2 loads and 4 SMLAD for 8 products.
//
// Exactness: sum w·x = scale·sum u·x - excess·sum x, with sum x taken once a position. |sum u·x| is below 2^31 where
// 15·128·depth is; the input's offset is part of the bias. The end is the runtime's own requantization.
#include <fmt/format.h>

#include "../c_text.h"
#include "../weight_packing.h"
#include "../windowed_layer.h"

namespace mote::codegen {
namespace {

struct Packing : WeightPacking {
  std::int32_t pairs() const { return 16 / bits; }  // in a word
  std::uint32_t mask() const { return ((1U << bits) - 1U) * 0x10001U; }
};

constexpr std::int64_t kCoreBytes = 1104;
constexpr std::int64_t kPairBytes = 27;
constexpr std::int64_t kCallBytes = 40;
constexpr std::int64_t kShapeBytes = 76;
constexpr std::int64_t kEndBytes = 12;  // of a filter

constexpr std::string_view kHeader = R"(#include "mote/runtime/types.h"

#ifndef MOTE_NARROW_SHAPE
#define MOTE_NARROW_SHAPE
typedef struct mote_narrow_shape {{
  mote_window window;
  int32_t input_c, output_c;
  int32_t words; /* of a filter's weights */
  int32_t zero;  /* point of the input */
  int32_t output_offset, least, greatest;
}} mote_narrow_shape;
#endif

/* weights: words of two filters in turn; ends: bias, multiplier and shift of each filter, of an even number of filters;
 * patch: two words for each pair of inputs that a filter's words hold. */
void {0}(const int8_t* input, const uint32_t* weights, const int32_t* ends, int8_t* output, uint32_t* patch,
    const mote_narrow_shape* shape);
)";

constexpr std::string_view kIntrinsics = R"(#include <arm_acle.h>
#define {0}_smlad(x, w, sum) __smlad((int16x2_t)(x), (int16x2_t)(w), (sum))
/* In a register: AND shifts its other operand. */
#define {0}_hold(x) __asm__("" : "+r"(x))
)";

constexpr std::string_view kFallback = R"(#define {0}_smlad(x, w, sum) \
  ((sum) + (int16_t)(uint16_t)(x) * (int16_t)(uint16_t)(w) + (int16_t)(uint16_t)((x) >> 16) * (int16_t)(uint16_t)((w) >> 16))
#define {0}_hold(x) ((void)(x))
)";

// {0} name.
constexpr std::string_view kPut = R"(
/* Puts `count` values, `step` apart, at place `index` of the patch and returns their sum. */
static int32_t {0}_put(const int8_t* from, int32_t step, int32_t count, int32_t index, uint32_t* patch) {{
  uint32_t* to = patch + (index & ~1);
  int32_t sum = 0;
  if (index % 2 != 0 && count > 0) {{
    sum = *from;
    *to = (*to & 0xffffu) | (uint32_t)sum << 16;
    to += 2;
    from += step;
    --count;
  }}
  for (; count >= 2; count -= 2, to += 2) {{
    const int32_t low = *from;
    const int32_t high = from[step];
    from += 2 * step;
    sum += low + high;
    *to = ((uint32_t)low & 0xffffu) | (uint32_t)high << 16;
  }}
  if (count > 0) {{
    sum += *from;
    *to = (uint32_t)*from & 0xffffu;
  }}
  return sum;
}}
)";

// {0} name, {1} mask, {2} scale, {3} excess, {4} words of the patch to a word of weights, {5} the pairs' lines.
constexpr std::string_view kProducts = R"(
/* sums of position 0 with both filters, then of position 1. */
static void {0}_multiply(const uint32_t* patch, const uint32_t* weights, int32_t words, int32_t* sums) {{
  uint32_t mask = {1:#x}u;
  const uint32_t* const end = weights + 2 * words;
  int32_t sum00 = 0;
  int32_t sum01 = 0;
  int32_t sum10 = 0;
  int32_t sum11 = 0;
  {0}_hold(mask);
  for (; weights != end; weights += 2, patch += {4}) {{
    const uint32_t w0 = weights[0];
    const uint32_t w1 = weights[1];
{5}  }}
  sums[0] = sum00;
  sums[1] = sum01;
  sums[2] = sum10;
  sums[3] = sum11;
}}

void {0}(const int8_t* input, const uint32_t* weights, const int32_t* ends, int8_t* output, uint32_t* patch,
    const mote_narrow_shape* shape) {{
  const mote_window* const w = &shape->window;
  const mote_activation activation = {{shape->least, shape->greatest}};
  const int32_t positions = w->output_h * w->output_w;
  for (int32_t i = 0; i < {4} * shape->words; ++i) patch[i] = 0;
  for (int32_t p = 0; p < positions; p += 2) {{
    int32_t totals[2] = {{0, 0}};
    const int32_t live = positions - p < 2 ? 1 : 2;
    for (int32_t q = 0; q < live; ++q) {{
      totals[q] = {0}_gather(shape, input, (p + q) / w->output_w, (p + q) % w->output_w, patch + q);
    }}
    const uint32_t* filter = weights;
    const int32_t* finish = ends;
    for (int32_t o = 0; o < shape->output_c; o += 2, filter += 2 * shape->words, finish += 6) {{
      int32_t sums[4];
      int8_t* const to = output + p * shape->output_c + o;
      {0}_multiply(patch, filter, shape->words, sums);
      for (int32_t f = 0; f < 2 && o + f < shape->output_c; ++f) {{
        for (int32_t q = 0; q < live; ++q) {{
          const int32_t sum = {2}sums[2 * q + f] - {3} * totals[q] + finish[3 * f];
          to[q * shape->output_c + f] =
              mote_requantize_s8(sum, finish[3 * f + 1], finish[3 * f + 2], shape->output_offset, activation);
        }}
      }}
    }}
  }}
}}
)";

struct Problem {
  Packing packing;
  WindowedLayer layer;

  std::int64_t words() const { return (layer.depth() + 2 * packing.pairs() - 1) / (2 * packing.pairs()); }
  std::int64_t filters() const { return (layer.common.channels + 1) / 2 * 2; }
  std::int64_t patch_bytes() const { return 8 * packing.pairs() * words(); }
};

std::optional<Problem> problem_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp) return std::nullopt;
  const std::optional<WindowedLayer> windowed = windowed_layer(layer);
  const WeightPacking* packing = windowed ? weight_packing(layer.input(1).type) : nullptr;
  if (packing == nullptr) return std::nullopt;
  return Problem{{*packing}, *windowed};
}

// Sums of u·x and of x stay in int32.
bool is_exact(const Problem& problem) {
  return problem.layer.depth() < (std::int64_t{1} << 31) / (16 * 128);
}

std::string core_name(const Packing& packing) {
  return fmt::format("mote_narrow_{}", packing.name);
}

std::string pair_line(const std::string& name, const Packing& packing, std::int32_t k) {
  const auto part = [&](const char* word) {
    return k == 0 ? fmt::format("{} & mask", word) : fmt::format("(({} >> {}) & mask)", word, k * packing.bits);
  };
  return fmt::format(
      "    {{\n"
      "      const uint32_t u0 = {1};\n"
      "      const uint32_t u1 = {2};\n"
      "      sum00 = {0}_smlad(patch[{3}], u0, sum00);\n"
      "      sum01 = {0}_smlad(patch[{3}], u1, sum01);\n"
      "      sum10 = {0}_smlad(patch[{4}], u0, sum10);\n"
      "      sum11 = {0}_smlad(patch[{4}], u1, sum11);\n"
      "    }}\n",
      name, part("w0"), part("w1"), 2 * k, 2 * k + 1);
}

Core core_of(const Packing& packing) {
  const std::string name = core_name(packing);
  std::string pairs;
  for (std::int32_t k = 0; k < packing.pairs(); ++k) pairs += pair_line(name, packing, k);
  Core core;
  core.name = name;
  core.header = fmt::format(fmt::runtime(kHeader), name);
  core.source =
      fmt::format("#include \"{}.h\"\n\n#include \"mote/runtime/requantize.h\"\n\n", name) +
      with_fallback(fmt::format(fmt::runtime(kIntrinsics), name), fmt::format(fmt::runtime(kFallback), name)) +
      fmt::format(fmt::runtime(kPut), name) + gather_text(name, "mote_narrow_shape", "uint32_t") +
      fmt::format(fmt::runtime(kProducts), name, packing.mask(),
                  packing.scale == 1 ? "" : fmt::format("{} * ", packing.scale), packing.excess, 2 * packing.pairs(),
                  pairs);
  return core;
}

std::uint32_t stored(std::int8_t weight, const Packing& packing) {
  return static_cast<std::uint32_t>((weight + packing.excess) / packing.scale);
}

// Word by word, two filters in turn; weights beyond the depth and a filter beyond the last meet zeros or are not used.
std::vector<std::uint32_t> weight_words(const Layer& layer, const Problem& problem) {
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const Packing& packing = problem.packing;
  const std::int64_t depth = problem.layer.depth();
  std::vector<std::uint32_t> words(static_cast<std::size_t>(problem.filters() * problem.words()), 0);
  for (std::int64_t filter = 0; filter < problem.layer.common.channels; ++filter) {
    for (std::int64_t i = 0; i < depth; ++i) {
      const std::int64_t word = (filter / 2 * problem.words() + i / (2 * packing.pairs())) * 2 + filter % 2;
      const std::int64_t pair = i / 2 % packing.pairs();
      const std::int64_t shift = pair * packing.bits + (i % 2) * 16;
      words[static_cast<std::size_t>(word)] |= stored(weights[static_cast<std::size_t>(filter * depth + i)], packing)
                                               << shift;
    }
  }
  return words;
}

// A reached position costs its gather; a block of two positions and two filters its words and its end.
std::int64_t instructions(const Problem& problem) {
  constexpr double kPerValue = 7.9;
  constexpr double kPerRun = 129;
  constexpr double kPerPatchWord = 3;
  constexpr double kPerEnd = 31.5;
  constexpr double kPerFilters = 143;
  const auto positions = static_cast<double>(problem.layer.positions());
  const std::int64_t position_pairs = (problem.layer.positions() + 1) / 2;
  const std::int64_t filter_pairs = problem.filters() / 2;
  const std::int64_t patch_words = problem.patch_bytes() / 4;
  const auto blocks = static_cast<double>(position_pairs);
  const double gather =
      kPerValue * static_cast<double>(problem.layer.depth()) + kPerRun * static_cast<double>(problem.layer.runs());
  const double word = 7.0 * problem.packing.pairs() + 6.8;
  const double filters =
      static_cast<double>(filter_pairs) * (word * static_cast<double>(problem.words()) + kPerFilters);
  const double ends = kPerEnd * positions * problem.layer.common.channels;
  return static_cast<std::int64_t>(60 + positions * gather + blocks * filters + ends +
                                   kPerPatchWord * static_cast<double>(patch_words));
}

std::string shape_text(const Problem& problem, const std::string& symbol) {
  const WeightedLayer& common = problem.layer.common;
  return fmt::format("static const mote_narrow_shape {}_shape = {{{}, {}, {}, {}, {}, {}, {}, {}}};\n", symbol,
                     window_text(problem.layer.window), problem.layer.input_c, common.channels, problem.words(),
                     -common.input_offset, common.output_offset, common.activation.min, common.activation.max);
}

class NarrowFiltersGenerator final : public Generator {
 public:
  bool packs_weights() const override { return true; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Problem> problem = problem_of(layer);
    if (!problem || !is_exact(*problem)) return {};
    plan::KernelOption option;
    option.name = fmt::format("narrow_{}", problem->packing.name);
    option.inputs = {plan::Layout::kNhwc};
    option.scratch_bytes = problem->patch_bytes();
    option.flash_bytes = kCallBytes + kShapeBytes + kEndBytes * problem->filters() +
                         4 * problem->filters() * problem->words() - layer.input(1).stored_bytes();
    if (layer.node.inputs.size() > 2) option.flash_bytes -= layer.input(2).stored_bytes();
    option.cores = {core_name(problem->packing)};
    option.core_flash_bytes = kCoreBytes + kPairBytes * problem->packing.pairs();
    option.instructions = instructions(*problem);
    option.reason = "weights stay packed, one AND for two of them";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Problem problem = *problem_of(layer);
    const std::string& symbol = call.symbol;
    LayerText result;
    result.cores = {core_of(problem.packing)};
    result.text = c_words(symbol + "_weights", weight_words(layer, problem)) +
                  fmt::format("static const int32_t {}_ends[] = {{\n{}}};\n", symbol,
                              number_list(filter_ends(layer, problem.layer, problem.filters()))) +
                  shape_text(problem, symbol) +
                  fmt::format(
                      "static void {0}(uint8_t* arena) {{\n"
                      "  {1}((const int8_t*)arena + {2}, {0}_weights, {0}_ends, (int8_t*)arena + {3},\n"
                      "      (uint32_t*)(void*)(arena + {4}), &{0}_shape);\n}}\n",
                      symbol, core_name(problem.packing), call.inputs[0].offset_bytes, call.output.offset_bytes,
                      call.scratch_offset_bytes);
    return result;
  }
};

}  // namespace

const Generator& narrow_filters_generator() {
  static const NarrowFiltersGenerator generator;
  return generator;
}

}  // namespace mote::codegen
