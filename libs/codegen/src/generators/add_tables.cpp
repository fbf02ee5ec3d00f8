// The sum of two tensors by two tables of 256 scaled operands: what an operand becomes depends on its byte alone. Then
// four instructions make the output of the sum: SMMLAR, ADD with the sign, ADD, USAT or SSAT with shift. Planes with
// the bytes between them, or NHWC: neither order matters.
//
// Registers (C, but for SMMLAR and the saturation): both inputs, output, tables, constants; four elements a turn.
//
// Proof: the tables are made by the runtime's own arithmetic on all 256 values; the end is that of add_layer.h.
#include <fmt/format.h>

#include <array>

#include "../add_layer.h"
#include "../c_text.h"

namespace mote::codegen {
namespace {

constexpr std::int32_t kValues = 256;
// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kLayerBytes = 2 * kValues * 4 + 44;
constexpr std::int64_t kCoreBytes = 288;
constexpr std::int64_t kCallInstructions = 36;
constexpr std::int64_t kFourInstructions = 45;
constexpr std::int64_t kOneInstructions = 12;

constexpr std::string_view kHeader = R"(#include <stdint.h>

typedef struct @NAME@_layer {
  const int32_t* first; /* scaled operands by byte */
  const int32_t* second;
  int32_t count;
  int32_t multiplier;
  int32_t addend;
} @NAME@_layer;

void @NAME@(const @NAME@_layer* layer, const uint8_t* first, const uint8_t* second, uint8_t* output);
)";

constexpr std::string_view kSource = R"(#include "@NAME@.h"

#if defined(__ARM_FEATURE_DSP) && !defined(MOTE_PORTABLE)
static inline uint8_t @NAME@_finish(int32_t sum, int32_t doubled, int32_t addend) {
  int32_t high;
  int32_t output;
  __asm__("smmlar %0, %1, %2, %1" : "=r"(high) : "r"(sum), "r"(doubled));
  high += high >> 31;
  high += addend;
  __asm__("@SAT@ %0, #8, %1, asr #@SHIFT@" : "=r"(output) : "r"(high));
  return (uint8_t)output;
}
#else
static inline uint8_t @NAME@_finish(int32_t sum, int32_t doubled, int32_t addend) {
  const int64_t product = (int64_t)sum * doubled + ((int64_t)sum * 4294967296) + 2147483648;
  int32_t high = (int32_t)(product >> 32);
  high += high >> 31;
  high = (high + addend) >> @SHIFT@;
  return (uint8_t)(high < @LOW@ ? @LOW@ : high > @HIGH@ ? @HIGH@ : high);
}
#endif

void @NAME@(const @NAME@_layer* layer, const uint8_t* first, const uint8_t* second, uint8_t* output) {
  const int32_t* const a = layer->first;
  const int32_t* const b = layer->second;
  const int32_t doubled = (int32_t)((uint32_t)layer->multiplier * 2u);
  const int32_t addend = layer->addend;
  int32_t count = layer->count;
  for (; count >= 4; count -= 4, first += 4, second += 4, output += 4) {
    output[0] = @NAME@_finish(a[first[0]] + b[second[0]], doubled, addend);
    output[1] = @NAME@_finish(a[first[1]] + b[second[1]], doubled, addend);
    output[2] = @NAME@_finish(a[first[2]] + b[second[2]], doubled, addend);
    output[3] = @NAME@_finish(a[first[3]] + b[second[3]], doubled, addend);
  }
  for (; count > 0; --count) *output++ = @NAME@_finish(a[*first++] + b[*second++], doubled, addend);
}
)";

// What a stored byte means.
std::int32_t value_of(std::int32_t byte, plan::Layout layout) {
  return layout == plan::Layout::kPlanes ? byte - 128 : static_cast<std::int8_t>(byte);
}

std::vector<std::int32_t> operand_table(std::int32_t offset, const mote_scaling& scaling, plan::Layout layout) {
  std::vector<std::int32_t> table;
  for (std::int32_t byte = 0; byte < kValues; ++byte) {
    table.push_back(scaled_operand(value_of(byte, layout), offset, scaling));
  }
  return table;
}

std::string name_of(const mote_add_s8_params& params, plan::Layout layout) {
  return fmt::format("mote_add_{}_q{}", layout == plan::Layout::kPlanes ? "planes" : "nhwc", -params.output.shift);
}

std::string filled(std::string_view text, const mote_add_s8_params& params, plan::Layout layout) {
  const bool planes = layout == plan::Layout::kPlanes;
  const std::array<std::array<std::string, 2>, 5> replacements{{{"@NAME@", name_of(params, layout)},
                                                                {"@SAT@", planes ? "usat" : "ssat"},
                                                                {"@SHIFT@", std::to_string(-params.output.shift)},
                                                                {"@LOW@", planes ? "0" : "-128"},
                                                                {"@HIGH@", planes ? "255" : "127"}}};
  std::string result(text);
  for (const auto& [what, with] : replacements) {
    for (std::size_t at = result.find(what); at != std::string::npos; at = result.find(what, at + with.size()))
      result.replace(at, what.size(), with);
  }
  return result;
}

class AddTables : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const mote_add_s8_params* params = exact_add(layer);
    if (params == nullptr) return {};
    std::vector<plan::KernelOption> options;
    for (const plan::Layout layout : {plan::Layout::kPlanes, plan::Layout::kNhwc}) {
      const std::int64_t count = plan::stored_bytes(layer.output(), layout);
      plan::KernelOption option;
      option.name = name_of(*params, layout);
      option.inputs = {layout, layout};
      option.output = layout;
      option.overlaps = {{0, 0, 4}, {1, 0, 4}};
      option.flash_bytes = kLayerBytes;
      option.cores = {option.name};
      option.core_flash_bytes = kCoreBytes;
      option.instructions = kCallInstructions + count / 4 * kFourInstructions + count % 4 * kOneInstructions;
      option.reason = "operands scaled by table";
      options.push_back(std::move(option));
    }
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const mote_add_s8_params& p = *exact_add(layer);
    const plan::Layout layout = call.output.layout;
    const std::string name = name_of(p, layout);
    const std::string text = fmt::format(
        "static const int32_t {0}_first[256] = {{\n{1}}};\n\nstatic const int32_t {0}_second[256] = {{\n{2}}};\n\n"
        "static const {3}_layer {0}_layer = {{{0}_first, {0}_second, {4}, {5}, {6}}};\n\n"
        "static void {0}(uint8_t* arena) {{\n  {3}(&{0}_layer, arena + {7}, arena + {8}, arena + {9});\n}}\n",
        call.symbol, number_list(operand_table(p.input1_offset, p.input1, layout)),
        number_list(operand_table(p.input2_offset, p.input2, layout)), name, plan::stored_bytes(layer.output(), layout),
        p.output.multiplier, add_end_addend(p, layout), call.inputs[0].offset_bytes, call.inputs[1].offset_bytes,
        call.output.offset_bytes);
    return {text, {{name, filled(kHeader, p, layout), filled(kSource, p, layout)}}};
  }
};

}  // namespace

const Generator& add_tables_generator() {
  static const AddTables generator;
  return generator;
}

}  // namespace mote::codegen
