#include <fmt/format.h>

#include "winograd_core.h"

namespace mote::codegen {
namespace {

std::string helpers() {
  return "static int32_t NAME_half(uint32_t word) { return (int32_t)(int16_t)(word & 0xFFFFu); }\n"
         "static uint32_t NAME_dot(uint32_t values, uint32_t weights) {\n"
         "  return (uint32_t)(NAME_half(values) * NAME_half(weights) + NAME_half(values >> 16) * NAME_half(weights >> "
         "16));\n"
         "}\n";
}

// From four times the accumulator (the prescaled form: with its 2^k) to the output.
std::string end_function(const WinogradCore& core) {
  std::string text = "static uint8_t NAME_end(uint32_t sum, const uint32_t* end, const mote_winograd_shape* shape) {\n";
  if (core.form == EndForm::kPrescaled)
    text += fmt::format(
        "  const int32_t scaled = (int32_t)(((int64_t)(int32_t)sum * (int32_t)end[1]) >> 32) + (int32_t)end[2];\n"
        "  int32_t value = scaled >> {};\n",
        core.final_shift);
  else
    text +=
        "  const int32_t twice = (int32_t)sum >> 1;\n"
        "  const int64_t product = (int64_t)twice * (int32_t)end[1] + ((int64_t)1 << 31);\n"
        "  const int32_t scaled = (int32_t)(product >> 32) + (int32_t)end[2] - (twice < 0 ? 1 : 0);\n"
        "  int32_t value = scaled >> end[3];\n";
  const char* bounds = core.is_bounded ? "  const int32_t high = 255 - (int32_t)shape->above_high;\n"
                                         "  const int32_t low = (int32_t)shape->low;\n"
                                       : "  const int32_t high = 255;\n"
                                         "  const int32_t low = 0;\n"
                                         "  (void)shape;\n";
  text += bounds;
  text +=
      "  value = value > high ? high : value;\n"
      "  return (uint8_t)(value < low ? low : value);\n"
      "}\n";
  return text;
}

std::string body(const WinogradCore& core) {
  return fmt::format(
      " {{\n"
      "  while (stream != shape->stream_end) {{\n"
      "    uint32_t sums[16][2][4] = {{{{{{0}}}}}};\n"
      "    const uint32_t* value = values;\n"
      "    for (uint32_t i = 0; i < 16 * {0}; ++i, value += 4, stream += 2) {{\n"
      "      for (uint32_t t = 0; t < 4; ++t) {{\n"
      "        sums[i / {0}][0][t] += NAME_dot(value[t], stream[0]);\n"
      "        sums[i / {0}][1][t] += NAME_dot(value[t], stream[1]);\n"
      "      }}\n"
      "    }}\n"
      "    for (uint32_t c = 0; c < 2; ++c, stream += {1}, output += shape->pitch) {{\n"
      "      for (uint32_t t = 0; t < 4; ++t) {{\n"
      "        uint32_t upper[4], lower[4];\n"
      "        sums[5][c][t] += stream[0];\n"
      "        for (uint32_t x = 0; x < 4; ++x) {{\n"
      "          upper[x] = sums[x][c][t] + sums[4 + x][c][t] + sums[8 + x][c][t];\n"
      "          lower[x] = sums[4 + x][c][t] - sums[8 + x][c][t] - sums[12 + x][c][t];\n"
      "        }}\n"
      "        uint8_t* at = output + 2 * t;\n"
      "        at[0] = NAME_end(upper[0] + upper[1] + upper[2], stream, shape);\n"
      "        at[1] = NAME_end(upper[1] - upper[2] - upper[3], stream, shape);\n"
      "        at[shape->row] = NAME_end(lower[0] + lower[1] + lower[2], stream, shape);\n"
      "        at[shape->row + 1] = NAME_end(lower[1] - lower[2] - lower[3], stream, shape);\n"
      "      }}\n"
      "    }}\n"
      "  }}\n"
      "}}\n",
      core.pairs, core.end_words());
}

}  // namespace

std::string winograd_declaration(const WinogradCore& core) {
  return fmt::format(
      "void {}(uint32_t* values, const uint32_t* stream, uint8_t* output, const mote_winograd_shape* shape)",
      winograd_core_name(core));
}

std::string winograd_fallback(const WinogradCore& core) {
  std::string text = helpers() + end_function(core) + winograd_declaration(core) + body(core);
  const std::string name = winograd_core_name(core);
  for (std::size_t at = text.find("NAME"); at != std::string::npos; at = text.find("NAME", at + name.size()))
    text.replace(at, 4, name);
  return text;
}

}  // namespace mote::codegen
