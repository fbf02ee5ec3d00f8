// Depthwise 3x3 convolution of stride 1 on planes three to six columns wide, on Helium, NHWC at both sides.
//
// A channel's plane is gathered into scratch as it is, with a row of padding above and below. The whole window of an
// output, two rows and three bytes, then lies within sixteen bytes from its first tap, so that one load and one VMLADAV
// with weights in the matching lanes make a sum: 32 instructions for eight outputs. At the first and last column the
// window reaches into a neighbouring row: there the weights of that side are zero, and the sum starts with what the
// padding would have given. After 8 / gcd(8, W) rows blocks of eight start at a row again: these rows are the loop's
// body.
//
// Registers: eight sums in r0, r2, … r12, lr; r1 window, r3 output, r5 bias, r7 multiplier, r9 shift, r11 zero point;
// q7 weights, q4 and q5 weights of the first and last column, q6 places of the outputs, q0 … q3 windows, then sums; the
// padding's share of both columns lies on the stack.
//
// Exactness: as helium_gemm.h with Rounding::kAboveZeroPoint; the kernel is offered for that form only. In place: a
// channel is whole in scratch before its first output is written, and outputs touch bytes of their channel only where
// the distance is a multiple of the channels.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "../generator.h"
#include "helium_gemm.h"
#include "helium_text.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

using namespace helium;

constexpr std::string_view kName = "helium_window";
constexpr std::int64_t kLeastWidth = 3;     // below, two taps would share a lane
constexpr std::int64_t kGreatestWidth = 6;  // two rows and three bytes within a vector
constexpr std::int64_t kBlock = 8;
constexpr std::int64_t kRecordWords = 7;  // four of weights, bias, multiplier, shift
constexpr std::array<std::string_view, 8> kSums{"r0", "r8", "r2", "r10", "r4", "r12", "r6", "lr"};

struct Shape {
  std::int64_t height, width, channels;

  std::int64_t positions() const { return height * width; }
  // Rows after which blocks of eight start at a row again.
  std::int64_t body_rows() const { return kBlock / std::gcd(kBlock, width); }
  std::int64_t turns() const { return height / body_rows(); }
  std::int64_t body_blocks() const { return turns() == 0 ? 0 : body_rows() * width / kBlock; }
  std::int64_t rest() const { return height % body_rows() * width; }
  std::int64_t rest_blocks() const { return (rest() + kBlock - 1) / kBlock; }
  std::int64_t scratch_bytes() const { return round_up((height + 2) * width + 17, 16); }
  std::string core_name() const { return fmt::format("mote_helium_window_{}x{}x{}", height, width, channels); }
};

constexpr std::string_view kHeader = R"(#include "mote_helium_base.h"

/* Depthwise 3x3 of {1} x {2} x {3}. scratch: {4} bytes; records: seven words a channel, sixteen bytes of weights, three
 * {2} apart, bias, multiplier, shift; settings: places of eight neighbouring positions, zero points of input and output,
 * bit masks of the weights of the left and of the right column. */
void {0}(const int8_t* input, int8_t* output, int8_t* scratch, const int32_t* records, const int16_t* settings);
)";

constexpr std::string_view kPrologue = R"(
 push {r4-r11,lr}
 vpush {d8-d15}
 ldr r4,[sp,#100]
 vldrh.u16 q6,[r4])";

constexpr std::string_view kPrepare = R"(
 vldrb.u8 q7,[r2]
 vldrb.u8 q4,[r4,#20]
 vldrb.u8 q5,[r4,#36]
 ldrsh r11,[r4,#18]
 ldrsh r6,[r4,#16]
 vdup.8 q0,r6
 vand q1,q7,q4
 vmladav.s8 r6,q0,q1
 vand q1,q7,q5
 vmladav.s8 r8,q0,q1
 vbic q4,q7,q4
 vbic q5,q7,q5
 ldrd r5,r7,[r2,#16]
 ldr r9,[r2,#24]
 sub sp,#16
 strd r6,r8,[sp])";

constexpr std::string_view kScale = R"(
 vmov q0[2],q0[0],r0,r4
 vmov q0[3],q0[1],r2,r6
 vmov q1[2],q1[0],r8,r12
 vmov q1[3],q1[1],r10,lr
 vadd.i32 q0,q0,r5
 vadd.i32 q1,q1,r5
 vqrdmulh.s32 q0,q0,r7
 vqrdmulh.s32 q1,q1,r7
 vrshl.s32 q0,r9
 vrshl.s32 q1,r9
 vqmovnb.s32 q2,q0
 vqmovnt.s32 q2,q1
 vqadd.s16 q2,q2,r11
 vqmovnb.s16 q2,q2)";

constexpr std::string_view kDriver = R"(
void {0}(const int8_t* input, int8_t* output, int8_t* scratch, const int32_t* records, const int16_t* settings) {{
  for (int32_t i = 0; i < {1}; ++i) scratch[i] = (int8_t)settings[8];
  for (int32_t c = 0; c < {2}; ++c, records += 7) {0}_channel(input + c, scratch, records, output + c, settings);
}}
)";

constexpr std::string_view kFallback = R"(
static void {0}_channel(const int8_t* input, int8_t* scratch, const int32_t* record, int8_t* output,
    const int16_t* settings) {{
  for (int32_t p = 0; p < {1}; ++p) scratch[p + {2} + 1] = input[p * {3}];
  for (int32_t p = 0; p < {1}; ++p) {{
    int32_t sum = record[4];
    for (int32_t tap = 0; tap < 9; ++tap) {{
      const int32_t lane = tap / 3 * {2} + tap % 3;
      const int32_t x = p % {2} + tap % 3 - 1;
      const int32_t value = x < 0 || x >= {2} ? settings[8] : scratch[p + lane];
      sum += value * (int8_t)(uint8_t)((uint32_t)record[lane / 4] >> (8 * (lane % 4)));
    }}
    output[p * {3}] = mote_helium_requantize(sum, record[5], record[6], settings[9], -128, 127);
  }}
}}
)";

// Gathers the plane behind a row of padding and one byte, which is what lies before the first window's column.
std::string gather_text(const Shape& shape) {
  const std::int64_t whole = shape.positions() / kBlock;
  const std::int64_t tail = shape.positions() % kBlock;
  std::string text = fmt::format("\n add r5,r1,#{}", shape.width + 1);
  if (whole > 0) {
    text += fmt::format("\n movw r6,#{}\n movw lr,#{}\n dls lr,lr\n1:", kBlock * shape.channels, whole);
    text += "\n vldrb.u16 q0,[r0,q6]\n vstrb.16 q0,[r5],#8\n add r0,r6\n le lr,1b";
  }
  if (tail > 0) {
    text += fmt::format("\n mov r7,#{}\n vctp.16 r7\n vpstt\n vldrbt.u16 q0,[r0,q6]\n vstrbt.16 q0,[r5]", tail);
  }
  return text;
}

// One sum, of the window `position` bytes on.
std::string sum_text(const Shape& shape, std::int64_t lane, std::int64_t position) {
  const std::string_view sum = kSums[static_cast<std::size_t>(lane)];
  const std::int64_t column = position % shape.width;
  const std::string load = fmt::format("\n vldrb.u8 q{},[r1,#{}]", lane % 4, position);
  if (column == 0) return load + fmt::format("\n ldr {0},[sp]\n vmladava.s8 {0},q{1},q4", sum, lane % 4);
  if (column == shape.width - 1)
    return load + fmt::format("\n ldr {0},[sp,#4]\n vmladava.s8 {0},q{1},q5", sum, lane % 4);
  return load + fmt::format("\n vmladav.s8 {},q{},q7", sum, lane % 4);
}

// Eight outputs from position `first` of the body; positions from `end` on repeat the last and are not stored.
std::string block_text(const Shape& shape, std::int64_t first, std::int64_t end) {
  std::string text;
  for (std::int64_t lane = 0; lane < kBlock; ++lane) text += sum_text(shape, lane, std::min(first + lane, end - 1));
  text += kScale;
  if (first + kBlock > end)
    return text + fmt::format("\n mov r0,#{}\n vctp.16 r0\n vpst\n vstrbt.16 q2,[r3,q6]", end - first);
  return text + fmt::format("\n vstrb.16 q2,[r3,q6]\n add.w r3,r3,#{}", kBlock * shape.channels);
}

std::string assembly(const Shape& shape) {
  std::string text = std::string(kPrologue) + gather_text(shape) + std::string(kPrepare);
  const std::int64_t turns = shape.turns();
  const std::int64_t body = shape.body_rows() * shape.width;
  if (turns > 1) text += fmt::format("\n movw r0,#{}\n str r0,[sp,#8]\n2:", turns);
  for (std::int64_t block = 0; block < shape.body_blocks(); ++block) text += block_text(shape, block * kBlock, body);
  if (turns > 0) text += fmt::format("\n add.w r1,r1,#{}", body);
  if (turns > 1) text += "\n ldr r0,[sp,#8]\n subs r0,#1\n str r0,[sp,#8]\n bne 2b";
  for (std::int64_t block = 0; block < shape.rest_blocks(); ++block) {
    text += block_text(shape, block * kBlock, shape.rest());
  }
  return text + "\n add sp,#16\n vpop {d8-d15}\n pop {r4-r11,pc}";
}

Core core_of(const Shape& shape) {
  const std::string name = shape.core_name();
  std::string source = fmt::format(
      "#include \"{0}.h\"\n\n#if MOTE_HELIUM\nvoid {0}_channel(const int8_t* input, int8_t* "
      "scratch, const int32_t* record, int8_t* output,\n    const int16_t* settings);\n",
      name);
  source += function_assembly(name + "_channel", assembly(shape)) + "#else";
  source += fmt::format(fmt::runtime(kFallback), name, shape.positions(), shape.width, shape.channels);
  source += "#endif\n" + fmt::format(fmt::runtime(kDriver), name, shape.scratch_bytes(), shape.channels);
  return {name,
          fmt::format(fmt::runtime(kHeader), name, shape.height, shape.width, shape.channels, shape.scratch_bytes()),
          std::move(source)};
}

std::int64_t instructions(const Shape& shape) {
  const std::int64_t blocks = shape.turns() * shape.body_blocks() + shape.rest_blocks();
  const std::int64_t gather = 4 * (shape.positions() / kBlock) + 8;
  const std::int64_t channel = 46 + gather + 32 * blocks + 2 * shape.height + 5 * shape.turns();
  return 40 + shape.scratch_bytes() / 2 + channel * shape.channels;
}

std::int64_t core_flash_bytes(const Shape& shape) {
  const std::int64_t columns = 16 * kBlock / shape.width;  // loads of the padding's share, four bytes, two a row
  return 240 + (122 + columns / 2) * (shape.body_blocks() + shape.rest_blocks());
}

const mote_depthwise_conv2d_s8_params& parameters(const Layer& layer) {
  return layer.call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op);
}

bool applies(const mote_depthwise_conv2d_s8_params& params) {
  const mote_window& w = params.window;
  const bool kernel = w.kernel_h == 3 && w.kernel_w == 3 && w.dilation_h == 1 && w.dilation_w == 1;
  const bool same = w.stride_h == 1 && w.stride_w == 1 && w.pad_top == 1 && w.pad_left == 1 &&
                    w.output_h == w.input_h && w.output_w == w.input_w;
  const bool plane =
      w.input_w >= kLeastWidth && w.input_w <= kGreatestWidth && w.input_h <= 4000 && 8 * params.input_c <= 4095;
  return kernel && same && plane && params.multiplier == 1 && all_right_shifts(params.scaling) &&
         rounding_for(params.activation, params.output_offset) == Rounding::kAboveZeroPoint;
}

Shape shape_of(const mote_depthwise_conv2d_s8_params& params) {
  return {params.window.input_h, params.window.input_w, params.input_c};
}

std::vector<std::int32_t> records(const Layer& layer) {
  const mote_depthwise_conv2d_s8_params& params = parameters(layer);
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const std::int64_t pitch = shape_of(params).width;
  std::vector<std::int32_t> result;
  for (std::int32_t c = 0; c < params.input_c; ++c) {
    std::array<std::uint32_t, 4> words{};
    std::int32_t bias =
        layer.node.inputs.size() > 2 ? graph::values<std::int32_t>(layer.input(2))[static_cast<std::size_t>(c)] : 0;
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int8_t value = weights[static_cast<std::size_t>(tap * params.input_c + c)];
      const auto lane = static_cast<std::size_t>(tap / 3 * pitch + tap % 3);
      words[lane / 4] |= std::uint32_t{static_cast<std::uint8_t>(value)} << (8 * (lane % 4));
      bias += value * params.input_offset;
    }
    for (const std::uint32_t word : words) result.push_back(static_cast<std::int32_t>(word));
    result.insert(result.end(), {bias, params.scaling.multipliers[c], params.scaling.shifts[c]});
  }
  return result;
}

// Sixteen bytes, two to a value: all ones in the lanes of a column's weights.
void append_mask(std::vector<std::int16_t>& settings, std::int64_t width, std::int64_t column) {
  for (std::int64_t lane = 0; lane < kLanes; lane += 2) {
    const auto byte = [&](std::int64_t at) {
      const bool is_its = at % width == column && at / width < 3;
      return is_its ? 0xFFu : 0u;
    };
    settings.push_back(static_cast<std::int16_t>(byte(lane) | byte(lane + 1) << 8));
  }
}

class HeliumWindow final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kHelium || layer.call.op != &mote_depthwise_conv2d_s8_op) return {};
    const mote_depthwise_conv2d_s8_params& params = parameters(layer);
    if (!applies(params)) return {};
    const Shape shape = shape_of(params);
    plan::KernelOption option;
    option.name = kName;
    option.inputs = {plan::Layout::kNhwc};
    option.scratch_bytes = shape.scratch_bytes();
    option.overlaps = {{0, -shape.height * shape.width * shape.channels, shape.channels}};
    option.flash_bytes = shape.channels * (4 * kRecordWords - 9 - 4) + 52 + 36;
    option.cores = {shape.core_name()};
    option.core_flash_bytes = core_flash_bytes(shape);
    option.instructions = instructions(shape);
    option.reason = "whole windows of 16 bytes by VMLADAV, rows of at most 6";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const mote_depthwise_conv2d_s8_params& params = parameters(layer);
    const Shape shape = shape_of(params);
    std::vector<std::int16_t> settings;
    for (std::int64_t lane = 0; lane < kBlock; ++lane)
      settings.push_back(static_cast<std::int16_t>(lane * shape.channels));
    settings.push_back(static_cast<std::int16_t>(-params.input_offset));
    settings.push_back(static_cast<std::int16_t>(params.output_offset));
    for (const std::int64_t column : {0, 2}) append_mask(settings, shape.width, column);
    std::string text = table(call.symbol + "_records", records(layer)) + table(call.symbol + "_settings", settings);
    text += fmt::format("\nstatic void {}(uint8_t* arena) {{\n", call.symbol);
    text += fmt::format(
        "  {0}((const int8_t*)(arena + {1}), (int8_t*)(arena + {2}), (int8_t*)(arena + {3}), {4}_records,\n"
        "      {4}_settings);\n}}\n",
        shape.core_name(), call.inputs[0].offset_bytes, call.output.offset_bytes, call.scratch_offset_bytes,
        call.symbol);
    return {std::move(text), {base_core(), core_of(shape)}};
  }
};

}  // namespace

const Generator& helium_window_generator() {
  static const HeliumWindow generator;
  return generator;
}

}  // namespace mote::codegen
