#include "dense_core.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "assembly.h"

namespace mote::codegen {
namespace {

constexpr std::array<const char*, 4> kWeights{"r4", "r5", "r6", "r7"};
constexpr std::array<const char*, 4> kSums{"r8", "r9", "r10", "r11"};

const char* const kIncludes =
    "#include <stdint.h>\n"
    "#ifndef MOTE_DENSE_SHAPE\n"
    "#define MOTE_DENSE_SHAPE\n"
    "typedef struct mote_dense_shape {\n"
    "  const uint32_t* stream_end;\n"
    "  uint32_t inputs;\n"
    "  uint32_t above_high; /* bounds of the output + 128: 255 - high, 255 - high + low, low */\n"
    "  uint32_t above_span;\n"
    "  uint32_t low;\n"
    "} mote_dense_shape;\n"
    "#endif\n";

// "ldm r1!, {r4, r5}", or a load of one.
std::string load(const std::array<const char*, 4>& registers, std::int32_t count) {
  if (count == 1) return fmt::format("ldr {}, [r1], #4", registers[0]);
  std::string list = registers[0];
  for (std::size_t i = 1; i < static_cast<std::size_t>(count); ++i) list += std::string(", ") + registers[i];
  return "ldm r1!, {" + list + "}";
}

void add_four_inputs(Assembly& a, const DenseCore& core) {
  const char* extend = core.input == ByteKind::kSigned ? "sxtb16" : "uxtb16";
  a.add("ldr r3, [r0], #4");
  a.add(fmt::format("{} r2, r3", extend));
  a.add(fmt::format("{} r3, r3, ror #8", extend));
  a.add(load(kWeights, core.outputs));
  for (std::size_t i = 0; i < static_cast<std::size_t>(core.outputs); ++i) {
    a.add(fmt::format("sxtb16 r12, {}", kWeights[i]));
    a.add(fmt::format("smlad {0}, r2, r12, {0}", kSums[i]));
    a.add(fmt::format("sxtb16 {0}, {0}, ror #8", kWeights[i]));
    a.add(fmt::format("smlad {0}, r3, {1}, {0}", kSums[i], kWeights[i]));
  }
}

void add_end(Assembly& a, const DenseCore& core, const char* sum) {
  const bool is_prescaled = core.form == EndForm::kPrescaled;
  a.add(is_prescaled ? "ldm r1!, {r2, r3}" : "ldm r1!, {r2, r3, r5}");
  a.add(fmt::format("lsl {0}, {0}, #{1}", sum, is_prescaled ? 8 : 1));
  if (is_prescaled) {
    a.add(fmt::format("smmla {0}, {0}, r2, r3", sum));
    a.add(fmt::format("usat {0}, #8, {0}, asr #{1}", sum, core.final_shift));
  } else {
    const bool is_masked = core.form == EndForm::kMasked;
    if (is_masked) a.add(fmt::format("and r12, {}, r5", sum));
    a.add(fmt::format("add r12, r3, {}, asr #31", is_masked ? "r12" : sum));
    a.add(fmt::format("smmlar {0}, {0}, r2, r12", sum));
    a.add(fmt::format("asr {0}, {0}, r5", sum));
    a.add(fmt::format("usat {0}, #8, {0}", sum));
  }
  if (core.is_bounded) {
    a.add(fmt::format("uqadd8 {0}, {0}, r6", sum));
    a.add(fmt::format("uqsub8 {0}, {0}, r7", sum));
    a.add(fmt::format("uqadd8 {0}, {0}, r0", sum));
  }
  a.add(fmt::format("eor {0}, {0}, #128", sum));
  a.add(fmt::format("strb {}, [r4], #1", sum));
}

struct Parts {
  Assembly assembly;
  std::int64_t once = 0;   // instructions a call
  std::int64_t block = 0;  // a block of outputs, without the turns over inputs
  std::int64_t turn = 0;   // four inputs
};

Parts assemble(const DenseCore& core) {
  Parts parts;
  Assembly& a = parts.assembly;
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add("sub sp, sp, #20");
  a.add("ldrd r4, r5, [r3]");
  a.add("strd r2, r4, [sp]");
  a.add("strd r0, r3, [sp, #8]");
  a.add("add r5, r5, #3");
  a.add("bic r5, r5, #3");
  a.add("add lr, r0, r5");
  const std::int64_t begin = a.instructions();
  a.label(1);
  a.add(load(kSums, core.outputs));
  const std::int64_t loop = a.instructions();
  a.label(2);
  add_four_inputs(a, core);
  a.add("cmp r0, lr");
  a.add("bne 2b");
  parts.turn = a.instructions() - loop;
  if (core.is_bounded) {
    a.add("ldr r2, [sp, #12]");
    a.add("ldrd r6, r7, [r2, #8]");
    a.add("ldr r0, [r2, #16]");
  }
  a.add("ldr r4, [sp]");
  for (std::int32_t i = 0; i < core.outputs; ++i) add_end(a, core, kSums[static_cast<std::size_t>(i)]);
  a.add("str r4, [sp]");
  a.add("ldrd r3, r0, [sp, #4]");
  a.add("cmp r1, r3");
  a.add("bne.w 1b");
  parts.block = a.instructions() - begin - parts.turn;
  a.add("add sp, sp, #20");
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - parts.block - parts.turn;
  return parts;
}

std::string declaration(const DenseCore& core) {
  return fmt::format(
      "void {}(const void* input, const uint32_t* stream, int8_t* output, const mote_dense_shape* shape)",
      dense_core_name(core));
}

std::string fallback_end(const DenseCore& core) {
  if (core.form == EndForm::kPrescaled)
    return fmt::format(
        "      const int32_t sum = (int32_t)(sums[o] << 8);\n"
        "      const int32_t scaled = (int32_t)(((int64_t)sum * (int32_t)stream[0]) >> 32) + (int32_t)stream[1];\n"
        "      int32_t value = scaled >> {};\n"
        "      stream += 2;\n",
        core.final_shift);
  return "      const int32_t sum = (int32_t)(sums[o] << 1);\n"
         "      const int64_t product = (int64_t)sum * (int32_t)stream[0] + ((int64_t)1 << 31);\n" +
         fmt::format(
             "      const int32_t scaled = (int32_t)(product >> 32) + (int32_t)stream[1] - (sum < 0 ? {} : 0);\n",
             core.form == EndForm::kMasked ? "(int32_t)(stream[2] >> 31)" : "1") +
         "      int32_t value = scaled >> (stream[2] & 31u);\n"
         "      stream += 3;\n";
}

std::string fallback(const DenseCore& core) {
  const char* type = core.input == ByteKind::kSigned ? "int8_t" : "uint8_t";
  const char* high = core.is_bounded ? "255 - (int32_t)shape->above_high" : "255";
  const char* low = core.is_bounded ? "(int32_t)shape->low" : "0";
  std::string text = declaration(core) + " {\n";
  text += fmt::format("  const {0}* values = (const {0}*)input;\n", type);
  text += fmt::format("  while (stream != shape->stream_end) {{\n    uint32_t sums[{0}];\n", core.outputs);
  text += fmt::format("    for (uint32_t o = 0; o < {}; ++o) sums[o] = *stream++;\n", core.outputs);
  text += "    for (uint32_t i = 0; i < shape->inputs; i += 4) {\n";
  text += fmt::format("      for (uint32_t o = 0; o < {}; ++o, ++stream) {{\n", core.outputs);
  text +=
      "        for (uint32_t j = 0; j < 4 && i + j < shape->inputs; ++j) {\n"
      "          const int32_t weight = (int32_t)(int8_t)(*stream >> 8 * j & 0xFFu);\n"
      "          sums[o] += (uint32_t)(values[i + j] * weight);\n"
      "        }\n      }\n    }\n";
  text += fmt::format("    for (uint32_t o = 0; o < {}; ++o) {{\n", core.outputs) + fallback_end(core);
  text +=
      fmt::format("      value = value > {0} ? {0} : value;\n      value = value < {1} ? {1} : value;\n", high, low);
  return text + "      *output++ = (int8_t)(value - 128);\n    }\n  }\n}\n";
}

}  // namespace

std::string dense_core_name(const DenseCore& core) {
  std::string name = fmt::format("mote_dense_1x{}_{}", core.outputs, core.input == ByteKind::kSigned ? "s8" : "u8");
  name += core.form == EndForm::kPrescaled ? fmt::format("_shift{}", core.final_shift)
          : core.form == EndForm::kDoubled ? "_any"
                                           : "_mixed";
  return name + (core.is_bounded ? "_bounded" : "");
}

Core dense_core_text(const DenseCore& core) {
  return arm_dsp_core({dense_core_name(core), kIncludes, declaration(core), fallback(core)}, assemble(core).assembly);
}

std::int64_t dense_core_bytes(const DenseCore& core) {
  return assemble(core).assembly.bytes();
}

std::int64_t dense_core_instructions(const DenseCore& core, std::int64_t inputs, std::int64_t blocks) {
  const Parts parts = assemble(core);
  return parts.once + blocks * (parts.block + (inputs + 3) / 4 * parts.turn);
}

std::int64_t dense_stream_words(const DenseCore& core, std::int64_t inputs) {
  const std::int64_t end_words = core.form == EndForm::kPrescaled ? 2 : 3;
  return core.outputs * (1 + (inputs + 3) / 4 + end_words);
}

std::string dense_shape(const std::string& stream_end, std::int64_t inputs, const Requantization& form) {
  const std::int32_t above = 255 - form.high;
  return fmt::format("{{{}, {}, {}, {}, {}}}", stream_end, inputs, above, above + form.low, form.low);
}

}  // namespace mote::codegen
