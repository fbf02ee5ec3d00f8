// The mean of each whole plane: an average pool over everything, or a reduction over height and width. A plane's bytes
// are summed four at a time (USADA8 against zero), so a position costs about half an instruction.
//
// Proof: the sum of bytes is exact (at most 255·2^22); what follows is the runtime's arithmetic on it: for a pool the
// division of raw values, half away from zero, for a reduction mote_requantize_s8.
//
// The output is planes of one byte, or NHWC, where it is what a dense layer reads.
#include <fmt/format.h>

#include <optional>

#include "../c_text.h"
#include "../generator.h"
#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "mote/runtime/kernels/mote_mean_s8.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kCoreName = "mote_plane_sum";

constexpr std::string_view kCoreHeader = R"(#include <stdint.h>
#include "mote/runtime/requantize.h"

/* Sum of `count` bytes from a word-aligned address. */
uint32_t mote_plane_sum(const uint8_t* plane, int32_t count);
)";

constexpr std::string_view kDspSource = R"(static uint32_t mote_plane_sum_add_word(uint32_t sum, const uint8_t* at) {
  uint32_t word;
  uint32_t result;
  __builtin_memcpy(&word, at, 4);
  __asm__("usada8 %0, %1, %2, %3" : "=r"(result) : "r"(word), "r"(0), "r"(sum));
  return result;
}

uint32_t mote_plane_sum(const uint8_t* plane, int32_t count) {
  uint32_t sum = 0;
  for (; count >= 16; count -= 16, plane += 16) {
    sum = mote_plane_sum_add_word(sum, plane);
    sum = mote_plane_sum_add_word(sum, plane + 4);
    sum = mote_plane_sum_add_word(sum, plane + 8);
    sum = mote_plane_sum_add_word(sum, plane + 12);
  }
  for (; count > 0; --count) sum += *plane++;
  return sum;
}
)";

constexpr std::string_view kPortableSource = R"(uint32_t mote_plane_sum(const uint8_t* plane, int32_t count) {
  uint32_t sum = 0;
  for (; count > 0; --count) sum += *plane++;
  return sum;
}
)";

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kCoreBytes = 108;
constexpr std::int64_t kAverageBytes = 102;
constexpr std::int64_t kMeanBytes = 100;
constexpr std::int64_t kAverageInstructions = 30;  // of a channel
constexpr std::int64_t kMeanInstructions = 37;
constexpr std::int64_t kSixteenInstructions = 13;
constexpr std::int64_t kByteInstructions = 4;

bool is_whole_plane(const mote_window& w) {
  return w.output_h == 1 && w.output_w == 1 && w.kernel_h - w.pad_top >= w.input_h &&
         w.kernel_w - w.pad_left >= w.input_w;
}

// The C that makes an int32 `value` (raw) of `sum`, the sum of a plane's bytes.
std::optional<std::string> ending(const Layer& layer) {
  const std::int64_t cells = plan::plane_geometry(layer.input(0)).positions();
  const std::string raw = fmt::format("(int32_t)sum - {}", 128 * cells);
  if (layer.call.op == &mote_average_pool2d_s8_op) {
    const auto& p = layer.call.parameters_as<mote_average_pool2d_s8_params>(mote_average_pool2d_s8_op);
    if (!is_whole_plane(p.window)) return std::nullopt;
    return fmt::format(
        "    const int32_t raw = {};\n    const int32_t value = mote_clamp((raw > 0 ? raw + {} : raw - {}) / {}, {}, "
        "{});\n",
        raw, cells / 2, cells / 2, cells, p.activation.min, p.activation.max);
  }
  if (layer.call.op != &mote_mean_s8_op) return std::nullopt;
  const auto& p = layer.call.parameters_as<mote_mean_s8_params>(mote_mean_s8_op);
  if (p.outer != 1 || p.reduced != cells) return std::nullopt;
  return fmt::format(
      "    const int32_t raw = {};\n    const int32_t value = mote_requantize_s8(raw + {}, {}, {}, {}, whole_range);\n",
      raw, cells * p.input_offset, p.scaling.multiplier, p.scaling.shift, p.output_offset);
}

bool is_mean(const Layer& layer) {
  return layer.call.op == &mote_mean_s8_op;
}

std::string name_of(plan::Layout output) {
  return output == plan::Layout::kPlanes ? "mote_mean_planes" : "mote_mean_planes_to_nhwc";
}

class MeanPlanes : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kArmDsp || !ending(layer)) return {};
    const plan::PlaneGeometry geometry = plan::plane_geometry(layer.input(0));
    std::vector<plan::KernelOption> options;
    for (const plan::Layout output : {plan::Layout::kPlanes, plan::Layout::kNhwc}) {
      plan::KernelOption option;
      option.name = name_of(output);
      option.inputs = {plan::Layout::kPlanes};
      option.output = output;
      option.overlaps = {{0, 0, 4}};
      option.flash_bytes = is_mean(layer) ? kMeanBytes : kAverageBytes;
      option.cores = {std::string(kCoreName)};
      option.core_flash_bytes = kCoreBytes;
      const std::int64_t sum =
          geometry.positions() / 16 * kSixteenInstructions + geometry.positions() % 16 * kByteInstructions;
      option.instructions = geometry.channels * (sum + (is_mean(layer) ? kMeanInstructions : kAverageInstructions));
      option.reason = "sums four bytes of a plane at a time";
      options.push_back(std::move(option));
    }
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const plan::PlaneGeometry geometry = plan::plane_geometry(layer.input(0));
    const bool to_planes = call.output.layout == plan::Layout::kPlanes;
    const std::string bounds =
        is_mean(layer) ? "  static const mote_activation whole_range = {INT8_MIN, INT8_MAX};\n" : "";
    const std::string text = fmt::format(
        "static void {0}(uint8_t* arena) {{\n{1}  const uint8_t* input = arena + {2};\n  uint8_t* output = arena + "
        "{3};\n"
        "  int32_t c;\n  for (c = 0; c < {4}; ++c, input += {5}, output += {6}) {{\n"
        "    const uint32_t sum = mote_plane_sum(input, {7});\n{8}    *output = (uint8_t)(value{9});\n  }}\n}}\n",
        call.symbol, bounds, call.inputs.front().offset_bytes, call.output.offset_bytes, geometry.channels,
        geometry.pitch_bytes(), to_planes ? plan::plane_pitch_bytes(1, 1) : 1, geometry.positions(), *ending(layer),
        to_planes ? " + 128" : "");
    return {text,
            {{std::string(kCoreName), std::string(kCoreHeader),
              "#include \"mote_plane_sum.h\"\n\n" + with_fallback(kDspSource, kPortableSource)}}};
  }
};

}  // namespace

const Generator& mean_planes_generator() {
  static const MeanPlanes generator;
  return generator;
}

}  // namespace mote::codegen
