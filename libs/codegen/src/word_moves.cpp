#include "word_moves.h"

#include <fmt/format.h>

namespace mote::codegen {
namespace {

constexpr std::int64_t kWordBytes = 4;
constexpr std::int64_t kMoveInstructions = 2;
constexpr std::int64_t kMoveFlashBytes = 8;

std::int64_t moves_of(std::int64_t bytes) {
  return bytes / kWordBytes + bytes % kWordBytes;
}

}  // namespace

std::string word_function(const std::string& symbol) {
  return fmt::format(
      "static inline void {}_word(uint8_t* to, const uint8_t* from) {{\n"
      "  const uint32_t word = (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 | "
      "(uint32_t)from[3] "
      "<< 24;\n"
      "  to[0] = (uint8_t)word;\n  to[1] = (uint8_t)(word >> 8);\n  to[2] = (uint8_t)(word >> 16);\n"
      "  to[3] = (uint8_t)(word >> 24);\n}}\n\n",
      symbol);
}

std::string word_moves(const std::string& symbol, const WordMove& move, const std::string& indent) {
  std::string text;
  std::int64_t done = 0;
  for (; done + kWordBytes <= move.bytes; done += kWordBytes)
    text += fmt::format("{}{}_word({} + {}, {} + {});\n", indent, symbol, move.to, move.to_offset + done, move.from,
                        move.from_offset + done);
  for (; done < move.bytes; ++done)
    text +=
        fmt::format("{}{}[{}] = {}[{}];\n", indent, move.to, move.to_offset + done, move.from, move.from_offset + done);
  return text;
}

std::int64_t word_move_instructions(std::int64_t bytes) {
  return kMoveInstructions * moves_of(bytes);
}

std::int64_t word_move_flash_bytes(std::int64_t bytes) {
  return kMoveFlashBytes * moves_of(bytes);
}

}  // namespace mote::codegen
