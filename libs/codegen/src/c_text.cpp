#include "c_text.h"

#include <fmt/format.h>

namespace mote::codegen {

std::string c_words(const std::string& name, std::span<const std::uint32_t> words) {
  constexpr std::size_t kWordsALine = 8;
  std::string text = fmt::format("static const uint32_t {}[{}] = {{", name, words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += i % kWordsALine == 0 ? "\n  " : " ";
    text += fmt::format("0x{:08x}u,", words[i]);
  }
  return text + "\n};\n";
}

}  // namespace mote::codegen
