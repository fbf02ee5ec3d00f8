// Changes of layout: NHWC <-> planes. C throughout, four positions of four channels at a time: compilers for cores with
// unaligned access make one load or store of the four bytes of a word.
#include <fmt/format.h>

#include "mote/base/error.h"
#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kToPlanes = "mote_nhwc_to_planes";
constexpr std::string_view kToNhwc = "mote_planes_to_nhwc";

// Turns four words of four bytes: byte j of word i becomes byte i of word j. The sign bits turn on the way.
constexpr std::string_view kTurn = R"(
static uint32_t {0}_load(const uint8_t* at) {{
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}}

static void {0}_store(uint8_t* at, uint32_t word) {{
  at[0] = (uint8_t)word;
  at[1] = (uint8_t)(word >> 8);
  at[2] = (uint8_t)(word >> 16);
  at[3] = (uint8_t)(word >> 24);
}}

static inline void {0}_turn(const uint8_t* from, int32_t row, uint8_t* to, int32_t column) {{
  const uint32_t even = 0x00ff00ffu;
  const uint32_t a = {0}_load(from) ^ 0x80808080u;
  const uint32_t b = {0}_load(from + row) ^ 0x80808080u;
  const uint32_t c = {0}_load(from + 2 * row) ^ 0x80808080u;
  const uint32_t d = {0}_load(from + 3 * row) ^ 0x80808080u;
  const uint32_t ab02 = (a & even) | (b & even) << 8;
  const uint32_t ab13 = (a >> 8 & even) | (b & ~even);
  const uint32_t cd02 = (c & even) | (d & even) << 8;
  const uint32_t cd13 = (c >> 8 & even) | (d & ~even);
  {0}_store(to, (ab02 & 0xffffu) | cd02 << 16);
  {0}_store(to + column, (ab13 & 0xffffu) | cd13 << 16);
  {0}_store(to + 2 * column, ab02 >> 16 | (cd02 & 0xffff0000u));
  {0}_store(to + 3 * column, ab13 >> 16 | (cd13 & 0xffff0000u));
}}
)";

constexpr std::string_view kToPlanesBody = R"(
void {0}(const uint8_t* input, uint8_t* output, int32_t positions, int32_t channels, int32_t pitch) {{
  int32_t c = 0;
  for (; c + 4 <= channels; c += 4, output += 4 * pitch) {{
    const uint8_t* from = input + c;
    uint8_t* to = output;
    const uint8_t* const end = output + positions;
    for (; end - to >= 4; to += 4, from += 4 * channels) {0}_turn(from, channels, to, pitch);
    for (; to != end; ++to, from += channels) {{
      to[0] = (uint8_t)(from[0] ^ 128u);
      to[pitch] = (uint8_t)(from[1] ^ 128u);
      to[2 * pitch] = (uint8_t)(from[2] ^ 128u);
      to[3 * pitch] = (uint8_t)(from[3] ^ 128u);
    }}
  }}
  for (; c < channels; ++c, output += pitch) {{
    const uint8_t* from = input + c;
    for (int32_t i = 0; i < positions; ++i, from += channels) output[i] = (uint8_t)(*from ^ 128u);
  }}
}}
)";

constexpr std::string_view kToNhwcBody = R"(
void {0}(const uint8_t* input, uint8_t* output, int32_t positions, int32_t channels, int32_t pitch) {{
  int32_t c = 0;
  for (; c + 4 <= channels; c += 4, input += 4 * pitch) {{
    const uint8_t* from = input;
    uint8_t* to = output + c;
    const uint8_t* const end = input + positions;
    for (; end - from >= 4; from += 4, to += 4 * channels) {0}_turn(from, pitch, to, channels);
    for (; from != end; ++from, to += channels) {{
      to[0] = (uint8_t)(from[0] ^ 128u);
      to[1] = (uint8_t)(from[pitch] ^ 128u);
      to[2] = (uint8_t)(from[2 * pitch] ^ 128u);
      to[3] = (uint8_t)(from[3 * pitch] ^ 128u);
    }}
  }}
  for (; c < channels; ++c, input += pitch) {{
    uint8_t* to = output + c;
    for (int32_t i = 0; i < positions; ++i, to += channels) *to = (uint8_t)(input[i] ^ 128u);
  }}
}}
)";

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kLayerBytes = 28;
constexpr std::int64_t kCallInstructions = 25;

struct Costs {
  double channel;  // instructions
  double four_positions;
  double position;
};
constexpr Costs kFourChannels{5, 11, 6};  // of each of the four
constexpr Costs kLoneChannel{6, 20, 5};
constexpr std::int64_t kCoreBytes = 464;

double channel_instructions(const Costs& costs, std::int64_t positions) {
  const std::int64_t fours = positions / 4;
  return costs.channel + costs.four_positions * static_cast<double>(fours) +
         costs.position * static_cast<double>(positions % 4);
}

std::string_view core_name(plan::Layout from) {
  return from == plan::Layout::kNhwc ? kToPlanes : kToNhwc;
}

Core core(plan::Layout from) {
  const std::string_view name = core_name(from);
  const std::string header = fmt::format(
      "#include <stdint.h>\n\n/* {}. */\nvoid {}(const uint8_t* input, uint8_t* output, int32_t positions, int32_t "
      "channels,\n                         int32_t pitch);\n",
      from == plan::Layout::kNhwc ? "int8 NHWC to uint8 planes" : "uint8 planes to int8 NHWC", name);
  const std::string_view body = from == plan::Layout::kNhwc ? kToPlanesBody : kToNhwcBody;
  const std::string source =
      fmt::format("#include \"{}.h\"\n", name) + fmt::format(kTurn, name) + fmt::format(fmt::runtime(body), name);
  return {std::string(name), header, source};
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
  // A lone channel keeps its order: each byte is read before its place is written.
  if (geometry.channels == 1) option.overlaps = {{0, 0, 1}};
  option.flash_bytes = kLayerBytes;
  option.cores = {option.name};
  option.core_flash_bytes = kCoreBytes;
  const std::int64_t lone = geometry.channels % 4;
  const double instructions =
      static_cast<double>(geometry.channels - lone) * channel_instructions(kFourChannels, geometry.positions()) +
      static_cast<double>(lone) * channel_instructions(kLoneChannel, geometry.positions());
  option.instructions = kCallInstructions + static_cast<std::int64_t>(instructions);
  option.reason = from == plan::Layout::kNhwc ? "the next kernel wants planes" : "the next kernel wants NHWC";
  return option;
}

LayerText emit_layout_change(const graph::Tensor& tensor, InstructionSet, const LayerCall& call) {
  const plan::Layout from = call.inputs.front().layout;
  return {layout_change_text(tensor, from, call), {core(from)}};
}

}  // namespace mote::codegen
