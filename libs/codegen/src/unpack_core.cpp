#include "unpack_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "assembly.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kTurnWords = 8;
constexpr std::int64_t kHeadWords = 2;

// Words of the stream in a packed one.
std::int32_t words_in(const WeightPacking& packing) {
  return 8 / packing.bits;
}

std::int64_t turns_of(std::int64_t pairs) {
  return (pairs + kTurnWords - 1) / kTurnWords;
}

// scale·u of every byte.
std::uint32_t mask_of(const WeightPacking& packing) {
  return static_cast<std::uint32_t>(((1 << packing.bits) - 1) * packing.scale) * 0x01010101U;
}

std::uint32_t excess_of(const WeightPacking& packing) {
  return static_cast<std::uint32_t>(packing.excess) * 0x01010101U;
}

// The operand that shifts word `k` of a packed one under the mask. A scale of 2 is one bit less.
std::string shifted(const char* packed, const WeightPacking& packing, std::int32_t k) {
  const std::int32_t right = k * packing.bits - (packing.scale == 2 ? 1 : 0);
  if (right == 0) return packed;
  return right < 0 ? fmt::format("{}, lsl #{}", packed, -right) : fmt::format("{}, lsr #{}", packed, right);
}

void add_turn(Assembly& a, const WeightPacking& packing) {
  static constexpr std::array<const char*, 4> kWords{"r6", "r7", "r8", "r9"};
  static constexpr std::array<const char*, 2> kPacked{"r10", "r11"};
  const std::int32_t each = words_in(packing);
  for (std::int32_t word = 0; word < kTurnWords; word += 4) {
    const std::int32_t first = word / each;
    const std::int32_t loads = std::max(1, 4 / each);
    if (loads == 2) a.add("ldm r0!, {r10, r11}");
    if (loads == 1 && word % each == 0) a.add("ldr r10, [r0], #4");
    for (std::int32_t i = 0; i < 4; ++i) {
      const char* packed = kPacked[static_cast<std::size_t>((word + i) / each - first)];
      a.add(fmt::format("and {}, r4, {}", kWords[static_cast<std::size_t>(i)],
                        shifted(packed, packing, (word + i) % each)));
    }
    for (const char* target : kWords) a.add(fmt::format("ssub16 {0}, {0}, r5", target));
    a.add("stm r1!, {r6, r7, r8, r9}");
  }
}

const char* end_registers(std::int64_t words) {
  return words == 2 ? "{r6, r7}" : words == 4 ? "{r6, r7, r8, r9}" : "{r6, r7, r8, r9, r10, r11}";
}

struct Parts {
  Assembly assembly;
  std::int64_t once = 0;          // instructions a call
  std::int64_t channel_pair = 0;  // without its turns
  std::int64_t turn = 0;
};

Parts assemble(const UnpackCore& core) {
  Parts parts;
  Assembly& a = parts.assembly;
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add(fmt::format("mov.w r4, #{:#x}", mask_of(*core.packing)));
  a.add(fmt::format("mov.w r5, #{:#x}", excess_of(*core.packing)));
  const std::int64_t begin = a.instructions();
  a.label(1);
  a.add("ldm r0!, {r6, r7}");
  a.add("stm r1!, {r6, r7}");
  a.add("add.w r12, r1, r3, lsl #2");
  const std::int64_t loop = a.instructions();
  a.label(2);
  add_turn(a, *core.packing);
  a.add("cmp r1, r12");
  a.add("blo 2b");
  parts.turn = a.instructions() - loop;
  a.add("mov r1, r12");
  a.add(fmt::format("ldm r0!, {}", end_registers(core.end_words)));
  a.add(fmt::format("stm r1!, {}", end_registers(core.end_words)));
  a.add("subs r2, r2, #1");
  a.add("bne 1b");
  parts.channel_pair = a.instructions() - begin - parts.turn;
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - parts.channel_pair - parts.turn;
  return parts;
}

std::string declaration(const UnpackCore& core) {
  return fmt::format(
      "const uint32_t* {}(const uint32_t* table, uint32_t* stream, uint32_t channel_pairs, uint32_t pairs)",
      unpack_core_name(core));
}

std::string fallback(const UnpackCore& core) {
  const WeightPacking& packing = *core.packing;
  return declaration(core) + fmt::format(
                                 " {{\n"
                                 "  for (; channel_pairs > 0; --channel_pairs) {{\n"
                                 "    for (uint32_t i = 0; i < {0}; ++i) *stream++ = *table++;\n"
                                 "    for (uint32_t i = 0; i < pairs; ++i) {{\n"
                                 "      const uint32_t bytes = (table[i / {1}] >> (i % {1} * {2}) & {3:#x}u) * {4};\n"
                                 "      const uint32_t low = (bytes - {5:#x}u) & 0xFFFFu;\n"
                                 "      *stream++ = low | ((bytes >> 16) - {5:#x}u) << 16;\n"
                                 "    }}\n"
                                 "    table += (pairs + {6}) / {7} * {2};\n"
                                 "    for (uint32_t i = 0; i < {8}; ++i) *stream++ = *table++;\n"
                                 "  }}\n"
                                 "  return table;\n"
                                 "}}\n",
                                 kHeadWords, words_in(packing), packing.bits,
                                 mask_of(packing) / static_cast<std::uint32_t>(packing.scale), packing.scale,
                                 excess_of(packing) & 0xFFFFU, kTurnWords - 1, kTurnWords, core.end_words);
}

// The bytes u of a word of the stream.
std::uint32_t bytes_of(std::uint32_t word, const WeightPacking& packing) {
  const std::uint32_t excess = excess_of(packing) & 0xFFFFU;
  const std::uint32_t raised = ((word + excess) & 0xFFFFU) | ((word >> 16) + excess) << 16;
  return raised / static_cast<std::uint32_t>(packing.scale);
}

}  // namespace

std::string unpack_core_name(const UnpackCore& core) {
  return fmt::format("mote_unpack_{}_{}", core.packing->name, core.end_words);
}

Core unpack_core_text(const UnpackCore& core) {
  return arm_dsp_core({unpack_core_name(core), "#include <stdint.h>\n", declaration(core), fallback(core)},
                      assemble(core).assembly);
}

std::int64_t unpack_core_bytes(const UnpackCore& core) {
  return assemble(core).assembly.bytes();
}

std::int64_t unpack_core_instructions(const UnpackCore& core, std::int64_t pairs, std::int64_t channel_pairs) {
  const Parts parts = assemble(core);
  return parts.once + channel_pairs * (parts.channel_pair + turns_of(pairs) * parts.turn);
}

std::int64_t unpacked_words(const UnpackCore& core, std::int64_t pairs) {
  return kHeadWords + pairs + core.end_words;
}

std::int64_t most_unpacked_words(const UnpackCore& core, std::int64_t pairs, std::int64_t channel_pairs) {
  const std::int64_t last = kHeadWords + std::max(turns_of(pairs) * kTurnWords, pairs + core.end_words);
  return (channel_pairs - 1) * unpacked_words(core, pairs) + last;
}

std::int64_t packed_words(const UnpackCore& core, std::int64_t pairs) {
  return kHeadWords + turns_of(pairs) * core.packing->bits + core.end_words;
}

std::vector<std::uint32_t> packed_stream(const UnpackCore& core, std::span<const std::uint32_t> stream,
                                         std::int64_t pairs) {
  const WeightPacking& packing = *core.packing;
  const auto each = static_cast<std::size_t>(words_in(packing));
  std::vector<std::uint32_t> table;
  const auto copy = [&](std::size_t words) {
    table.insert(table.end(), stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(words));
    stream = stream.subspan(words);
  };
  while (!stream.empty()) {
    copy(static_cast<std::size_t>(kHeadWords));
    const std::size_t begin = table.size();
    table.resize(begin + static_cast<std::size_t>(turns_of(pairs) * packing.bits), 0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(pairs); ++i)
      table[begin + i / each] |= bytes_of(stream[i], packing) << (i % each * static_cast<std::size_t>(packing.bits));
    stream = stream.subspan(static_cast<std::size_t>(pairs));
    copy(static_cast<std::size_t>(core.end_words));
  }
  return table;
}

}  // namespace mote::codegen
