// Changes of layout: NHWC <-> planes. C throughout: a byte moves by a load, a turn of its sign bit and a store, four
// positions of a channel at a time.
#include <fmt/format.h>

#include "mote/base/error.h"
#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kToPlanes = "mote_nhwc_to_planes";
constexpr std::string_view kToNhwc = "mote_planes_to_nhwc";

constexpr std::string_view kToPlanesSource = R"(#include "mote_nhwc_to_planes.h"

void mote_nhwc_to_planes(const uint8_t* input, uint8_t* output, int32_t positions, int32_t channels, int32_t pitch) {
  int32_t c;
  for (c = 0; c < channels; ++c, output += pitch) {
    const uint8_t* from = input + c;
    uint8_t* to = output;
    const uint8_t* const end = output + positions;
    for (; end - to >= 4; to += 4) {
      const uint8_t a = from[0];
      const uint8_t b = from[channels];
      const uint8_t d = from[2 * channels];
      const uint8_t e = from[3 * channels];
      from += 4 * channels;
      to[0] = (uint8_t)(a ^ 128u);
      to[1] = (uint8_t)(b ^ 128u);
      to[2] = (uint8_t)(d ^ 128u);
      to[3] = (uint8_t)(e ^ 128u);
    }
    for (; to != end; ++to, from += channels) *to = (uint8_t)(*from ^ 128u);
  }
}
)";

constexpr std::string_view kToNhwcSource = R"(#include "mote_planes_to_nhwc.h"

void mote_planes_to_nhwc(const uint8_t* input, uint8_t* output, int32_t positions, int32_t channels, int32_t pitch) {
  int32_t c;
  for (c = 0; c < channels; ++c, input += pitch) {
    const uint8_t* from = input;
    uint8_t* to = output + c;
    const uint8_t* const end = input + positions;
    for (; end - from >= 4; from += 4) {
      const uint8_t a = from[0];
      const uint8_t b = from[1];
      const uint8_t d = from[2];
      const uint8_t e = from[3];
      to[0] = (uint8_t)(a ^ 128u);
      to[channels] = (uint8_t)(b ^ 128u);
      to[2 * channels] = (uint8_t)(d ^ 128u);
      to[3 * channels] = (uint8_t)(e ^ 128u);
      to += 4 * channels;
    }
    for (; from != end; ++from, to += channels) *to = (uint8_t)(*from ^ 128u);
  }
}
)";

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kLayerBytes = 28;
constexpr std::int64_t kCallInstructions = 25;

struct Costs {
  std::int64_t core_bytes;
  double channel;  // instructions
  double four_positions;
  double position;
};
constexpr Costs kToPlanesCosts{132, 10, 15, 6.2};
constexpr Costs kToNhwcCosts{186, 16.1, 18.2, 6.6};

std::string_view core_name(plan::Layout from) {
  return from == plan::Layout::kNhwc ? kToPlanes : kToNhwc;
}

Core core(plan::Layout from) {
  const std::string_view name = core_name(from);
  const std::string header = fmt::format(
      "#include <stdint.h>\n\n/* {}. */\nvoid {}(const uint8_t* input, uint8_t* output, int32_t positions, int32_t "
      "channels,\n                         int32_t pitch);\n",
      from == plan::Layout::kNhwc ? "int8 NHWC to uint8 planes" : "uint8 planes to int8 NHWC", name);
  return {std::string(name), header, std::string(from == plan::Layout::kNhwc ? kToPlanesSource : kToNhwcSource)};
}

std::string layout_change_text(const graph::Tensor& tensor, plan::Layout from, const LayerCall& call) {
  const plan::PlaneGeometry geometry = plan::plane_geometry(tensor);
  return fmt::format("static void {}(uint8_t* arena) {{\n  {}(arena + {}, arena + {}, {}, {}, {});\n}}\n", call.symbol,
                     core_name(from), call.inputs.front().offset_bytes, call.output.offset_bytes, geometry.positions(),
                     geometry.channels, geometry.pitch_bytes());
}

}  // namespace

plan::KernelOption layout_change(const graph::Tensor& tensor, plan::Layout from, plan::Layout to, InstructionSet) {
  if (from == to) throw Error(ErrorCode::kInvalid, "[codegen] layout change wanted two layouts, got the same");
  const plan::PlaneGeometry geometry = plan::plane_geometry(tensor);
  plan::KernelOption option;
  option.name = core_name(from);
  option.inputs = {from};
  option.output = to;
  option.flash_bytes = kLayerBytes;
  option.cores = {option.name};
  const Costs& costs = from == plan::Layout::kNhwc ? kToPlanesCosts : kToNhwcCosts;
  option.core_flash_bytes = costs.core_bytes;
  const std::int64_t fours = geometry.positions() / 4;
  const double channel = costs.channel + costs.four_positions * static_cast<double>(fours) +
                         costs.position * static_cast<double>(geometry.positions() % 4);
  option.instructions = kCallInstructions + static_cast<std::int64_t>(geometry.channels * channel);
  option.reason = from == plan::Layout::kNhwc ? "the next kernel wants planes" : "the next kernel wants NHWC";
  return option;
}

LayerText emit_layout_change(const graph::Tensor& tensor, InstructionSet, const LayerCall& call) {
  const plan::Layout from = call.inputs.front().layout;
  return {layout_change_text(tensor, from, call), {core(from)}};
}

}  // namespace mote::codegen
