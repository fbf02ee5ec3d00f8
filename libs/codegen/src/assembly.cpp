#include "assembly.h"

#include <fmt/format.h>

#include <cassert>
#include <string_view>

namespace mote::codegen {
namespace {

bool starts(std::string_view text, std::string_view with) {
  return text.starts_with(with);
}

bool names_high_register(std::string_view operands) {
  for (const std::string_view high : {"r8", "r9", "r10", "r11", "r12", "lr", "pc"}) {
    if (operands.find(high) != std::string_view::npos) return true;
  }
  return false;
}

// " r4, r4, r2", " sp, sp, #20"
bool adds_in_place(std::string_view operands) {
  if (starts(operands, " sp, sp")) return true;
  const std::string_view first = operands.substr(0, operands.find(',') + 1);
  const bool is_plain = operands.find('#') == std::string_view::npos;
  return is_plain && operands.substr(first.size()).starts_with(first);
}

// Branches, and the 16-bit forms of loads, stores, moves and compares with the registers r0 … r7.
bool is_narrow(std::string_view instruction) {
  const std::size_t space = instruction.find(' ');
  const std::string_view name = instruction.substr(0, space);
  const std::string_view operands = space == std::string_view::npos ? "" : instruction.substr(space);
  if (name.ends_with(".w")) return false;
  if (starts(name, "b") && name != "bl" && name != "bfi" && name != "bic") return true;
  if (name == "mov" || name == "cmp") return true;
  if (name == "add" || name == "sub") return adds_in_place(operands);
  if (name == "pop")
    return operands.find("r8") == std::string_view::npos && operands.find("r9") == std::string_view::npos;
  if (names_high_register(operands)) return false;
  if (name == "ldm" || name == "stm" || name == "push" || name == "movs" || name == "adds" || name == "subs" ||
      name == "lsls")
    return true;
  const bool plain_address =
      operands.find("],") == std::string_view::npos && operands.find('!') == std::string_view::npos;
  return (name == "ldr" || name == "str" || name == "strb" || name == "ldrb") && plain_address;
}

// C99 promises string literals of 4095 characters: longer assembly goes into several statements, which compilers keep
// in order.
std::string in_statements(const std::string& lines) {
  constexpr std::size_t kLiteralCharacters = 3500;
  std::string text;
  std::size_t statement = 0;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = lines.find('\n', begin) + 1;
    if (statement + end - begin > kLiteralCharacters) {
      text += "  );\n__asm__(\n";
      statement = 0;
    }
    text.append(lines, begin, end - begin);
    statement += end - begin;
    begin = end;
  }
  return text;
}

}  // namespace

void Assembly::add(const std::string& instruction) {
  text_ += "  \"  " + instruction + "\\n\"\n";
  instructions_ += times_;
  bytes_ += times_ * (is_narrow(instruction) ? 2 : 4);
}

void Assembly::label(int number) {
  text_ += fmt::format("  \"{}:\\n\"\n", number);
}

void Assembly::repeat(int times, const std::function<void()>& body) {
  assert(times_ == 1 && times >= 1);
  times_ = times;
  if (times > 1) text_ += fmt::format("  \"  .rept {}\\n\"\n", times);
  body();
  if (times > 1) text_ += "  \"  .endr\\n\"\n";
  times_ = 1;
}

Core arm_dsp_core(const CoreParts& parts, const Assembly& assembly) {
  Core core;
  core.name = parts.name;
  core.header = parts.includes + parts.declaration + ";\n";
  core.source = fmt::format(
      "#if {0}\n"
      "__asm__(\n"
      "  \"  .syntax unified\\n\"\n"
      "  \"  .thumb\\n\"\n"
      "  \"  .section .text.{1},\\\"ax\\\",%progbits\\n\"\n"
      "  \"  .balign 4\\n\"\n"
      "  \"  .global {1}\\n\"\n"
      "  \"  .thumb_func\\n\"\n"
      "  \"  .type {1},%function\\n\"\n"
      "  \"{1}:\\n\"\n"
      "{2}"
      "  \"  .size {1},.-{1}\\n\"\n"
      "  \"  .text\\n\");\n"
      "#else\n"
      "{3}"
      "#endif\n",
      kArmDspCondition, parts.name, in_statements(assembly.text()), parts.fallback);
  return core;
}

}  // namespace mote::codegen
