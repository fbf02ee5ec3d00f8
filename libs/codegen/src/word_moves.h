// C text that moves a known number of bytes by whole words, unrolled: compilers for cores with unaligned access make
// one load and one store of a word.
#pragma once

#include <cstdint>
#include <string>

namespace mote::codegen {

// A run of bytes, from and to an expression of type uint8_t* and an offset.
struct WordMove {
  std::string to;
  std::int64_t to_offset = 0;
  std::string from;
  std::int64_t from_offset = 0;
  std::int64_t bytes = 0;
};

// "static inline void <symbol>_word(uint8_t* to, const uint8_t* from)", which word_moves() calls. The target may
// overlap the source from below.
std::string word_function(const std::string& symbol);
std::string word_moves(const std::string& symbol, const WordMove& move, const std::string& indent);

// Measured on a Cortex-M4, gcc 12 -O2.
std::int64_t word_move_instructions(std::int64_t bytes);
std::int64_t word_move_flash_bytes(std::int64_t bytes);

}  // namespace mote::codegen
