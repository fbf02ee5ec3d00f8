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
#include "../windowed_layer.h"
#include "mote/plan/coded_weights.h"
#include "mote/runtime/coding.h"

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

// {0} name.
constexpr std::string_view kPut = R"(
/* Puts `count` values, `step` apart, into every fourth byte of the patch, from place `index` on. */
static int32_t {0}_put(const int8_t* from, int32_t step, int32_t count, int32_t index, int8_t* patch) {{
  for (int8_t* to = patch + 4 * index; count > 0; --count, from += step, to += 4) *to = *from;
  return 0;
}}
)";

// {0} name, {1} the loop over entries.
constexpr std::string_view kProducts = R"(
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
      (void){0}_gather(shape, input, (p + q) / w->output_w, (p + q) % w->output_w, (int8_t*)patch + q);
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
  const Reader* reader;
  std::shared_ptr<const plan::CodedWeights> coded;
  WindowedLayer layer;
};

const Reader* reader_of(std::int32_t coding) {
  for (const Reader& reader : kReaders) {
    if (reader.coding == coding) return &reader;
  }
  return nullptr;
}

std::optional<Problem> problem_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp) return std::nullopt;
  const std::optional<WindowedLayer> windowed = windowed_layer(layer);
  if (!windowed) return std::nullopt;
  const auto coded = plan::coded_weights(layer.input(1), plan::ZeroWeights::kMayBeLeftOut);
  const Reader* reader = coded ? reader_of(coded->coding) : nullptr;
  if (reader == nullptr) return std::nullopt;
  return Problem{reader, coded, *windowed};
}

Core core_of(const Reader& reader) {
  const std::string name = reader.core;
  Core core;
  core.name = name;
  core.header = fmt::format(fmt::runtime(kHeader), name);
  core.source =
      fmt::format("#include \"{}.h\"\n\n#include \"mote/runtime/requantize.h\"\n\n", name) +
      with_fallback(fmt::format(fmt::runtime(kIntrinsics), name), fmt::format(fmt::runtime(kFallback), name)) +
      fmt::format(fmt::runtime(kPut), name) + gather_text(name, "mote_sparse_shape", "int8_t") +
      fmt::format(fmt::runtime(kProducts), name, fmt::format(fmt::runtime(reader.loop), name));
  return core;
}

// Entries by the size of the table, which is what the counts and the coding make of them.
double entries_of(const Problem& problem) {
  const double bytes = static_cast<double>(problem.coded->bytes.size()) - 2.0 * problem.layer.common.channels;
  if (problem.reader->coding == MOTE_CODING_SPARSE_S8) return bytes / 1.5;
  return problem.reader->coding == MOTE_CODING_SPARSE_S8_FAR ? bytes / 2 : bytes;
}

std::int64_t instructions(const Problem& problem) {
  constexpr double kPerValue = 5;
  constexpr double kPerRun = 110;
  constexpr double kPerFilter = 60;
  constexpr double kPerEnd = 41;
  const auto positions = static_cast<double>(problem.layer.positions());
  const std::int64_t whole_blocks = (problem.layer.positions() + kPositions - 1) / kPositions;
  const auto blocks = static_cast<double>(whole_blocks);
  const double gather =
      kPerValue * static_cast<double>(problem.layer.depth()) + kPerRun * static_cast<double>(problem.layer.runs());
  const double filters =
      problem.reader->entry_instructions * entries_of(problem) + kPerFilter * problem.layer.common.channels;
  return static_cast<std::int64_t>(60 + positions * (gather + kPerEnd * problem.layer.common.channels) +
                                   blocks * filters);
}

std::string shape_text(const Problem& problem, const std::string& symbol) {
  const WeightedLayer& common = problem.layer.common;
  return fmt::format("static const mote_sparse_shape {}_shape = {{{}, {}, {}, {}, {}, {}, {}}};\n", symbol,
                     window_text(problem.layer.window), problem.layer.input_c, common.channels, -common.input_offset,
                     common.output_offset, common.activation.min, common.activation.max);
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
    option.scratch_bytes = 4 * problem->layer.depth();
    option.flash_bytes = kCallBytes + kShapeBytes + kEndBytes * problem->layer.common.channels +
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
    result.text = fmt::format("static const uint8_t {}_weights[] = {{\n{}}};\n", symbol, number_list(bytes)) +
                  fmt::format("static const int32_t {}_ends[] = {{\n{}}};\n", symbol,
                              number_list(filter_ends(layer, problem.layer, problem.layer.common.channels))) +
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
