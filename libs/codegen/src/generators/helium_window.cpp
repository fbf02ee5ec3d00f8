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
// padding's share of both columns lies on the stack, and so do left shift, whether ties fall away from zero, and bounds
// of the general form. The nine weights of a channel lie together; a predicated gather places them three a row.
//
// Exactness: as helium_gemm.h, ties as helium_strip.h. In place: a
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
constexpr std::int64_t kRecordBytes = 10;  // nine weights and the shift
constexpr std::array<std::string_view, 8> kSums{"r0", "r8", "r2", "r10", "r4", "r12", "r6", "lr"};

struct Shape {
  std::int64_t height, width, channels;
  bool general;

  std::int64_t positions() const { return height * width; }
  // Rows after which blocks of eight start at a row again.
  std::int64_t body_rows() const { return kBlock / std::gcd(kBlock, width); }
  std::int64_t turns() const { return height / body_rows(); }
  std::int64_t body_blocks() const { return turns() == 0 ? 0 : body_rows() * width / kBlock; }
  std::int64_t rest() const { return height % body_rows() * width; }
  std::int64_t rest_blocks() const { return (rest() + kBlock - 1) / kBlock; }
  std::int64_t scratch_bytes() const { return round_up((height + 2) * width + 17, 16); }
  std::string core_name() const {
    return fmt::format("mote_helium_window_{}x{}x{}_{}", height, width, channels, general ? "any" : "relu");
  }
};

constexpr std::string_view kHeader = R"(#include "mote_helium_base.h"

/* Depthwise 3x3 of {1} x {2} x {3}. scratch: {4} bytes; weights: of each channel nine and the shift; scaling: of each
 * channel bias and multiplier; settings: places of eight neighbouring positions, zero points of input and output, bounds
 * of the output, the weight of each of sixteen lanes. */
void {0}(const int8_t* input, int8_t* output, int8_t* scratch, const int8_t* weights, const int32_t* scaling,
    const int16_t* settings);
)";

constexpr std::string_view kPrologue = R"(
 push {r4-r11,lr}
 vpush {d8-d15}
 ldrd r7,r4,[sp,#100]
 vldrh.u16 q6,[r4])";

// {0} … {2}: lanes of all weights, of the left and of the right column. r7 scaling, r4 settings.
constexpr std::string_view kPrepare = R"(
 vldrb.u8 q3,[r4,#24]
 movw r6,#{0}
 vmsr p0,r6
 vpst
 vldrbt.u8 q7,[r2,q3]
 movw r6,#{1}
 vmsr p0,r6
 vpst
 vldrbt.u8 q1,[r2,q3]
 movw r6,#{2}
 vmsr p0,r6
 vpst
 vldrbt.u8 q2,[r2,q3]
 ldrsh r11,[r4,#18]
 ldrsh r6,[r4,#16]
 vdup.8 q0,r6
 vmladav.s8 r6,q0,q1
 vmladav.s8 r8,q0,q2
 vsub.i8 q4,q7,q1
 vsub.i8 q5,q7,q2
 ldrd r5,r7,[r7]
 ldrsb r9,[r2,#9]
 strd r6,r8,[sp,#-32]!)";

// Left shift or none, right shift or none, whether there is a right one, bounds.
constexpr std::string_view kPrepareGeneral = R"(
 ldrsh r6,[r4,#20]
 ldrsh r8,[r4,#22]
 strd r6,r8,[sp,#24]
 bic r6,r9,r9,asr #31
 sub r9,r9,r6
 lsr r8,r9,#31
 strd r6,r8,[sp,#16])";

constexpr std::string_view kGather = R"(
 vmov q0[2],q0[0],r0,r4
 vmov q0[3],q0[1],r2,r6
 vmov q1[2],q1[0],r8,r12
 vmov q1[3],q1[1],r10,lr
 vadd.i32 q0,q0,r5
 vadd.i32 q1,q1,r5)";

constexpr std::string_view kShiftLeft = R"(
 ldrd r0,r2,[sp,#16]
 vshl.s32 q0,r0
 vshl.s32 q1,r0)";

constexpr std::string_view kHigh = R"(
 vqrdmulh.s32 q0,q0,r7
 vqrdmulh.s32 q1,q1,r7)";

constexpr std::string_view kTiesAway = R"(
 vqdmulh.s32 q2,q0,r2
 vqdmulh.s32 q3,q1,r2
 vqadd.s32 q0,q0,q2
 vqadd.s32 q1,q1,q3)";

constexpr std::string_view kShift = R"(
 vrshl.s32 q0,r9
 vrshl.s32 q1,r9
 vqmovnb.s32 q2,q0
 vqmovnt.s32 q2,q1
 vqadd.s16 q2,q2,r11)";

constexpr std::string_view kClamp = R"(
 ldrd r0,r2,[sp,#24]
 vdup.16 q0,r0
 vdup.16 q1,r2
 vmax.s16 q2,q2,q0
 vmin.s16 q2,q2,q1)";

constexpr std::string_view kDriver = R"(
void {0}(const int8_t* input, int8_t* output, int8_t* scratch, const int8_t* weights, const int32_t* scaling,
    const int16_t* settings) {{
#if MOTE_HELIUM
  const int8x16_t padding = vdupq_n_s8((int8_t)settings[8]);
  for (int32_t i = 0; i < {1}; i += 16) vst1q_s8(scratch + i, padding);
#else
  for (int32_t i = 0; i < {1}; ++i) scratch[i] = (int8_t)settings[8];
#endif
  for (int32_t c = 0; c < {2}; ++c, weights += 10, scaling += 2) {{
    {0}_channel(input + c, scratch, weights, output + c, scaling, settings);
  }}
}}
)";

constexpr std::string_view kFallback = R"(
static void {0}_channel(const int8_t* input, int8_t* scratch, const int8_t* weights, int8_t* output,
    const int32_t* scaling, const int16_t* settings) {{
  for (int32_t p = 0; p < {1}; ++p) scratch[p + {2} + 1] = input[p * {3}];
  for (int32_t p = 0; p < {1}; ++p) {{
    int32_t sum = scaling[0];
    for (int32_t tap = 0; tap < 9; ++tap) {{
      const int32_t lane = tap / 3 * {2} + tap % 3;
      const int32_t x = p % {2} + tap % 3 - 1;
      const int32_t value = x < 0 || x >= {2} ? settings[8] : scratch[p + lane];
      sum += value * weights[tap];
    }}
    output[p * {3}] = mote_helium_requantize(sum, scaling[1], weights[9], settings[9], settings[10], settings[11]);
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
    text += fmt::format("\n mov r8,#{}\n vctp.16 r8\n vpstt\n vldrbt.u16 q0,[r0,q6]\n vstrbt.16 q0,[r5]", tail);
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
  text += kGather;
  if (shape.general) text += kShiftLeft;
  text += kHigh;
  if (shape.general) text += kTiesAway;
  text += kShift;
  if (shape.general) text += kClamp;
  text += "\n vqmovnb.s16 q2,q2";
  if (first + kBlock > end)
    return text + fmt::format("\n mov r0,#{}\n vctp.16 r0\n vpst\n vstrbt.16 q2,[r3,q6]", end - first);
  return text + fmt::format("\n vstrb.16 q2,[r3,q6]\n add.w r3,r3,#{}", kBlock * shape.channels);
}

// Where a column's weights lie in a window, or all: a bit a lane.
std::uint32_t lanes_of(const Shape& shape, std::int64_t first_column, std::int64_t columns) {
  std::uint32_t lanes = 0;
  for (std::int64_t row = 0; row < 3; ++row) {
    for (std::int64_t column = first_column; column < first_column + columns; ++column) {
      lanes |= 1U << (row * shape.width + column);
    }
  }
  return lanes;
}

std::string prepare_text(const Shape& shape) {
  std::string text =
      fmt::format(fmt::runtime(kPrepare), lanes_of(shape, 0, 3), lanes_of(shape, 0, 1), lanes_of(shape, 2, 1));
  if (shape.general) text += kPrepareGeneral;
  return text;
}

std::string assembly(const Shape& shape) {
  std::string text = std::string(kPrologue) + gather_text(shape) + prepare_text(shape);
  const std::int64_t turns = shape.turns();
  const std::int64_t body = shape.body_rows() * shape.width;
  if (turns > 1) text += fmt::format("\n movw r0,#{}\n str r0,[sp,#8]\n2:", turns);
  for (std::int64_t block = 0; block < shape.body_blocks(); ++block) text += block_text(shape, block * kBlock, body);
  if (turns > 0) text += fmt::format("\n add.w r1,r1,#{}", body);
  if (turns > 1) text += "\n ldr r0,[sp,#8]\n subs r0,#1\n str r0,[sp,#8]\n bne 2b";
  for (std::int64_t block = 0; block < shape.rest_blocks(); ++block) {
    text += block_text(shape, block * kBlock, shape.rest());
  }
  return text + "\n add sp,#32\n vpop {d8-d15}\n pop {r4-r11,pc}";
}

Core core_of(const Shape& shape) {
  const std::string name = shape.core_name();
  std::string source = fmt::format(
      "#include \"{0}.h\"\n\n#if MOTE_HELIUM\nvoid {0}_channel(const int8_t* input, int8_t* "
      "scratch, const int8_t* weights, int8_t* output,\n    const int32_t* scaling, const int16_t* settings);\n",
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
  const std::int64_t block = shape.general ? 44 : 32;
  const std::int64_t channel =
      54 + (shape.general ? 7 : 0) + gather + block * blocks + 2 * shape.height + 5 * shape.turns();
  return 40 + shape.scratch_bytes() / 6 + channel * shape.channels;
}

std::int64_t core_flash_bytes(const Shape& shape) {
  const std::int64_t columns = 16 * kBlock / shape.width;  // loads of the padding's share, four bytes, two a row
  return 292 + (shape.general ? 28 : 0) +
         (122 + (shape.general ? 48 : 0) + columns / 2) * (shape.body_blocks() + shape.rest_blocks());
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
  return kernel && same && plane && params.multiplier == 1;
}

Shape shape_of(const mote_depthwise_conv2d_s8_params& params) {
  const Rounding rounding = rounding_for(params.scaling, params.activation, params.output_offset);
  return {params.window.input_h, params.window.input_w, params.input_c, rounding != Rounding::kAboveZeroPoint};
}

// Of each channel nine weights and the shift; bias and multiplier.
struct Records {
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> scaling;
};

Records records(const Layer& layer) {
  const mote_depthwise_conv2d_s8_params& params = parameters(layer);
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  Records result;
  for (std::int32_t c = 0; c < params.input_c; ++c) {
    std::int32_t bias =
        layer.node.inputs.size() > 2 ? graph::values<std::int32_t>(layer.input(2))[static_cast<std::size_t>(c)] : 0;
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int8_t value = weights[static_cast<std::size_t>(tap * params.input_c + c)];
      result.weights.push_back(value);
      bias += value * params.input_offset;
    }
    result.weights.push_back(params.scaling.shifts[c]);
    result.scaling.insert(result.scaling.end(), {bias, params.scaling.multipliers[c]});
  }
  return result;
}

// The weight that belongs into each of sixteen lanes, 0 for none; two lanes to a value.
void append_lanes(std::vector<std::int16_t>& settings, const Shape& shape) {
  const auto weight_of = [&](std::int64_t lane) {
    const bool is_weight = lane / shape.width < 3 && lane % shape.width < 3;
    return is_weight ? lane / shape.width * 3 + lane % shape.width : 0;
  };
  for (std::int64_t lane = 0; lane < kLanes; lane += 2) {
    settings.push_back(static_cast<std::int16_t>(weight_of(lane) | weight_of(lane + 1) << 8));
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
    const std::int64_t bias_bytes = layer.node.inputs.size() > 2 ? 4 : 0;
    option.flash_bytes = shape.channels * (kRecordBytes + 8 - 9 - bias_bytes) + 40 + 44;
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
    for (const std::int32_t value : {params.output_offset, params.activation.min, params.activation.max})
      settings.push_back(static_cast<std::int16_t>(value));
    append_lanes(settings, shape);
    const Records made = records(layer);
    std::string text = table(call.symbol + "_weights", made.weights) + table(call.symbol + "_scaling", made.scaling) +
                       table(call.symbol + "_settings", settings);
    text += fmt::format("\nstatic void {}(uint8_t* arena) {{\n", call.symbol);
    text += fmt::format(
        "  {0}((const int8_t*)(arena + {1}), (int8_t*)(arena + {2}), (int8_t*)(arena + {3}), {4}_weights,\n"
        "      {4}_scaling, {4}_settings);\n}}\n",
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
