#include "c_text.h"

#include <fmt/format.h>

#include "assembly.h"

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

std::string number_list(std::span<const std::int32_t> values) {
  std::string text;
  constexpr std::size_t kLineColumns = 120;
  std::size_t column = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string item = fmt::format("{}{}", values[i], i + 1 < values.size() ? "," : "");
    if (column + item.size() + 1 > kLineColumns) {
      text += "\n";
      column = 0;
    } else if (column > 0) {
      text += " ";
      ++column;
    }
    text += item;
    column += item.size();
  }
  return text;
}

std::string with_fallback(std::string_view intrinsics, std::string_view fallback) {
  return fmt::format("#if {}\n{}#else\n{}#endif\n", kArmDspCondition, intrinsics, fallback);
}

}  // namespace mote::codegen
