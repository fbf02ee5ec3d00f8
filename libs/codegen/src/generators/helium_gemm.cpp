#include "helium_gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "helium_text.h"

namespace mote::codegen::helium {
namespace {

constexpr std::int64_t kGroup = 4;
constexpr std::int64_t kTurn = 4;  // vectors in a turn of the walking core

constexpr std::string_view kMultiply = R"(
 {0} r0,q0,q2
 {0} r8,q1,q2
 {0} r2,q0,q3
 {0} r10,q1,q3
 {0} r4,q0,q4
 {0} r12,q1,q4
 {0} r6,q0,q5
 {0} lr,q1,q5)";

constexpr std::string_view kLoadWeights = R"(
 vldrb.u8 q2,[r3],#16
 vldrb.u8 q3,[r3],#16
 vldrb.u8 q4,[r3],#16
 vldrb.u8 q5,[r3],#16)";

// The even filters of q3 and q5 come to q2 and q4.
constexpr std::string_view kLoadNibbles = R"(
 vldrb.u8 q3,[r3],#16
 vldrb.u8 q5,[r3],#16
 vshl.i8 q2,q3,#4
 vshl.i8 q4,q5,#4)";

// 16 times each sum.
constexpr std::string_view kSplitSums = R"(
 sub r2,r2,r0,asr #4
 sub r6,r6,r4,asr #4
 sub r10,r10,r8,asr #4
 sub lr,lr,r12,asr #4)";

constexpr std::string_view kPrologue = R"(
 push {r4-r11,lr}
 vpush {d8-d15}
 ldr r4,[sp,#100]
 vldrh.u16 q7,[r4]
 ldrsh r9,[r4,#16]
 ldrh r11,[r4,#18]
 mov r5,r3
 mov r3,r1
 mov r7,r2
 mov r1,r0)";

constexpr std::string_view kSums = R"(
 vldrw.u32 q2,[r7],#16
 vldrw.u32 q3,[r7],#16
 vldrb.s32 q4,[r7],#4
 vmov q0[2],q0[0],r0,r4
 vmov q0[3],q0[1],r2,r6
 vmov q1[2],q1[0],r8,r12
 vmov q1[3],q1[1],r10,lr)";

constexpr std::string_view kWholeSums = R"(
 vshr.s32 q0,q0,#4
 vshr.s32 q1,q1,#4)";

constexpr std::string_view kBias = R"(
 vadd.i32 q0,q0,q2
 vadd.i32 q1,q1,q2)";

constexpr std::string_view kShiftLeft = R"(
 vmov.i32 q2,#0
 vmax.s32 q5,q4,q2
 vmin.s32 q4,q4,q2
 vshl.s32 q0,q0,q5
 vshl.s32 q1,q1,q5)";

constexpr std::string_view kHigh = R"(
 vqrdmulh.s32 q0,q0,q3
 vqrdmulh.s32 q1,q1,q3)";

constexpr std::string_view kTiesAway = R"(
 vand q5,q0,q4
 vshr.s32 q5,q5,#31
 vqadd.s32 q0,q0,q5
 vand q5,q1,q4
 vshr.s32 q5,q5,#31
 vqadd.s32 q1,q1,q5)";

constexpr std::string_view kShift = R"(
 vrshl.s32 q0,q0,q4
 vrshl.s32 q1,q1,q4
 vqmovnb.s32 q2,q0
 vqmovnt.s32 q2,q1)";

constexpr std::string_view kStore = R"(
 vqmovnb.s16 q2,q2
 vstrb.16 q2,[r5,q7]
 add r5,#4)";

constexpr std::string_view kFallback =
    R"(void {0}(const int8_t* rows, const int8_t* weights, const int32_t* scaling, int8_t* output,
    const int16_t* settings) {{
  for (int32_t group = 0; group < settings[9]; ++group, weights += {1}, scaling += 9, output += 4) {{
    for (int32_t lane = 0; lane < 8; ++lane) {{
      const int32_t filter = lane >> 1;
      const int8_t* const row = rows + (lane & 1) * {2};
      int32_t sum = scaling[filter];
      for (int32_t k = 0; k < {2}; ++k) {{
{5}      }}
      output[(uint16_t)settings[lane]] = mote_helium_requantize(sum, scaling[4 + filter], (int8_t)(uint8_t)((uint32_t)scaling[8] >> (8 * filter)),
          settings[8], {3}, {4});
    }}
  }}
}}
)";

// {0} of the C fallback.
constexpr std::string_view kFallbackBytes =
    "        sum += row[k] * weights[(k >> 4) * 64 + filter * 16 + (k & 15)];\n";
constexpr std::string_view kFallbackNibbles =
    "        const int32_t both = weights[(k >> 4) * 32 + filter / 2 * 16 + (k & 15)];\n"
    "        const int32_t even = ((both + 8) & 15) - 8;\n"
    "        sum += row[k] * (filter % 2 == 0 ? even : (both - even) / 16);\n";

// An input times a byte of two weights.
constexpr std::int64_t kGreatestProduct = 128 * (16 * 8 + 8);

int weight_at(const Filters& filters, std::int64_t filter, std::int64_t lane) {
  if (filter >= filters.count || lane >= filters.depth) return 0;
  return int{filters.weights[static_cast<std::size_t>(filter * filters.depth + lane)]};
}

void append_vectors(const Filters& filters, std::int64_t first, std::int64_t k, Packed& packed) {
  for (std::int64_t filter = first; filter < first + kGroup; filter += filters.has_nibbles ? 2 : 1) {
    for (std::int64_t lane = k; lane < k + kLanes; ++lane) {
      const int weight = weight_at(filters, filter, lane);
      packed.weights.push_back(
          static_cast<std::int8_t>(filters.has_nibbles ? 16 * weight_at(filters, filter + 1, lane) + weight : weight));
    }
  }
}

}  // namespace

bool weights_fit(const Filters& filters) {
  if (!filters.has_nibbles) return true;
  if (filters.depth * kGreatestProduct > INT32_MAX) return false;
  const auto fits = [](std::int8_t weight) { return weight >= -7 && weight <= 7; };
  return std::all_of(filters.weights.begin(), filters.weights.end(), fits);
}

Rounding rounding_for(const mote_channel_scaling& scaling, mote_activation activation, std::int32_t output_zero_point) {
  if (std::any_of(scaling.shifts, scaling.shifts + scaling.count, [](std::int8_t shift) { return shift > 0; })) {
    return Rounding::kAnyShift;
  }
  const bool saturates = activation.min == INT8_MIN && activation.max == INT8_MAX;
  return saturates && output_zero_point == INT8_MIN ? Rounding::kAboveZeroPoint : Rounding::kGeneral;
}

std::int32_t Filters::folded_bias(std::int64_t filter) const {
  std::int64_t value = bias.empty() ? 0 : bias[static_cast<std::size_t>(filter)];
  for (std::int64_t k = 0; k < depth; ++k) {
    value -= std::int64_t{weights[static_cast<std::size_t>(filter * depth + k)]} * input_zero_point;
  }
  return static_cast<std::int32_t>(value);
}

GemmCore::GemmCore(std::int64_t depth, Rounding rounding, bool has_nibbles)
    : vectors_((depth + kLanes - 1) / kLanes), rounding_(rounding), has_nibbles_(has_nibbles) {}

std::string GemmCore::name() const {
  constexpr std::array<std::string_view, 3> kForms{"relu", "any", "left"};
  return fmt::format("mote_helium_gemm{}_{}_{}", has_nibbles_ ? "_int4" : "", row_bytes(),
                     kForms[static_cast<std::size_t>(rounding_)]);
}

std::string_view GemmCore::load_weights() const {
  return has_nibbles_ ? kLoadNibbles : kLoadWeights;
}

std::string GemmCore::products() const {
  const std::string load = fmt::format(R"(
 vldrw.u32 q0,[r1,#mote_at]
 vldrw.u32 q1,[r1,#mote_at+{}]{})",
                                       row_bytes(), load_weights());
  std::string text = "\n .set mote_at,0" + load + fmt::format(fmt::runtime(kMultiply), "vmladav.s8");
  if (vectors_ == 1) return text;
  text += fmt::format("\n .rept {}\n .set mote_at,mote_at+16", vectors_ - 1);
  return text + load + fmt::format(fmt::runtime(kMultiply), "vmladava.s8") + "\n .endr";
}

std::string GemmCore::walked_products() const {
  const std::string load = fmt::format("\n vldrb.u8 q0,[r1],#16\n vldrb.u8 q1,[r9],#16{}", load_weights());
  const std::string accumulate = load + fmt::format(fmt::runtime(kMultiply), "vmladava.s8");
  std::string text = load + fmt::format(fmt::runtime(kMultiply), "vmladav.s8");
  text += fmt::format("\n mov r11,#{}\n2:\n .rept {}{}\n .endr\n subs r11,#1\n bne 2b", (vectors_ - 1) / kTurn, kTurn,
                      accumulate);
  text += fmt::format("\n .rept {}{}\n .endr", (vectors_ - 1) % kTurn, accumulate);
  return text + fmt::format("\n subw r1,r1,#{0}\n subw r9,r9,#{0}", row_bytes());
}

std::string GemmCore::epilogue() const {
  const bool general = rounding_ != Rounding::kAboveZeroPoint;
  std::string text(has_nibbles_ ? kSplitSums : "");
  text += kSums;
  if (has_nibbles_) text += kWholeSums;
  text += kBias;
  if (rounding_ == Rounding::kAnyShift) text += kShiftLeft;
  text += kHigh;
  if (general) text += kTiesAway;
  text += kShift;
  text += walks() ? "\n vqadd.s16 q2,q2,q6" : "\n vqadd.s16 q2,q2,r9";
  if (general) {
    text += fmt::format("\n ldr r0,[sp,#{}]", walks() ? 108 : 100);
    text += "\n vldrh.u16 q3,[r0,#32]\n vldrh.u16 q4,[r0,#48]\n vmax.s16 q2,q2,q3\n vmin.s16 q2,q2,q4";
  }
  return text + std::string(kStore);
}

std::string GemmCore::assembly() const {
  std::string text(kPrologue);
  if (walks()) {
    // Nine words of scaling belong to a group.
    text += fmt::format("\n vdup.16 q6,r9\n mov r4,#36\n mla r11,r11,r4,r7\n sub sp,#8\n str r11,[sp]\n addw r9,r1,#{}",
                        row_bytes());
    text += "\n1:" + walked_products() + epilogue() + "\n ldr r0,[sp]\n cmp r7,r0\n bne 1b\n add sp,#8";
  } else {
    text += "\n1:" + products() + epilogue() + "\n subs r11,#1\n bne 1b";
  }
  return text + "\n vpop {d8-d15}\n pop {r4-r11,pc}";
}

Core GemmCore::core() const {
  std::string header = "#include \"mote_helium_base.h\"\n\n";
  header += fmt::format(
      "/* Two rows of {0} inputs times groups of four filters. weights: for each 16 inputs 16 weights of {2};\n"
      " * scaling: four biases, four multipliers and a word of four shifts a group; settings: places of the eight "
      "outputs of a group, "
      "zero\n"
      " * point, groups{1}. */\n",
      row_bytes(),
      rounding_ != Rounding::kAboveZeroPoint ? ", from the 16th on least and greatest output, eight times" : "",
      has_nibbles_ ? "each two filters, 16 times the second + the first" : "each filter");
  header += fmt::format(
      "void {}(const int8_t* rows, const int8_t* weights, const int32_t* scaling, int8_t* output,\n"
      "    const int16_t* settings);\n",
      name());
  const bool general = rounding_ != Rounding::kAboveZeroPoint;
  std::string source =
      fmt::format("#include \"{}.h\"\n\n#if MOTE_HELIUM\n", name()) + function_assembly(name(), assembly());
  source += "#else\n" + fmt::format(fmt::runtime(kFallback), name(), group_bytes(), row_bytes(),
                                    general ? "settings[16]" : "-128", general ? "settings[24]" : "127",
                                    has_nibbles_ ? kFallbackNibbles : kFallbackBytes);
  return {name(), std::move(header), source + "#endif\n"};
}

std::int64_t GemmCore::flash_bytes() const {
  const std::int64_t unrolled = walks() ? 1 + kTurn + (vectors_ - 1) % kTurn : vectors_;
  return 56 * unrolled + 116 + (rounding_ == Rounding::kAboveZeroPoint ? 0 : 44) +
         (rounding_ == Rounding::kAnyShift ? 20 : 0) + (walks() ? 52 : 0) + (has_nibbles_ ? 24 : 0);
}

std::int64_t GemmCore::instructions(std::int64_t groups) const {
  const std::int64_t general = rounding_ == Rounding::kAboveZeroPoint ? 0 : rounding_ == Rounding::kGeneral ? 11 : 16;
  const std::int64_t walk = walks() ? 4 + 2 * ((vectors_ - 1) / kTurn) : 0;
  return groups * (14 * vectors_ + 21 + general + walk + (has_nibbles_ ? 6 : 0)) + 13 + (walks() ? 7 : 0);
}

Packed pack(const Filters& filters) {
  Packed packed;
  const std::int64_t whole = filters.count / kGroup * kGroup;
  for (std::int64_t first = 0; first < whole; first += kGroup) append_group(filters, first, packed);
  if (whole < filters.count) append_group(filters, std::max<std::int64_t>(filters.count - kGroup, 0), packed);
  return packed;
}

void append_group(const Filters& filters, std::int64_t first, Packed& packed) {
  for (std::int64_t k = 0; k < filters.depth; k += kLanes) append_vectors(filters, first, k, packed);
  const auto each = [&](auto value) {
    for (std::int64_t filter = first; filter < first + kGroup; ++filter) {
      packed.scaling.push_back(filter < filters.count ? value(filter) : 0);
    }
  };
  each([&](std::int64_t filter) { return filters.folded_bias(filter); });
  each([&](std::int64_t filter) { return filters.multiplier(filter); });
  std::uint32_t shifts = 0;
  for (std::int64_t filter = std::min(filters.count, first + kGroup) - 1; filter >= first; --filter) {
    shifts = shifts << 8 | static_cast<std::uint8_t>(filters.shift(filter));
  }
  packed.scaling.push_back(static_cast<std::int32_t>(shifts));
}

}  // namespace mote::codegen::helium
