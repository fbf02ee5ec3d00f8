#include "c_text.h"

#include <fmt/format.h>

namespace mote::codegen {
namespace {

constexpr std::size_t kLineColumns = 120;
// C99 promises string literals of 4095 characters.
constexpr std::size_t kLiteralCharacters = 3800;

void close_literal(std::string& text, std::size_t& characters) {
  text += ");\n";
  characters = 0;
}

}  // namespace

std::string number_list(std::span<const std::int32_t> values) {
  std::string text;
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

std::string assembly_function(std::string_view name, std::string_view body) {
  std::string lines = fmt::format(
      ".pushsection .text.{0},\"ax\",%progbits\n.syntax unified\n.thumb\n.balign 4\n.global {0}\n.thumb_func\n"
      ".type {0},%function\n{0}:\n{1}.size {0},.-{0}\n.popsection\n",
      name, body);
  std::string text;
  std::size_t characters = 0;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = lines.find('\n', begin);
    std::string line = lines.substr(begin, end - begin);
    for (std::size_t quote = line.find('"'); quote != std::string::npos; quote = line.find('"', quote + 2)) {
      line.insert(quote, "\\");
    }
    if (characters + line.size() + 2 > kLiteralCharacters) close_literal(text, characters);
    text += fmt::format("{}\"{}\\n\"", characters == 0 ? "__asm__(\n    " : "\n    ", line);
    characters += line.size() + 2;
    begin = end + 1;
  }
  close_literal(text, characters);
  return text;
}

std::string with_fallback(std::string_view assembly, std::string_view fallback) {
  return fmt::format("#if defined(__ARM_FEATURE_DSP) && !defined(MOTE_PORTABLE)\n{}#else\n{}#endif\n", assembly,
                     fallback);
}

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
