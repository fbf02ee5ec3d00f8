// The sum of two tensors with each operand scaled where it is met (kArmDsp): no tables, so that a layer is its loop
// alone. Planes with the bytes between them, or NHWC: neither order matters.
//
// Constants of the layer are in the code. Registers (C, but for SMMLAR and the saturation): three places, the factors,
// two operands.
//
// Proof: the operand (x + offset)·2^20 is below 2^28, so that add_layer.h's SMMLAR holds for it with M in [2^30, 2^31);
// for M = 2^30 the product is (x + offset)·2^19 exactly. A right shift r of an operand rounds as the end does; r = 0
// has nothing to round.
#include <fmt/format.h>

#include "../add_layer.h"
#include "../c_text.h"

namespace mote::codegen {
namespace {

using plan::Layout;

constexpr std::int32_t kHalf = 1 << 30;  // the multiplier of 1/2
// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kLayerBytes = 92;
constexpr std::int64_t kCallInstructions = 24;
constexpr std::int64_t kElementInstructions = 15;

struct Cost {
  std::int64_t instructions = 0;
  std::int64_t bytes = 0;
};

bool fits(const mote_scaling& scaling) {
  return scaling.multiplier >= kHalf && scaling.shift <= 0 && scaling.shift >= -21;
}

const mote_add_s8_params* params_of(const Layer& layer) {
  const mote_add_s8_params* params = exact_add(layer);
  return params != nullptr && fits(params->input1) && fits(params->input2) ? params : nullptr;
}

// Of an operand, beside what any has.
Cost operand_cost(const mote_scaling& scaling) {
  Cost cost;
  if (scaling.multiplier != kHalf) cost = {1, 12};
  if (scaling.shift < 0) cost = {cost.instructions + 2, cost.bytes + 12};
  return cost;
}

std::int32_t doubled(const mote_scaling& scaling) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(scaling.multiplier) * 2U);
}

// Statements that scale the operand `name`.
std::string operand_text(const std::string& symbol, char name, std::int32_t offset, const mote_scaling& scaling) {
  std::string text;
  if (scaling.multiplier == kHalf) {
    text += fmt::format("  {0} = ({0} + {1}) * {2};\n", name, offset, 1 << (MOTE_ADD_S8_LEFT_SHIFT - 1));
  } else {
    text += fmt::format("  {0} = {1}_scale(({0} + {2}) * {3}, {4});\n", name, symbol, offset,
                        1 << MOTE_ADD_S8_LEFT_SHIFT, doubled(scaling));
  }
  if (scaling.shift == 0) return text;
  const std::int32_t right = -scaling.shift;
  return text + fmt::format("  {0} = ({0} + ({0} >> 31) + {1}) >> {2};\n", name, 1 << (right - 1), right);
}

std::string end_text(const mote_add_s8_params& params, Layout layout, const std::string& symbol) {
  const bool is_planes = layout == Layout::kPlanes;
  const std::int32_t right = -params.output.shift;
  const std::string scale = "static inline int32_t " + symbol + "_scale(int32_t value, int32_t doubled) {\n";
  const std::string saturate = "static inline uint8_t " + symbol + "_byte(int32_t value) {\n";
  const std::string intrinsics =
      scale +
      "  int32_t result;\n"
      "  __asm__(\"smmlar %0, %1, %2, %1\" : \"=r\"(result) : \"r\"(value), \"r\"(doubled));\n"
      "  return result;\n}\n" +
      saturate +
      fmt::format(
          "  int32_t result;\n"
          "  __asm__(\"{} %0, #8, %1, asr #{}\" : \"=r\"(result) : \"r\"(value));\n"
          "  return (uint8_t)result;\n}}\n",
          is_planes ? "usat" : "ssat", right);
  const std::string fallback =
      scale +
      "  const int64_t product = (int64_t)value * doubled + (int64_t)value * 4294967296 + 2147483648;\n"
      "  return (int32_t)(product >> 32);\n}\n" +
      saturate +
      fmt::format("  value >>= {0};\n  return (uint8_t)(value < {1} ? {1} : value > {2} ? {2} : value);\n}}\n", right,
                  is_planes ? 0 : -128, is_planes ? 255 : 127);
  return with_fallback(intrinsics, fallback);
}

std::string text_of(const Layer& layer, const LayerCall& call) {
  const mote_add_s8_params& p = *params_of(layer);
  const Layout layout = call.output.layout;
  const bool is_planes = layout == Layout::kPlanes;
  const std::int32_t stored = is_planes ? -128 : 0;  // the int8 value of a byte less the byte
  std::string text = end_text(p, layout, call.symbol);
  text += fmt::format("static inline uint8_t {}_sum(int32_t a, int32_t b) {{\n  int32_t sum;\n", call.symbol);
  text += operand_text(call.symbol, 'a', p.input1_offset + stored, p.input1);
  text += operand_text(call.symbol, 'b', p.input2_offset + stored, p.input2);
  text += fmt::format("  sum = {0}_scale(a + b, {1});\n  return {0}_byte(sum + (sum >> 31) + {2});\n}}\n", call.symbol,
                      doubled(p.output), add_end_addend(p, layout));
  return text + fmt::format(
                    "static void {0}(uint8_t* arena) {{\n"
                    "  const {1}* a = (const {1}*)(arena + {2});\n"
                    "  const {1}* b = (const {1}*)(arena + {3});\n"
                    "  uint8_t* to = arena + {4};\n"
                    "  uint8_t* const end = to + {5};\n"
                    "  while (to != end) *to++ = {0}_sum(*a++, *b++);\n}}\n",
                    call.symbol, is_planes ? "uint8_t" : "int8_t", call.inputs[0].offset_bytes,
                    call.inputs[1].offset_bytes, call.output.offset_bytes, plan::stored_bytes(layer.output(), layout));
}

class AddScaled final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const mote_add_s8_params* params = params_of(layer);
    if (params == nullptr) return {};
    std::vector<plan::KernelOption> options;
    const Cost first = operand_cost(params->input1);
    const Cost second = operand_cost(params->input2);
    for (const Layout layout : {Layout::kPlanes, Layout::kNhwc}) {
      const std::int64_t count = plan::stored_bytes(layer.output(), layout);
      plan::KernelOption option;
      option.name = layout == Layout::kPlanes ? "add_scaled_planes" : "add_scaled_nhwc";
      option.inputs = {layout, layout};
      option.output = layout;
      option.overlaps = {{0, 0, 4}, {1, 0, 4}};
      option.flash_bytes = kLayerBytes + first.bytes + second.bytes;
      option.instructions =
          kCallInstructions + count * (kElementInstructions + first.instructions + second.instructions);
      option.reason = "operands scaled one by one, no tables";
      options.push_back(std::move(option));
    }
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override { return {text_of(layer, call), {}}; }
};

}  // namespace

const Generator& add_scaled_generator() {
  static const AddScaled generator;
  return generator;
}

}  // namespace mote::codegen
