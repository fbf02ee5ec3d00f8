#include "expand_core.h"

#include <fmt/format.h>

#include "assembly.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kChannelsATurn = 4;

void add_two_planes(Assembly& a, std::int32_t positions) {
  a.add("ldr r4, [r0]");
  a.add("ldr r5, [r0, r1]");
  a.add("add r0, r0, r1, lsl #1");
  a.add("uxtb16 r10, r4");
  a.add("uxtb16 r11, r5");
  a.add("uxtb16 r4, r4, ror #8");
  a.add("uxtb16 r5, r5, ror #8");
  a.add("pkhbt r6, r10, r11, lsl #16");
  a.add("pkhbt r7, r4, r5, lsl #16");
  a.add("pkhtb r8, r11, r10, asr #16");
  if (positions == 4) a.add("pkhtb r9, r5, r4, asr #16");
  a.add(positions == 4 ? "stm r2!, {r6, r7, r8, r9}" : "stm r2!, {r6, r7, r8}");
}

void add_last_plane(Assembly& a, std::int32_t positions) {
  a.add("ldr r4, [r0]");
  a.add("uxtb r6, r4");
  a.add("uxtb r7, r4, ror #8");
  a.add("uxtb r8, r4, ror #16");
  if (positions == 4) a.add("lsr r9, r4, #24");
  a.add(positions == 4 ? "stm r2!, {r6, r7, r8, r9}" : "stm r2!, {r6, r7, r8}");
}

struct Parts {
  Assembly assembly;
  std::int64_t turn = 0;  // four planes
  std::int64_t two = 0;
  std::int64_t one = 0;
  std::int64_t rest = 0;
};

Parts assemble(std::int32_t positions) {
  Parts parts;
  Assembly& a = parts.assembly;
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add("subs r3, r3, #4");
  a.add("blo 2f");
  a.label(1);
  std::int64_t from = a.instructions();
  add_two_planes(a, positions);
  add_two_planes(a, positions);
  a.add("subs r3, r3, #4");
  a.add("bhs 1b");
  parts.turn = a.instructions() - from;
  a.label(2);
  a.add("lsls r3, r3, #31");  // carry: two more planes; negative: one more
  a.add("bcc 3f");
  from = a.instructions();
  add_two_planes(a, positions);
  parts.two = a.instructions() - from;
  a.label(3);
  a.add("cmp r3, #0");
  a.add("beq 4f");
  from = a.instructions();
  add_last_plane(a, positions);
  parts.one = a.instructions() - from;
  a.label(4);
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.rest = a.instructions() - parts.turn - parts.two - parts.one;
  return parts;
}

std::string name_of(std::int32_t positions) {
  return fmt::format("mote_expand_{}", positions);
}

std::string declaration(std::int32_t positions) {
  return fmt::format("void {}(const uint8_t* planes, uint32_t pitch, uint32_t* patch, uint32_t channels)",
                     name_of(positions));
}

std::string fallback(std::int32_t positions) {
  return declaration(positions) + fmt::format(
                                      " {{\n"
                                      "  for (uint32_t c = 0; c < channels; c += 2) {{\n"
                                      "    for (uint32_t p = 0; p < {0}; ++p) {{\n"
                                      "      const uint32_t second = c + 1 < channels ? planes[pitch + p] : 0;\n"
                                      "      *patch++ = planes[p] | second << 16;\n"
                                      "    }}\n"
                                      "    planes += 2 * pitch;\n"
                                      "  }}\n"
                                      "}}\n",
                                      positions);
}

}  // namespace

Core expand_core(std::int32_t positions) {
  return arm_dsp_core({name_of(positions), "#include <stdint.h>\n", declaration(positions), fallback(positions)},
                      assemble(positions).assembly);
}

std::int64_t expand_core_bytes(std::int32_t positions) {
  return assemble(positions).assembly.bytes();
}

std::int64_t expand_core_instructions(std::int32_t positions, std::int64_t channels) {
  const Parts parts = assemble(positions);
  const std::int64_t left = channels % kChannelsATurn;
  return parts.rest + channels / kChannelsATurn * parts.turn + (left >= 2 ? parts.two : 0) +
         (left % 2 == 1 ? parts.one : 0);
}

}  // namespace mote::codegen
