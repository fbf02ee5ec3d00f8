#include "packed_dense_core.h"

#include <fmt/format.h>

#include <array>

#include "assembly.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kTurnWords = 8;  // of four inputs
// Outputs 0 … 3: the words of two hold the second in their upper byte.
constexpr std::array<const char*, 4> kSums{"r9", "r8", "r11", "r10"};

// What the assembly keeps on the stack, bytes from sp; 28 bytes and the nine saved registers keep sp a multiple of 8.
enum Frame : int {
  kOutput = 0,
  kStep = 4,
  kStreamEnd = 8,
  kPatch = 12,
  kTurnsEnd = 16,
  kShape = 20,
  kPatchEnd = 24,
  kFrameBytes = 28
};
// Bytes from the shape's start.
enum Shape : int { kMultiplier = 12, kShift = 20, kBounds = 24, kLow = 32 };

const char* const kIncludes =
    "#include <stdint.h>\n"
    "#ifndef MOTE_PACKED_DENSE_SHAPE\n"
    "#define MOTE_PACKED_DENSE_SHAPE\n"
    "typedef struct mote_packed_dense_shape {\n"
    "  const uint32_t* stream_end;\n"
    "  uint32_t words;      /* of four inputs */\n"
    "  uint32_t first_step; /* outputs from the first block to the second */\n"
    "  uint32_t multiplier; /* where all outputs have the same */\n"
    "  uint32_t addend;\n"
    "  uint32_t shift;\n"
    "  uint32_t above_high; /* bounds of the output + 128: 255 - high, 255 - high + low, low */\n"
    "  uint32_t above_span;\n"
    "  uint32_t low;\n"
    "} mote_packed_dense_shape;\n"
    "#endif\n";

void add_prologue(Assembly& a) {
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add(fmt::format("sub sp, sp, #{}", kFrameBytes + 0));
  a.add(fmt::format("ldr r12, [sp, #{}]", kFrameBytes + 36));
  a.add("ldm r3, {r4, r5, r6}");
  a.add(fmt::format("strd r2, r6, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("strd r4, r12, [sp, #{}]", kStreamEnd + 0));
  a.add(fmt::format("bic r6, r5, #{}", kTurnWords - 1));
  a.add("add r6, r12, r6, lsl #3");
  a.add(fmt::format("strd r6, r3, [sp, #{}]", kTurnsEnd + 0));
  a.add("add lr, r12, r5, lsl #3");
  a.add(fmt::format("str lr, [sp, #{}]", kPatchEnd + 0));
}

// Four bytes of the input as two pairs. Returns the instructions of a turn.
std::int64_t add_widening(Assembly& a, ByteKind kind) {
  const char* extend = kind == ByteKind::kSigned ? "sxtb16" : "uxtb16";
  const std::int64_t before = a.instructions();
  a.label(1);
  a.add("ldr r4, [r0], #4");
  a.add(fmt::format("{} r5, r4", extend));
  a.add(fmt::format("{} r6, r4, ror #8", extend));
  a.add("stm r12!, {r5, r6}");
  a.add("cmp r12, lr");
  a.add("bne 1b");
  return a.instructions() - before;
}

// The products of four inputs, in the registers `even` and `odd`, with the next four words of weights.
void add_products(Assembly& a, const char* even, const char* odd) {
  static constexpr std::array<const char*, 4> kWeights{"r4", "r5", "r6", "r7"};
  a.add("ldm r1!, {r4, r5, r6, r7}");
  for (std::size_t i = 0; i < kWeights.size(); ++i) {
    const char* values = i < 2 ? even : odd;
    const std::size_t low = i % 2 * 2;  // the output whose weights are the lower bytes
    a.add(fmt::format("smlad {0}, {1}, {2}, {0}", kSums[low + 1], kWeights[i], values));
    a.add(fmt::format("sxtb16 {0}, {0}", kWeights[i]));
    a.add(fmt::format("smlad {0}, {1}, {2}, {0}", kSums[low], kWeights[i], values));
  }
}

// From 256·S1 + S0 to what the form takes: 2^8 times the sums, or twice.
void add_unpacking(Assembly& a, EndForm form) {
  const bool is_prescaled = form == EndForm::kPrescaled;
  for (std::size_t low = 0; low < kSums.size(); low += 2) {
    a.add(fmt::format("sub {0}, {0}, {1}", kSums[low + 1], kSums[low]));
    a.add(fmt::format("lsl {0}, {0}, #{1}", kSums[low], is_prescaled ? 8 : 1));
    if (!is_prescaled) a.add(fmt::format("asr {0}, {0}, #7", kSums[low + 1]));
  }
}

void add_end(Assembly& a, const PackedDenseCore& core, const char* sum) {
  const bool is_prescaled = core.form == EndForm::kPrescaled;
  if (core.ends == Ends::kOfEachOutput) a.add(is_prescaled ? "ldm r1!, {r2, r3}" : "ldm r1!, {r2, r3, r5}");
  const char* saturate = core.is_bounded ? "usat" : "ssat";
  if (is_prescaled) {
    a.add(fmt::format("smmla {0}, {0}, r2, r3", sum));
    a.add(fmt::format("{1} {0}, #8, {0}, asr #{2}", sum, saturate, core.final_shift));
  } else {
    const bool is_masked = core.form == EndForm::kMasked;
    if (is_masked) a.add(fmt::format("and r12, {}, r5", sum));
    a.add(fmt::format("add r12, r3, {}, asr #31", is_masked ? "r12" : sum));
    a.add(fmt::format("smmlar {0}, {0}, r2, r12", sum));
    a.add(fmt::format("asr {0}, {0}, r5", sum));
    a.add(fmt::format("{1} {0}, #8, {0}", sum, saturate));
  }
  if (core.is_bounded) {
    a.add(fmt::format("uqadd8 {0}, {0}, r6", sum));
    a.add(fmt::format("uqsub8 {0}, {0}, r7", sum));
    a.add(fmt::format("uqadd8 {0}, {0}, r0", sum));
    a.add(fmt::format("eor {0}, {0}, #128", sum));
  }
  a.add(fmt::format("strb {}, [r4], #1", sum));
}

void add_ends(Assembly& a, const PackedDenseCore& core) {
  add_unpacking(a, core.form);
  a.add(fmt::format("ldr r0, [sp, #{}]", kShape + 0));
  if (core.ends == Ends::kCommon) {
    a.add(fmt::format("ldrd r2, r3, [r0, #{}]", kMultiplier + 0));
    if (core.form != EndForm::kPrescaled) a.add(fmt::format("ldr r5, [r0, #{}]", kShift + 0));
  }
  if (core.is_bounded) {
    a.add(fmt::format("ldrd r6, r7, [r0, #{}]", kBounds + 0));
    a.add(fmt::format("ldr r0, [r0, #{}]", kLow + 0));
  }
  a.add(fmt::format("ldr r4, [sp, #{}]", kOutput + 0));
  for (const char* sum : kSums) add_end(a, core, sum);
  a.add(fmt::format("ldrd r2, r3, [sp, #{}]", kOutput + 0));
  a.add("add r2, r2, r3");
  a.add("movs r3, #4");
  a.add(fmt::format("strd r2, r3, [sp, #{}]", kOutput + 0));
}

struct Parts {
  Assembly assembly;
  std::int64_t once = 0;    // instructions a call
  std::int64_t widen = 0;   // four inputs
  std::int64_t block = 0;   // four outputs, without the turns over inputs
  std::int64_t turn = 0;    // 32 inputs
  std::int64_t single = 0;  // four inputs
};

// Eight words of inputs, four inputs each.
void add_turn(Assembly& a, Parts& parts) {
  const std::int64_t before = a.instructions();
  a.label(3);
  a.repeat(kTurnWords / 2, [&] {
    a.add("ldm r0!, {r2, r3, r12, lr}");
    add_products(a, "r2", "r3");
    add_products(a, "r12", "lr");
  });
  a.add(fmt::format("ldr r2, [sp, #{}]", kTurnsEnd + 0));
  a.add("cmp r0, r2");
  a.add("bne.w 3b");
  parts.turn = a.instructions() - before;
}

void add_single(Assembly& a, Parts& parts) {
  const std::int64_t before = a.instructions();
  a.label(5);
  a.add("ldm r0!, {r2, r3}");
  add_products(a, "r2", "r3");
  a.add("cmp r0, lr");
  a.add("bne 5b");
  parts.single = a.instructions() - before;
}

void add_block(Assembly& a, const PackedDenseCore& core, Parts& parts) {
  const std::int64_t before = a.instructions();
  a.label(2);
  a.add(fmt::format("ldrd r0, r2, [sp, #{}]", kPatch + 0));
  a.add("ldm r1!, {r8, r9, r10, r11}");
  a.add("cmp r0, r2");
  a.add("beq.w 4f");
  add_turn(a, parts);
  a.label(4);
  a.add(fmt::format("ldr lr, [sp, #{}]", kPatchEnd + 0));
  a.add("cmp r0, lr");
  a.add("beq.w 6f");
  add_single(a, parts);
  a.label(6);
  add_ends(a, core);
  a.add(fmt::format("ldr r3, [sp, #{}]", kStreamEnd + 0));
  a.add("cmp r1, r3");
  a.add("bne.w 2b");
  parts.block = a.instructions() - before - parts.turn - parts.single;
}

Parts assemble(const PackedDenseCore& core) {
  Parts parts;
  Assembly& a = parts.assembly;
  add_prologue(a);
  parts.widen = add_widening(a, core.input);
  const std::int64_t begin = a.instructions();
  add_block(a, core, parts);
  const std::int64_t end = a.instructions();
  a.add(fmt::format("add sp, sp, #{}", kFrameBytes + 0));
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = begin - parts.widen + a.instructions() - end;
  return parts;
}

std::string declaration(const PackedDenseCore& core) {
  return fmt::format(
      "void {}(const void* input, const uint32_t* stream, int8_t* output, const mote_packed_dense_shape* shape,\n"
      "    uint32_t* patch)",
      packed_dense_core_name(core));
}

// `sum` and `at`, the end's {M, C, r}, to `value`.
std::string fallback_end(const PackedDenseCore& core) {
  if (core.form == EndForm::kPrescaled)
    return fmt::format(
        "      const int32_t sum = (int32_t)((uint32_t)total << 8);\n"
        "      int32_t value = ((int32_t)(((int64_t)sum * (int32_t)at[0]) >> 32) + (int32_t)at[1]) >> {};\n",
        core.final_shift);
  return "      const int32_t sum = (int32_t)((uint32_t)total << 1);\n"
         "      const int64_t product = (int64_t)sum * (int32_t)at[0] + ((int64_t)1 << 31);\n" +
         fmt::format("      const int32_t scaled = (int32_t)(product >> 32) + (int32_t)at[1] - (sum < 0 ? {} : 0);\n",
                     core.form == EndForm::kMasked ? "(int32_t)(at[2] >> 31)" : "1") +
         "      int32_t value = scaled >> (at[2] & 31u);\n";
}

std::string fallback(const PackedDenseCore& core) {
  const char* type = core.input == ByteKind::kSigned ? "int8_t" : "uint8_t";
  const char* high = core.is_bounded ? "255 - (int32_t)shape->above_high" : "127";
  const char* low = core.is_bounded ? "(int32_t)shape->low" : "-128";
  const bool is_common = core.ends == Ends::kCommon;
  std::string text = declaration(core) + " {\n";
  text += fmt::format("  const {0}* values = (const {0}*)input;\n", type);
  text += "  int16_t* const widened = (int16_t*)(void*)patch;\n";
  text += "  uint32_t step = shape->first_step;\n";
  text += "  for (uint32_t i = 0; i < 4 * shape->words; ++i) widened[i] = values[i];\n";
  text += "  while (stream != shape->stream_end) {\n";
  text +=
      "    uint32_t sums[4] = {stream[1], stream[0] - stream[1], stream[3], stream[2] - stream[3]}; /* odd: times 256 "
      "*/\n";
  text += "    stream += 4;\n";
  text += "    for (uint32_t i = 0; i < shape->words; ++i, stream += 4) {\n";
  text += "      for (uint32_t j = 0; j < 8; ++j) {\n";
  text += "        const int32_t half = (int16_t)(stream[j / 2] >> 16 * (j % 2) & 0xFFFFu);\n";
  text += "        const int32_t low = (int8_t)(half & 0xFF);\n";
  text += "        const int32_t value = widened[4 * i + j / 4 + 2 * (j % 2)];\n";
  text += "        sums[j / 2 % 2 * 2] += (uint32_t)(low * value);\n";
  text += "        sums[j / 2 % 2 * 2 + 1] += (uint32_t)((half - low) * value);\n";
  text += "      }\n    }\n";
  text += "    for (uint32_t o = 0; o < 4; ++o) {\n";
  text += "      const int32_t total = o % 2 == 0 ? (int32_t)sums[o] : (int32_t)sums[o] >> 8;\n";
  text += fmt::format("      const uint32_t* const at = {};\n", is_common ? "&shape->multiplier" : "stream");
  text += fallback_end(core);
  if (!is_common) text += fmt::format("      stream += {};\n", core.form == EndForm::kPrescaled ? 2 : 3);
  text +=
      fmt::format("      value = value > {0} ? {0} : value;\n      value = value < {1} ? {1} : value;\n", high, low);
  text += fmt::format("      output[o] = (int8_t)(value{});\n    }}\n", core.is_bounded ? " - 128" : "");
  return text + "    output += step;\n    step = 4;\n  }\n}\n";
}

}  // namespace

std::string packed_dense_core_name(const PackedDenseCore& core) {
  std::string name = fmt::format("mote_packed_dense_{}", core.input == ByteKind::kSigned ? "s8" : "u8");
  if (core.ends == Ends::kCommon) name += "_one_scale";
  name += core.form == EndForm::kPrescaled ? fmt::format("_shift{}", core.final_shift)
          : core.form == EndForm::kDoubled ? "_any"
                                           : "_mixed";
  return name + (core.is_bounded ? "_bounded" : "");
}

Core packed_dense_core_text(const PackedDenseCore& core) {
  return arm_dsp_core({packed_dense_core_name(core), kIncludes, declaration(core), fallback(core)},
                      assemble(core).assembly);
}

std::int64_t packed_dense_core_bytes(const PackedDenseCore& core) {
  return assemble(core).assembly.bytes();
}

std::int64_t packed_dense_core_instructions(const PackedDenseCore& core, std::int64_t inputs, std::int64_t blocks) {
  const Parts parts = assemble(core);
  const std::int64_t words = (inputs + 3) / 4;
  return parts.once + words * parts.widen +
         blocks * (parts.block + words / kTurnWords * parts.turn + words % kTurnWords * parts.single);
}

std::int64_t packed_dense_patch_bytes(std::int64_t inputs) {
  return (inputs + 3) / 4 * 8;
}

std::string packed_dense_shape(const PackedDenseCore& core, const PackedDenseShape& shape, const Requantization& form) {
  const std::int32_t above = 255 - form.high;
  const ChannelConstants& first = form.channels.front();
  const std::uint32_t shift =
      form.form == EndForm::kMasked ? first.masked_shift() : static_cast<std::uint32_t>(first.shift);
  const std::int32_t addend = first.addend - core.addend_offset() * (1 << first.shift);
  return fmt::format("{{{}, {}, {}, {}u, {}u, {}u, {}, {}, {}}}", shape.stream_end, (shape.inputs + 3) / 4,
                     shape.first_step, static_cast<std::uint32_t>(first.multiplier), static_cast<std::uint32_t>(addend),
                     shift, above, above + form.low, form.low);
}

}  // namespace mote::codegen
