// Convolutions and dense layers whose weights are stored without their zeros (kArmDsp). NHWC in and out; the table is
// the runtime's (runtime/coding.h, sparse codings), decoded as it is read.
//
// Four positions are gathered side by side, a word for each input of the window with a byte of each position: an entry
// of the table is decoded once and multiplied with one word. An entry costs its decoding (4 to 5), LDR, 2 SXTB16 and 4
// SMLAxy for 4 products.
//
// Exactness: the products that are left out are zero; the input's offset is part of the bias; the end is the runtime's
// own requantization.
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "../c_text.h"
#include "../generator.h"
#include "mote/plan/coded_weights.h"
#include "mote/runtime/coding.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_s8.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kName = "sparse_filters";
constexpr std::int64_t kPositions = 4;
constexpr std::int64_t kCallBytes = 40;
constexpr std::int64_t kShapeBytes = 72;
constexpr std::int64_t kEndBytes = 12;  // of a filter

constexpr std::string_view kHeader = R"(#include "mote/runtime/types.h"

#ifndef MOTE_SPARSE_SHAPE
#define MOTE_SPARSE_SHAPE
typedef struct mote_sparse_shape {{
  mote_window window;
  int32_t input_c, output_c;
  int32_t zero; /* point of the input */
  int32_t output_offset, least, greatest;
}} mote_sparse_shape;
#endif

/* weights: filters as runtime/coding.h has them; ends: bias, multiplier and shift of each filter; patch: a word for each
 * input of the window. */
void {0}(const int8_t* input, const uint8_t* weights, const int32_t* ends, int8_t* output, uint32_t* patch,
    const mote_sparse_shape* shape);
)";

constexpr std::string_view kIntrinsics = R"(#include <arm_acle.h>
#define {0}_even(x) ((uint32_t)__sxtb16((int8x4_t)(x)))
#define {0}_odd(x) {0}_even((x) >> 8)
#define {0}_low(v, x, sum) __smlabb((v), (int32_t)(x), (sum))
#define {0}_high(v, x, sum) __smlabt((v), (int32_t)(x), (sum))
)";

constexpr std::string_view kFallback = R"(#define {0}_even(x) \
  (((uint32_t)(int8_t)(uint8_t)(x) & 0xffffu) | (uint32_t)(int8_t)(uint8_t)((x) >> 16) << 16)
#define {0}_odd(x) {0}_even((x) >> 8)
#define {0}_low(v, x, sum) ((sum) + (v) * (int16_t)(uint16_t)(x))
#define {0}_high(v, x, sum) ((sum) + (v) * (int16_t)(uint16_t)((x) >> 16))
)";

// {0} name, {1} the loop over entries.
constexpr std::string_view kSource = R"(
/* Puts `count` values, `step` apart, into every fourth byte from `to` on. */
static int8_t* {0}_put(const int8_t* from, int32_t step, int32_t count, int8_t* to) {{
  for (; count > 0; --count, from += step, to += 4) *to = *from;
  return to;
}}

/* The window of output position (y, x) into every fourth byte from `to` on. */
static void {0}_gather(const mote_sparse_shape* shape, const int8_t* input, int32_t y, int32_t x, int8_t* to) {{
  const mote_window* const w = &shape->window;
  const int8_t zero = (int8_t)shape->zero;
  const int32_t run = w->dilation_w == 1 ? w->kernel_w : 1;
  const int32_t left = x * w->stride_w - w->pad_left;
  for (int32_t i = 0; i < w->kernel_h; ++i) {{
    const int32_t row = y * w->stride_h - w->pad_top + i * w->dilation_h;
    for (int32_t j = 0; j < w->kernel_w; j += run) {{
      const int32_t column = left + j * w->dilation_w;
      const int inside = row >= 0 && row < w->input_h;
      const int32_t before = column >= 0 ? 0 : (-column < run ? -column : run);
      const int32_t over = column + run - w->input_w;
      const int32_t after = over <= 0 ? 0 : (over < run ? over : run);
      const int32_t first = inside ? before : run;
      const int32_t counts[3] = {{first, inside ? run - before - after : 0, inside ? after : 0}};
      for (int32_t part = 0; part < 3; ++part) {{
        const int8_t* const cell = input + (row * w->input_w + column + before) * shape->input_c;
        if (counts[part] <= 0) continue;
        to = {0}_put(part == 1 ? cell : &zero, part == 1 ? 1 : 0, counts[part] * shape->input_c, to);
      }}
    }}
  }}
}}

#define {0}_ENTRY(gap, value) \
  do {{ \
    const int32_t v = (value); \
    uint32_t x; \
    at += (gap); \
    x = *at; \
    sum0 = {0}_low(v, {0}_even(x), sum0); \
    sum1 = {0}_low(v, {0}_odd(x), sum1); \
    sum2 = {0}_high(v, {0}_even(x), sum2); \
    sum3 = {0}_high(v, {0}_odd(x), sum3); \
  }} while (0)

/* Adds one filter's products to the sums of the four positions; returns the next filter. */
static const uint8_t* {0}_multiply(const uint32_t* at, const uint8_t* weights, int32_t* sums) {{
  int32_t entries = weights[0] | weights[1] << 8;
  int32_t sum0 = sums[0];
  int32_t sum1 = sums[1];
  int32_t sum2 = sums[2];
  int32_t sum3 = sums[3];
  weights += 2;
{1}  sums[0] = sum0;
  sums[1] = sum1;
  sums[2] = sum2;
  sums[3] = sum3;
  return weights;
}}

void {0}(const int8_t* input, const uint8_t* weights, const int32_t* ends, int8_t* output, uint32_t* patch,
    const mote_sparse_shape* shape) {{
  const mote_window* const w = &shape->window;
  const mote_activation activation = {{shape->least, shape->greatest}};
  const int32_t positions = w->output_h * w->output_w;
  for (int32_t p = 0; p < positions; p += 4) {{
    const int32_t live = positions - p < 4 ? positions - p : 4;
    const uint8_t* filter = weights;
    const int32_t* finish = ends;
    for (int32_t q = 0; q < live; ++q) {{
      {0}_gather(shape, input, (p + q) / w->output_w, (p + q) % w->output_w, (int8_t*)patch + q);
    }}
    for (int32_t o = 0; o < shape->output_c; ++o, finish += 3) {{
      int32_t sums[4] = {{finish[0], finish[0], finish[0], finish[0]}};
      int8_t* const to = output + p * shape->output_c + o;
      filter = {0}_multiply(patch, filter, sums);
      for (int32_t q = 0; q < live; ++q) {{
        to[q * shape->output_c] = mote_requantize_s8(sums[q], finish[1], finish[2], shape->output_offset, activation);
      }}
    }}
  }}
}}
)";

struct Reader {
  std::int32_t coding;
  const char* core;
  const char* loop;           // {0}: name
  double entry_instructions;  // of four products
  std::int64_t core_bytes;
};

constexpr Reader kReaders[] = {
    {MOTE_CODING_SPARSE_S8, "mote_sparse_s8",
     "  for (; entries > 0; entries -= 2, weights += 3) {{\n"
     "    const uint32_t gaps = weights[0];\n"
     "    {0}_ENTRY(gaps & 15u, (int8_t)weights[1]);\n"
     "    {0}_ENTRY(gaps >> 4, (int8_t)weights[2]);\n"
     "  }}\n",
     13.5, 880},
    {MOTE_CODING_SPARSE_S8_FAR, "mote_sparse_s8_far",
     "  for (; entries > 0; --entries, weights += 2) {0}_ENTRY(weights[0], (int8_t)weights[1]);\n", 14, 830},
    {MOTE_CODING_SPARSE_S4, "mote_sparse_s4",
     "  for (; entries > 0; --entries, ++weights) {{\n"
     "    {0}_ENTRY(*weights >> 4, (int8_t)(uint8_t)(*weights << 4) >> 4);\n"
     "  }}\n",
     14.5, 792},
};

struct Problem {
  const Reader* reader = nullptr;
  std::shared_ptr<const plan::CodedWeights> coded;
  mote_window window{};
  std::int32_t input_c = 0;
  std::int32_t output_c = 0;
  std::int32_t input_offset = 0;
  std::int32_t output_offset = 0;
  mote_activation activation{};
  mote_channel_scaling scaling{};

  std::int64_t depth() const { return std::int64_t{window.kernel_h} * window.kernel_w * input_c; }
  std::int64_t positions() const { return std::int64_t{window.output_h} * window.output_w; }
};

const Reader* reader_of(std::int32_t coding) {
  for (const Reader& reader : kReaders) {
    if (reader.coding == coding) return &reader;
  }
  return nullptr;
}

// Window and numbers; nothing for a layer of another kind.
std::optional<Problem> plain_problem(const Layer& layer) {
  if (layer.call.op == &mote_conv2d_s8_op) {
    const auto& p = layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
    return Problem{nullptr,        nullptr,         p.window,     p.input_c, p.output_c,
                   p.input_offset, p.output_offset, p.activation, p.scaling};
  }
  if (layer.call.op != &mote_dense_s8_op) return std::nullopt;
  const auto& p = layer.call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op);
  if (p.rows != 1) return std::nullopt;
  return Problem{nullptr,         nullptr,      {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0},
                 p.inputs,        p.outputs,    p.input_offset,
                 p.output_offset, p.activation, p.scaling};
}

std::optional<Problem> problem_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp) return std::nullopt;
  std::optional<Problem> problem = plain_problem(layer);
  if (!problem) return std::nullopt;
  problem->coded = plan::coded_weights(layer.input(1), plan::ZeroWeights::kMayBeLeftOut);
  problem->reader = problem->coded ? reader_of(problem->coded->coding) : nullptr;
  return problem->reader == nullptr ? std::nullopt : problem;
}

Core core_of(const Reader& reader) {
  const std::string name = reader.core;
  Core core;
  core.name = name;
  core.header = fmt::format(fmt::runtime(kHeader), name);
  core.source =
      fmt::format("#include \"{}.h\"\n\n#include \"mote/runtime/requantize.h\"\n\n", name) +
      with_fallback(fmt::format(fmt::runtime(kIntrinsics), name), fmt::format(fmt::runtime(kFallback), name)) +
      fmt::format(fmt::runtime(kSource), name, fmt::format(fmt::runtime(reader.loop), name));
  return core;
}

std::vector<std::int32_t> end_numbers(const Layer& layer, const Problem& problem) {
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const auto depth = static_cast<std::size_t>(problem.depth());
  std::vector<std::int32_t> numbers;
  for (std::int32_t filter = 0; filter < problem.output_c; ++filter) {
    const auto at = static_cast<std::size_t>(filter);
    std::int64_t bias = layer.node.inputs.size() > 2 ? graph::values<std::int32_t>(layer.input(2))[at] : 0;
    for (std::size_t i = 0; i < depth; ++i) bias += std::int64_t{problem.input_offset} * weights[at * depth + i];
    const std::int32_t factor = problem.scaling.count == 1 ? 0 : filter;
    numbers.push_back(static_cast<std::int32_t>(bias));
    numbers.push_back(problem.scaling.multipliers[factor]);
    numbers.push_back(problem.scaling.shifts[factor]);
  }
  return numbers;
}

// Entries by the size of the table, which is what the counts and the coding make of them.
double entries_of(const Problem& problem) {
  const double bytes = static_cast<double>(problem.coded->bytes.size()) - 2.0 * problem.output_c;
  if (problem.reader->coding == MOTE_CODING_SPARSE_S8) return bytes / 1.5;
  return problem.reader->coding == MOTE_CODING_SPARSE_S8_FAR ? bytes / 2 : bytes;
}

std::int64_t instructions(const Problem& problem) {
  constexpr double kPerValue = 5;
  constexpr double kPerRun = 98;
  constexpr double kPerFilter = 60;
  constexpr double kPerEnd = 41;
  const mote_window& w = problem.window;
  const std::int64_t runs = std::int64_t{w.kernel_h} * (w.dilation_w == 1 ? 1 : w.kernel_w);
  const auto positions = static_cast<double>(problem.positions());
  const std::int64_t whole_blocks = (problem.positions() + kPositions - 1) / kPositions;
  const auto blocks = static_cast<double>(whole_blocks);
  const double gather = kPerValue * static_cast<double>(problem.depth()) + kPerRun * static_cast<double>(runs);
  const double filters = problem.reader->entry_instructions * entries_of(problem) + kPerFilter * problem.output_c;
  return static_cast<std::int64_t>(60 + positions * (gather + kPerEnd * problem.output_c) + blocks * filters);
}

std::string shape_text(const Problem& problem, const std::string& symbol) {
  const mote_window& w = problem.window;
  return fmt::format(
      "static const mote_sparse_shape {}_shape = {{{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}, {}, {}, {}, {}, "
      "{}, {}}};\n",
      symbol, w.input_h, w.input_w, w.output_h, w.output_w, w.kernel_h, w.kernel_w, w.stride_h, w.stride_w,
      w.dilation_h, w.dilation_w, w.pad_top, w.pad_left, problem.input_c, problem.output_c, -problem.input_offset,
      problem.output_offset, problem.activation.min, problem.activation.max);
}

class SparseFiltersGenerator final : public Generator {
 public:
  bool packs_weights() const override { return true; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Problem> problem = problem_of(layer);
    if (!problem) return {};
    plan::KernelOption option;
    option.name = kName;
    option.inputs = {plan::Layout::kNhwc};
    option.scratch_bytes = 4 * problem->depth();
    option.flash_bytes = kCallBytes + kShapeBytes + kEndBytes * problem->output_c +
                         static_cast<std::int64_t>(problem->coded->bytes.size()) - layer.input(1).stored_bytes();
    if (layer.node.inputs.size() > 2) option.flash_bytes -= layer.input(2).stored_bytes();
    option.cores = {problem->reader->core};
    option.core_flash_bytes = problem->reader->core_bytes;
    option.instructions = instructions(*problem);
    option.reason = "weights without their zeros, four positions a decoding";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Problem problem = *problem_of(layer);
    const std::string& symbol = call.symbol;
    const std::vector<std::int32_t> bytes(problem.coded->bytes.begin(), problem.coded->bytes.end());
    LayerText result;
    result.cores = {core_of(*problem.reader)};
    result.text =
        fmt::format("static const uint8_t {}_weights[] = {{\n{}}};\n", symbol, number_list(bytes)) +
        fmt::format("static const int32_t {}_ends[] = {{\n{}}};\n", symbol, number_list(end_numbers(layer, problem))) +
        shape_text(problem, symbol) +
        fmt::format(
            "static void {0}(uint8_t* arena) {{\n"
            "  {1}((const int8_t*)arena + {2}, {0}_weights, {0}_ends, (int8_t*)arena + {3},\n"
            "      (uint32_t*)(void*)(arena + {4}), &{0}_shape);\n}}\n",
            symbol, problem.reader->core, call.inputs[0].offset_bytes, call.output.offset_bytes,
            call.scratch_offset_bytes);
    return result;
  }
};

}  // namespace

const Generator& sparse_filters_generator() {
  static const SparseFiltersGenerator generator;
  return generator;
}

}  // namespace mote::codegen
