#include "helium_strip.h"

#include <fmt/format.h>

#include "helium_text.h"

namespace mote::codegen::helium {
namespace {

constexpr std::string_view kHeader = R"(#include "mote_helium_base.h"

#ifndef MOTE_HELIUM_PLANE
#define MOTE_HELIUM_PLANE
/* The planes of a depthwise layer. u runs along a strip, v across; pitches are bytes between neighbours. */
typedef struct mote_helium_plane {
  int32_t channels;
  int32_t input_u, input_v;
  int32_t output_u, output_v;
  int32_t input_pitch_u, input_pitch_v;
  int32_t output_pitch_u, output_pitch_v;
  int32_t pad_u, pad_v;
  int32_t input_zero_point, output_zero_point;
  int32_t strip_bytes;
  int32_t least, greatest;
} mote_helium_plane;

/* What a step needs; the assembly knows the offsets. */
typedef struct mote_helium_channel {
  int32_t zero_point;  /*  0: of the output */
  int32_t step;        /*  4: bytes between blocks of outputs */
  int32_t lanes;       /*  8: outputs of a step, two for each column with stride 1 */
  int32_t multiplier;  /* 12 */
  int32_t bias;        /* 16 */
  int32_t shift;       /* 20: to the right, <= 0 */
  uint32_t weights[6]; /* 24: two words of zeros, three of weights, one of zeros */
  uint16_t places[16]; /* 48: of eight outputs; 64: where the second row is missing */
  uint16_t from[8];    /* of four columns of two rows: in the input, in the strip */
  uint16_t to[8];
  int32_t left;            /* 112: shift before the multiplication; then `shift` is 0 */
  int32_t away;            /* 116: 1 where there is a right shift, whose ties fall away from zero */
  int32_t least, greatest; /* 120: of the output */
} mote_helium_channel;

enum { MOTE_HELIUM_ODD_STEP = 1, MOTE_HELIUM_SINGLE_ROW = 2 };
#endif

/* weights: for each channel three columns of three rows and the shift; scaling: for each channel bias and multiplier. */
)";

constexpr std::string_view kDriver = R"(
/* Rows v and v + 1 of a channel into two slots of the strip; rows outside are the zero point. */
static void {0}_fill(int8_t* strip, const int8_t* input, const mote_helium_plane* p, const mote_helium_channel* c, int32_t v) {{
  const int32_t first = v >= 0 && v < p->input_v;
  const int32_t second = v + 1 >= 0 && v + 1 < p->input_v;
  strip += 4 * p->pad_u;
#if MOTE_HELIUM
  const uint16x8_t from = vld1q_u16(c->from);
  const uint16x8_t to = vld1q_u16(c->to);
  const uint8_t* source = (const uint8_t*)input + v * p->input_pitch_v;
  uint8_t* target = (uint8_t*)strip;
  int32_t lanes = 2 * p->input_u;
  const int32_t advance = 4 * p->input_pitch_u;
  if (first && second) {{
    for (; lanes >= 8; lanes -= 8, source += advance, target += 16) {{
      vstrbq_scatter_offset_u16(target, to, vldrbq_gather_offset_u16(source, from));
    }}
    if (lanes == 0) return;
    const mve_pred16_t tail = vctp16q((uint32_t)lanes);
    vstrbq_scatter_offset_p_u16(target, to, vldrbq_gather_offset_z_u16(source, from, tail), tail);
    return;
  }}
  const mve_pred16_t rows = (mve_pred16_t)((first ? 0x3333 : 0) | (second ? 0xCCCC : 0));
  const uint16x8_t outside = vdupq_n_u16((uint16_t)(uint8_t)p->input_zero_point);
  for (; lanes > 0; lanes -= 8, source += advance, target += 16) {{
    const mve_pred16_t there = vctp16q((uint32_t)lanes);
    const mve_pred16_t valid = (mve_pred16_t)(there & rows);
    const uint16x8_t values = vpselq_u16(vldrbq_gather_offset_z_u16(source, from, valid), outside, valid);
    vstrbq_scatter_offset_p_u16(target, to, values, there);
  }}
#else
  (void)c;
  for (int32_t u = 0; u < p->input_u; ++u, strip += 4) {{
    const int32_t at = u * p->input_pitch_u + v * p->input_pitch_v;
    strip[0] = first ? input[at] : (int8_t)p->input_zero_point;
    strip[1] = second ? input[at + p->input_pitch_v] : (int8_t)p->input_zero_point;
  }}
#endif
}}

static void {0}_load(mote_helium_channel* c, const int8_t* weights, const int32_t* scaling) {{
  for (int32_t i = 0; i < 3; ++i, weights += 3) {{
    c->weights[2 + i] =
        (uint32_t)(uint8_t)weights[0] | (uint32_t)(uint8_t)weights[1] << 8 | (uint32_t)(uint8_t)weights[2] << 16;
  }}
  c->bias = scaling[0];
  c->multiplier = scaling[1];
  c->shift = weights[0];{1}
}}
)";

// Stride 1: steps of two rows. Stride 2: steps of one.
constexpr std::string_view kRun = R"(
void {0}(const int8_t* input, int8_t* output, int8_t* strip, const int8_t* weights,
    const int32_t* scaling, const mote_helium_plane* plane) {{
  const mote_helium_plane p = *plane;
  mote_helium_channel c = {{p.output_zero_point, {1} * p.output_pitch_u, {2} * p.output_u, 0, 0, 0, {{0}}, {{0}}, {{0}}, {{0}}, 0, 0, p.least, p.greatest}};
  for (int32_t lane = 0; lane < 8; ++lane) {{
    const int32_t along = {3} * p.output_pitch_u;
    c.places[lane] = (uint16_t)({4});
    c.places[8 + lane] = (uint16_t)along;
    c.from[lane] = (uint16_t)(lane / 2 * p.input_pitch_u + lane % 2 * p.input_pitch_v);
    c.to[lane] = (uint16_t)(lane / 2 * 4 + lane % 2);
  }}
  for (int32_t i = 0; i < p.strip_bytes; ++i) strip[i] = (int8_t)p.input_zero_point;
  for (int32_t n = 0; n < p.channels; ++n, ++input, ++output, weights += 10, scaling += 2) {{
    int8_t* to = output;
    {0}_load(&c, weights, scaling);
    {0}_fill(strip, input, &p, &c, -p.pad_v);
    for (int32_t step = 0; step * {5} < p.output_v; ++step, to += {5} * p.output_pitch_v) {{
      const int32_t odd = step & 1;
      {0}_fill(strip + (odd ? 0 : 2), input, &p, &c, 2 * step + 2 - p.pad_v);
      {0}_step(strip, to, &c, (odd ? MOTE_HELIUM_ODD_STEP : 0){6});
    }}
  }}
}}
)";

constexpr std::string_view kStepFallback = R"(
static void {0}_step(const int8_t* strip, int8_t* output, const mote_helium_channel* c, int32_t flags) {{
  for (int32_t lane = 0; lane < c->lanes; ++lane) {{
    const int32_t row = {1};
    const int32_t u = {2};
    int32_t sum = c->bias;
    for (int32_t tap = 0; tap < 9; ++tap) {{
      const int32_t slot = (tap % 3 + row + ((flags & MOTE_HELIUM_ODD_STEP) ? 2 : 0)) & 3;
      const int8_t weight = (int8_t)(uint8_t)(c->weights[2 + tap / 3] >> (8 * (tap % 3)));
      sum += strip[4 * ({3} * u + tap / 3) + slot] * weight;
    }}
    const uint16_t* const places = c->places + ((flags & MOTE_HELIUM_SINGLE_ROW) ? 8 : 0);
    output[lane / 8 * c->step + places[lane % 8]] =
        mote_helium_requantize(sum, c->multiplier, c->shift{4}, c->zero_point, c->least, c->greatest);
  }}
}}
)";

constexpr std::string_view kLoadShifts = R"(
  c->left = c->shift > 0 ? c->shift : 0;
  c->shift -= c->left;
  c->away = c->shift < 0;)";

constexpr std::string_view kStepDeclaration = R"(
void {0}_step(const int8_t* strip, int8_t* output, const mote_helium_channel* c, int32_t flags);
)";

constexpr std::string_view kPrologue = R"(
 push {r4-r11,lr}
 vpush {d8-d15}
 mov r5,r1
 mov r1,r0
 add r4,r2,#24
 vldrb.u8 q4,[r4,#8]
 vldrb.u8 q5,[r4,#4]
 vldrb.u8 q6,[r4,#7]
 vldrb.u8 q7,[r4,#3]
 add r4,#24
 tst r3,#2
 beq 1f
 vmov q6,q4
 vmov q7,q5
 add r4,#16
1:
 vldrh.u16 q3,[r4]
 tst r3,#1
 beq 1f
 vrev32.16 q4,q4
 vrev32.16 q5,q5
 vrev32.16 q6,q6
 vrev32.16 q7,q7
1:
 ldrd r6,r8,[r2]
 ldrd r7,r3,[r2,#8]
 ldrd r9,r11,[r2,#16]
 sub sp,#24
 strd r6,r8,[sp])";

constexpr std::string_view kGeneralPrologue = R"(
 ldrd r6,r8,[r2,#112]
 strd r6,r8,[sp,#8]
 ldrd r6,r8,[r2,#120]
 strd r6,r8,[sp,#16])";

constexpr std::string_view kPairSums = R"(
 vldrw.u32 q0,[r1],#16
 vldrw.u32 q1,[r1,#-8]
 vmladav.s8 r0,q0,q4
 vmladav.s8 r2,q0,q5
 vmladav.s8 r4,q1,q4
 vmladav.s8 r6,q1,q5
 vmladav.s8 r8,q0,q6
 vmladav.s8 r10,q0,q7
 vmladav.s8 r12,q1,q6
 vmladav.s8 lr,q1,q7)";

// Outputs 0, 2, 4, 6 in the first four, so that narrowing interleaves them in order.
constexpr std::string_view kRowSums = R"(
 vldrw.u32 q0,[r1],#64
 vldrw.u32 q1,[r1,#-56]
 vmladav.s8 r0,q0,q4
 vmladav.s8 r8,q1,q4
 vldrw.u32 q0,[r1,#-48]
 vldrw.u32 q1,[r1,#-40]
 vmladav.s8 r2,q0,q4
 vmladav.s8 r10,q1,q4
 vldrw.u32 q0,[r1,#-32]
 vldrw.u32 q1,[r1,#-24]
 vmladav.s8 r4,q0,q4
 vmladav.s8 r12,q1,q4
 vldrw.u32 q0,[r1,#-16]
 vldrw.u32 q1,[r1,#-8]
 vmladav.s8 r6,q0,q4
 vmladav.s8 lr,q1,q4)";

constexpr std::string_view kGather = R"(
 vmov q0[2],q0[0],r0,r4
 vmov q0[3],q0[1],r2,r6
 vmov q1[2],q1[0],r8,r12
 vmov q1[3],q1[1],r10,lr
 vadd.i32 q0,q0,r9
 vadd.i32 q1,q1,r9)";

constexpr std::string_view kShiftLeft = R"(
 ldrd r0,r2,[sp,#8]
 vshl.s32 q0,r0
 vshl.s32 q1,r0)";

constexpr std::string_view kHigh = R"(
 vqrdmulh.s32 q0,q0,r3
 vqrdmulh.s32 q1,q1,r3)";

constexpr std::string_view kTiesAway = R"(
 vqdmulh.s32 q2,q0,r2
 vqadd.s32 q0,q0,q2
 vqdmulh.s32 q2,q1,r2
 vqadd.s32 q1,q1,q2)";

constexpr std::string_view kShift = R"(
 vrshl.s32 q0,r11
 vrshl.s32 q1,r11
 ldrd r0,r2,[sp]
 vqmovnb.s32 q2,q0
 vqmovnt.s32 q2,q1
 vqadd.s16 q2,q2,r0)";

constexpr std::string_view kClamp = R"(
 ldrd r0,r4,[sp,#16]
 vdup.16 q0,r0
 vdup.16 q1,r4
 vmax.s16 q2,q2,q0
 vmin.s16 q2,q2,q1)";

constexpr std::string_view kStore = R"(
 vqmovnb.s16 q2,q2
 vctp.16 r7
 vpst
 vstrbt.16 q2,[r5,q3]
 add r5,r2
 subs r7,#8
 bgt 2b
 add sp,#24
 vpop {d8-d15}
 pop {r4-r11,pc})";

}  // namespace

std::string StripCore::name() const {
  return fmt::format("mote_helium_depthwise_s{}_{}", stride_, general() ? "any" : "relu");
}

std::string StripCore::assembly() const {
  std::string text(kPrologue);
  if (general()) text += kGeneralPrologue;
  text += "\n2:";
  text += stride_ == 1 ? kPairSums : kRowSums;
  text += kGather;
  if (general()) text += kShiftLeft;
  text += kHigh;
  if (general()) text += kTiesAway;
  text += kShift;
  if (general()) text += kClamp;
  return text + std::string(kStore);
}

std::int64_t StripCore::flash_bytes() const {
  return (stride_ == 1 ? 930 : 898) + (general() ? 80 : 0);
}

Core StripCore::core() const {
  const bool pairs = stride_ == 1;
  const std::string declaration = fmt::format(
      "void {}(const int8_t* input, int8_t* output, int8_t* strip, const int8_t* weights,\n"
      "    const int32_t* scaling, const mote_helium_plane* plane)",
      name());
  std::string source = fmt::format("#include \"{}.h\"\n", name()) + "\n#if MOTE_HELIUM";
  source += fmt::format(fmt::runtime(kStepDeclaration), name());
  source += function_assembly(name() + "_step", assembly()) + "#else";
  source +=
      fmt::format(fmt::runtime(kStepFallback), name(), pairs ? "(flags & MOTE_HELIUM_SINGLE_ROW) ? 0 : lane & 1" : "0",
                  pairs ? "lane >> 1" : "lane", stride_, general() ? " + c->left" : "");
  source += "#endif\n" + fmt::format(fmt::runtime(kDriver), name(), general() ? kLoadShifts : "");
  source += fmt::format(fmt::runtime(kRun), name(), pairs ? 4 : 8, pairs ? 2 : 1, pairs ? "lane / 2" : "lane",
                        pairs ? "along + lane % 2 * p.output_pitch_v" : "along", pairs ? 2 : 1,
                        pairs ? " | (step * 2 + 1 < p.output_v ? 0 : MOTE_HELIUM_SINGLE_ROW)" : "");
  return {name(), std::string(kHeader) + declaration + ";\n", std::move(source)};
}

std::int64_t StripCore::strip_bytes(std::int64_t columns) const {
  return stride_ == 1 ? 4 * (round_up(columns, 4) + 2) : 4 * (2 * round_up(columns, 8) + 2);
}

std::int64_t StripCore::instructions(const Extent& extent) const {
  const std::int64_t blocks = stride_ == 1 ? (extent.columns + 3) / 4 : (extent.columns + 7) / 8;
  const std::int64_t fill_blocks = (extent.input_columns + 3) / 4;
  const std::int64_t step = 40 + (general() ? 4 : 0) + blocks * ((stride_ == 1 ? 31 : 37) + (general() ? 12 : 0));
  return 60 + (steps(extent.rows) + 1) * (42 + 6 * fill_blocks) + extent.edges * (15 + 11 * fill_blocks) +
         steps(extent.rows) * step;
}

}  // namespace mote::codegen::helium
