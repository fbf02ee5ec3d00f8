#include "gather_core.h"

#include <fmt/format.h>

#include <array>

#include "assembly.h"

namespace mote::codegen {
namespace {

constexpr std::array<const char*, 4> kSources{"r4", "r5", "r6", "r7"};
constexpr std::array<const char*, 4> kValues{"r8", "r9", "r10", "r11"};
constexpr std::array<const char*, 4> kEven{"r0", "r3", "r12", "lr"};

const char* const kIncludes =
    "#include <stdint.h>\n"
    "#ifndef MOTE_GATHER_SHAPE\n"
    "#define MOTE_GATHER_SHAPE\n"
    "typedef struct mote_gather_shape {\n"
    "  uint32_t runs;\n"
    "  uint32_t words; /* of four bytes in a run */\n"
    "  uint32_t step;  /* bytes from what is read of a run to the next */\n"
    "} mote_gather_shape;\n"
    "#endif\n";

void add_word(Assembly& a, const char* extend) {
  for (std::size_t i = 0; i < 4; ++i) a.add(fmt::format("ldr {}, [{}], #4", kValues[i], kSources[i]));
  for (std::size_t i = 0; i < 4; ++i) a.add(fmt::format("{} {}, {}", extend, kEven[i], kValues[i]));
  a.add("stm r1!, {r0, r3, r12, lr}");
  for (const char* value : kValues) a.add(fmt::format("{0} {1}, {1}, ror #8", extend, value));
  a.add("stm r1!, {r8, r9, r10, r11}");
}

// Two bytes: x0 + 256·x1 becomes x0 + 65536·x1 and more in between.
void add_half(Assembly& a, const char* extend) {
  for (std::size_t i = 0; i < 4; ++i) a.add(fmt::format("ldrh {}, [{}], #2", kValues[i], kSources[i]));
  for (const char* value : kValues) {
    a.add(fmt::format("orr {0}, {0}, {0}, lsl #8", value));
    a.add(fmt::format("{0} {1}, {1}", extend, value));
  }
  a.add("stm r1!, {r8, r9, r10, r11}");
}

struct Parts {
  Assembly assembly;
  std::int64_t once = 0;  // instructions a call
  std::int64_t run = 0;   // without its words
  std::int64_t word = 0;
};

Parts assemble(const GatherRun& run) {
  const char* extend = run.kind == ByteKind::kSigned ? "sxtb16" : "uxtb16";
  Parts parts;
  Assembly& a = parts.assembly;
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add("sub sp, sp, #20");
  a.add("ldm r0, {r4, r5, r6, r7}");
  a.add("ldrd r8, r9, [r2]");
  a.add("ldr r10, [r2, #8]");
  a.add("strd r9, r10, [sp]");
  a.add("str r8, [sp, #8]");
  const std::int64_t begin = a.instructions();
  a.label(1);
  if (run.words() > 0) {
    a.add("ldr r2, [sp]");
    const std::int64_t loop = a.instructions();
    a.label(2);
    add_word(a, extend);
    a.add("subs r2, r2, #1");
    a.add("bne 2b");
    parts.word = a.instructions() - loop;
  }
  if (run.has_half()) add_half(a, extend);
  a.add("ldrd r2, r3, [sp, #4]");
  for (const char* source : kSources) a.add(fmt::format("add {0}, {0}, r2", source));
  a.add("subs r3, r3, #1");
  a.add("str r3, [sp, #8]");
  a.add("bne 1b");
  parts.run = a.instructions() - begin - parts.word;
  a.add("mov r0, r1");
  a.add("add sp, sp, #20");
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - parts.run - parts.word;
  return parts;
}

std::string declaration(const GatherRun& run) {
  return fmt::format("uint32_t* {}(const uint8_t* const* sources, uint32_t* patch, const mote_gather_shape* shape)",
                     gather_core_name(run));
}

std::string fallback(const GatherRun& run) {
  const std::string name = gather_core_name(run);
  const char* type = run.kind == ByteKind::kSigned ? "int8_t" : "uint8_t";
  std::string text = fmt::format(
      "static uint32_t {0}_pair(const uint8_t* first, const uint8_t* second) {{\n"
      "  const uint32_t high = (uint32_t)(int32_t)({1})*second;\n"
      "  return ((uint32_t)(int32_t)({1})*first & 0xFFFFu) | high << 16;\n"
      "}}\n",
      name, type);
  text += declaration(run) + " {\n  uint32_t at = 0;\n";
  text += "  for (uint32_t r = 0; r < shape->runs; ++r) {\n";
  if (run.words() > 0)
    text += fmt::format(
        "    for (uint32_t w = 0; w < shape->words; ++w) {{\n"
        "      for (uint32_t i = 0; i < 2; ++i) {{\n"
        "        for (uint32_t p = 0; p < 4; ++p)\n"
        "          *patch++ = {0}_pair(sources[p] + at + i, sources[p] + at + i + 2);\n"
        "      }}\n      at += 4;\n    }}\n",
        name);
  if (run.has_half())
    text += fmt::format(
        "    for (uint32_t p = 0; p < 4; ++p) *patch++ = {0}_pair(sources[p] + at, sources[p] + at + 1);\n    at += "
        "2;\n",
        name);
  return text + "    at += shape->step;\n  }\n  return patch;\n}\n";
}

}  // namespace

std::vector<std::int32_t> gather_slots(const GatherRun& run) {
  std::vector<std::int32_t> slots;
  const auto append = [&](std::int32_t byte) { slots.push_back(byte < run.bytes ? byte : -1); };
  for (std::int32_t word = 0; word < run.words(); ++word) {
    for (const std::int32_t byte : {0, 2, 1, 3}) append(4 * word + byte);
  }
  if (run.has_half()) {
    append(4 * run.words());
    append(4 * run.words() + 1);
  }
  return slots;
}

std::string gather_core_name(const GatherRun& run) {
  return fmt::format("mote_gather_4_{}{}{}", run.kind == ByteKind::kSigned ? "s8" : "u8",
                     run.words() > 0 ? "_words" : "", run.has_half() ? "_half" : "");
}

Core gather_core_text(const GatherRun& run) {
  return arm_dsp_core({gather_core_name(run), kIncludes, declaration(run), fallback(run)}, assemble(run).assembly);
}

std::int64_t gather_core_bytes(const GatherRun& run) {
  return assemble(run).assembly.bytes();
}

std::int64_t gather_core_instructions(const GatherRun& run, std::int64_t runs) {
  const Parts parts = assemble(run);
  return parts.once + runs * (parts.run + run.words() * parts.word);
}

}  // namespace mote::codegen
