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
      "#if defined(__GNUC__)\n"
      "  uint32_t word;\n  __builtin_memcpy(&word, from, 4);\n  __builtin_memcpy(to, &word, 4);\n"
      "#else\n"
      "  const uint8_t a = from[0];\n  const uint8_t b = from[1];\n  const uint8_t c = from[2];\n"
      "  const uint8_t d = from[3];\n  to[0] = a;\n  to[1] = b;\n  to[2] = c;\n  to[3] = d;\n"
      "#endif\n}}\n\n",
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
