// A ReLU of its own is a function of one byte: a table of 256 outputs, four instructions an element, in either layout
// and in place. The table is made by the runtime's kernel on all 256 values, which is the proof.
#include <fmt/format.h>

#include "../c_text.h"
#include "../generator.h"
#include "mote/runtime/kernels/mote_relu_s8.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kCoreName = "mote_lookup";
constexpr std::int32_t kValues = 256;
constexpr std::int64_t kLayerBytes = kValues + 20;
constexpr std::int64_t kCoreBytes = 126;
constexpr std::int64_t kCallInstructions = 25;
constexpr std::int64_t kFourInstructions = 17;
constexpr std::int64_t kOneInstructions = 6;

constexpr std::string_view kCoreHeader = R"(#include <stdint.h>

/* output[i] = table[input[i]]; they may be the same, or the input may lie above the output. */
void mote_lookup(const uint8_t* table, const uint8_t* input, uint8_t* output, int32_t count);
)";

constexpr std::string_view kCoreSource = R"(#include "mote_lookup.h"

void mote_lookup(const uint8_t* table, const uint8_t* input, uint8_t* output, int32_t count) {
  for (; count >= 4; count -= 4, input += 4, output += 4) {
    const uint8_t a = table[input[0]];
    const uint8_t b = table[input[1]];
    const uint8_t c = table[input[2]];
    const uint8_t d = table[input[3]];
    output[0] = a;
    output[1] = b;
    output[2] = c;
    output[3] = d;
  }
  for (; count > 0; --count) *output++ = table[*input++];
}
)";

std::vector<std::int32_t> table_of(const Layer& layer, plan::Layout layout) {
  mote_relu_s8_params params = layer.call.parameters_as<mote_relu_s8_params>(mote_relu_s8_op);
  params.count = 1;
  const std::int32_t raw = layout == plan::Layout::kPlanes ? 128 : 0;  // what a stored byte has more than the value
  std::vector<std::int32_t> table;
  for (std::int32_t byte = 0; byte < kValues; ++byte) {
    const auto input = static_cast<std::int8_t>(byte - raw);
    std::int8_t output = 0;
    mote_relu_s8(&params, &input, &output);
    table.push_back((output + raw) & 255);
  }
  return table;
}

std::string name_of(plan::Layout layout) {
  return layout == plan::Layout::kPlanes ? "mote_lookup_planes" : "mote_lookup_nhwc";
}

class Lookup : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_relu_s8_op) return {};
    std::vector<plan::KernelOption> options;
    for (const plan::Layout layout : {plan::Layout::kPlanes, plan::Layout::kNhwc}) {
      const std::int64_t count = plan::stored_bytes(layer.output(), layout);
      plan::KernelOption option;
      option.name = name_of(layout);
      option.inputs = {layout};
      option.output = layout;
      option.overlaps = {{0, 0, 1}};
      option.flash_bytes = kLayerBytes;
      option.cores = {std::string(kCoreName)};
      option.core_flash_bytes = kCoreBytes;
      option.instructions = kCallInstructions + count / 4 * kFourInstructions + count % 4 * kOneInstructions;
      option.reason = "a table of all 256 outputs";
      options.push_back(std::move(option));
    }
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const plan::Layout layout = call.output.layout;
    const std::string text = fmt::format(
        "static const uint8_t {0}_table[256] = {{\n{1}}};\n\nstatic void {0}(uint8_t* arena) {{\n"
        "  mote_lookup({0}_table, arena + {2}, arena + {3}, {4});\n}}\n",
        call.symbol, number_list(table_of(layer, layout)), call.inputs.front().offset_bytes, call.output.offset_bytes,
        plan::stored_bytes(layer.output(), layout));
    return {text, {{std::string(kCoreName), std::string(kCoreHeader), std::string(kCoreSource)}}};
  }
};

}  // namespace

const Generator& lookup_generator() {
  static const Lookup generator;
  return generator;
}

}  // namespace mote::codegen
