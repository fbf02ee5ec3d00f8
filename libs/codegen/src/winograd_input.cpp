#include "winograd_input.h"

#include <fmt/format.h>

#include <array>

#include "assembly.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kLargestPairOffset = 1020;  // of STRD
constexpr std::int32_t kBlockColumns = 10;

const char* const kRowsHeader =
    "#include <stdint.h>\n"
    "#ifndef MOTE_WINOGRAD_ROWS\n"
    "#define MOTE_WINOGRAD_ROWS\n"
    "typedef struct mote_winograd_rows {\n"
    "  int32_t height;    /* of the input, rows */\n"
    "  uint32_t row;      /* bytes from one row of the input to the next, in a plane or in NHWC */\n"
    "  uint32_t pitch;    /* bytes from one plane to the next */\n"
    "  uint32_t channels;\n"
    "  uint32_t left;     /* columns of padding */\n"
    "  uint32_t columns;  /* copied */\n"
    "  uint32_t right;    /* columns of padding */\n"
    "  uint32_t zero;     /* the input's zero point, as a pair */\n"
    "} mote_winograd_rows;\n"
    "#endif\n"
    "void NAME(const uint8_t* input, uint32_t* to, int32_t y, const mote_winograd_rows* shape);\n";

const char* const kPlanesPair =
    "static uint32_t NAME_load(const uint8_t* from) {\n"
    "  uint32_t word;\n"
    "  __builtin_memcpy(&word, from, 4);\n"
    "  return word;\n"
    "}\n"
    "static void NAME_pair(const uint8_t* input, uint32_t* to, uint32_t c, const mote_winograd_rows* shape) {\n"
    "  const uint32_t mask = 0x00FF00FFu;\n"
    "  const uint8_t* first = input + c * shape->pitch;\n"
    "  const uint8_t* second = c + 1 < shape->channels ? first + shape->pitch : first;\n"
    "  uint32_t x = 0;\n"
    "  for (; x + 4 <= shape->columns; x += 4, to += 4) {\n"
    "    const uint32_t a = NAME_load(first + x);\n"
    "    const uint32_t b = NAME_load(second + x);\n"
    "    const uint32_t even_a = a & mask, even_b = b & mask, odd_a = a >> 8 & mask, odd_b = b >> 8 & mask;\n"
    "    to[0] = (even_a & 0xFFFFu) | even_b << 16;\n"
    "    to[1] = (odd_a & 0xFFFFu) | odd_b << 16;\n"
    "    to[2] = even_a >> 16 | (even_b & 0xFFFF0000u);\n"
    "    to[3] = odd_a >> 16 | (odd_b & 0xFFFF0000u);\n"
    "  }\n"
    "  for (; x < shape->columns; ++x) *to++ = first[x] | (uint32_t)second[x] << 16;\n"
    "}\n";

const char* const kNhwcPair =
    "static void NAME_pair(const uint8_t* input, uint32_t* to, uint32_t c, const mote_winograd_rows* shape) {\n"
    "  const uint32_t channels = shape->channels;\n"
    "  const uint8_t* first = input + c;\n"
    "  const uint8_t* second = c + 1 < channels ? first + 1 : first;\n"
    "  for (uint32_t x = 0; x < shape->columns; ++x, first += channels, second += channels)\n"
    "    *to++ = ((uint32_t)(int8_t)*first & 0xFFFFu) | (uint32_t)(int8_t)*second << 16;\n"
    "}\n";

const char* const kRow =
    "static uint32_t* NAME_fill(uint32_t* to, uint32_t words, uint32_t value) {\n"
    "  while (words-- > 0) *to++ = value;\n"
    "  return to;\n"
    "}\n"
    "void NAME(const uint8_t* input, uint32_t* to, int32_t y, const mote_winograd_rows* shape) {\n"
    "  const uint32_t all = shape->left + shape->columns + shape->right;\n"
    "  if (y < 0 || y >= shape->height) {\n"
    "    NAME_fill(to, (shape->channels + 1) / 2 * all, shape->zero);\n"
    "    return;\n"
    "  }\n"
    "  input += (uint32_t)y * shape->row;\n"
    "  for (uint32_t c = 0; c < shape->channels; c += 2) {\n"
    "    to = NAME_fill(to, shape->left, shape->zero);\n"
    "    NAME_pair(input, to, c, shape);\n"
    "    to = NAME_fill(to + shape->columns, shape->right, shape->zero);\n"
    "  }\n"
    "}\n";

std::string named(std::string text, const std::string& name) {
  for (std::size_t at = text.find("NAME"); at != std::string::npos; at = text.find("NAME", at + name.size()))
    text.replace(at, 4, name);
  return text;
}

const char* down(WinogradRow row) {
  return row == WinogradRow::kSum ? "sadd16" : "ssub16";
}

// Six columns of one row of B^T d: the two that the tile before shares, and four more.
using Columns = std::array<const char*, 6>;

void add_columns(Assembly& a, WinogradRow row, const Columns& x) {
  a.add(fmt::format("ldm r0!, {{{}, {}, {}, {}}}", x[2], x[3], x[4], x[5]));
  a.add("ldm r1!, {r9, r10, r11, r12}");
  constexpr std::array<const char*, 4> kSecond{"r9", "r10", "r11", "r12"};
  for (std::size_t i = 0; i < 4; ++i) a.add(fmt::format("{0} {1}, {1}, {2}", down(row), x[i + 2], kSecond[i]));
}

// Two tiles; column 0 last, as it moves r2 on.
void add_tiles(Assembly& a, std::int32_t pairs, const Columns& x) {
  const std::int32_t column_bytes = 16 * pairs;
  const bool is_far = 3 * column_bytes > kLargestPairOffset;
  const char* base = is_far ? "r11" : "r2";
  const std::int32_t base_bytes = is_far ? 2 * column_bytes : 0;
  a.add(fmt::format("sadd16 r9, {}, {}", x[1], x[2]));
  a.add(fmt::format("sadd16 r10, {}, {}", x[3], x[4]));
  a.add(fmt::format("strd r9, r10, [r2, #{}]", column_bytes));
  if (is_far) a.add(fmt::format("add r11, r2, #{}", base_bytes));
  a.add(fmt::format("ssub16 r9, {}, {}", x[2], x[1]));
  a.add(fmt::format("ssub16 r10, {}, {}", x[4], x[3]));
  a.add(fmt::format("strd r9, r10, [{}, #{}]", base, 2 * column_bytes - base_bytes));
  a.add(fmt::format("ssub16 r9, {}, {}", x[1], x[3]));
  a.add(fmt::format("ssub16 r10, {}, {}", x[3], x[5]));
  a.add(fmt::format("strd r9, r10, [{}, #{}]", base, 3 * column_bytes - base_bytes));
  a.add(fmt::format("ssub16 r9, {}, {}", x[0], x[2]));
  a.add(fmt::format("ssub16 r10, {}, {}", x[2], x[4]));
  a.add("strd r9, r10, [r2], #8");
}

struct Parts {
  Assembly assembly;
  std::int64_t instructions = 0;
};

Parts assemble(WinogradRow row, std::int32_t pairs) {
  constexpr Columns kFirst{"r3", "r4", "r5", "r6", "r7", "r8"};
  constexpr Columns kSecond{"r7", "r8", "r3", "r4", "r5", "r6"};
  Parts parts;
  Assembly& a = parts.assembly;
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add("mov lr, r3");
  const std::int64_t before = a.instructions();
  a.label(1);
  a.add("ldm r0!, {r3, r4}");
  a.add("ldm r1!, {r5, r6}");
  a.add(fmt::format("{} r3, r3, r5", down(row)));
  a.add(fmt::format("{} r4, r4, r6", down(row)));
  for (const Columns& columns : {kFirst, kSecond}) {
    add_columns(a, row, columns);
    add_tiles(a, pairs, columns);
  }
  a.add("uxtah r0, r0, lr");
  a.add("uxtah r1, r1, lr");
  a.add("subs lr, lr, #65536");
  a.add("bpl.w 1b");
  const std::int64_t pair = a.instructions() - before;
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.instructions = a.instructions() + (pairs - 1) * pair;
  return parts;
}

std::string name_of(WinogradRow row, std::int32_t pairs) {
  return fmt::format("mote_winograd_{}_k{}", row == WinogradRow::kSum ? "sum" : "difference", 2 * pairs);
}

std::string declaration(const std::string& name) {
  return fmt::format("void {}(const uint32_t* first, const uint32_t* second, uint32_t* values, uint32_t steps)", name);
}

std::string fallback(WinogradRow row, std::int32_t pairs) {
  const std::string name = name_of(row, pairs);
  std::string text =
      "static uint32_t NAME_add(uint32_t a, uint32_t b) {\n"
      "  return ((a + b) & 0xFFFFu) | ((a >> 16) + (b >> 16)) << 16;\n"
      "}\n"
      "static uint32_t NAME_subtract(uint32_t a, uint32_t b) {\n"
      "  return ((a - b) & 0xFFFFu) | ((a >> 16) - (b >> 16)) << 16;\n"
      "}\n" +
      declaration(name);
  text += fmt::format(
      " {{\n"
      "  for (uint32_t i = 0; i <= steps >> 16; ++i) {{\n"
      "    for (uint32_t tile = 0; tile < {0}; ++tile, first += 2, second += 2) {{\n"
      "      uint32_t x[4];\n"
      "      for (uint32_t j = 0; j < 4; ++j) x[j] = NAME_{1}(first[j], second[j]);\n"
      "      values[tile] = NAME_subtract(x[0], x[2]);\n"
      "      values[tile + {2}] = NAME_add(x[1], x[2]);\n"
      "      values[tile + {3}] = NAME_subtract(x[2], x[1]);\n"
      "      values[tile + {4}] = NAME_subtract(x[1], x[3]);\n"
      "    }}\n"
      "    values += {0};\n"
      "    first += 2 + (steps & 0xFFFFu) / 4;\n"
      "    second += 2 + (steps & 0xFFFFu) / 4;\n"
      "  }}\n"
      "}}\n",
      kWinogradTiles, row == WinogradRow::kSum ? "add" : "subtract", 4 * pairs, 8 * pairs, 12 * pairs);
  return named(text, name);
}

}  // namespace

Core winograd_rows_core(plan::Layout input) {
  const bool is_nhwc = input == plan::Layout::kNhwc;
  const std::string name = is_nhwc ? "mote_winograd_rows_nhwc" : "mote_winograd_rows_planes";
  return {name, named(kRowsHeader, name), named(std::string(is_nhwc ? kNhwcPair : kPlanesPair) + kRow, name)};
}

std::int64_t winograd_rows_core_bytes(plan::Layout input) {
  return input == plan::Layout::kNhwc ? 268 : 394;
}

std::int64_t winograd_row_instructions(plan::Layout input, std::int64_t columns, std::int64_t pairs) {
  constexpr std::int64_t kRowInstructions = 30;
  if (input == plan::Layout::kNhwc) return kRowInstructions + pairs * (40 + 19 * columns / 2);
  return kRowInstructions + pairs * (46 + columns / 4 * 26 + columns % 4 * 8);
}

std::int64_t winograd_padding_instructions(std::int64_t columns, std::int64_t pairs) {
  constexpr std::int64_t kRowInstructions = 20;
  return kRowInstructions + 4 * pairs * columns;
}

Core winograd_block_core(WinogradRow row, std::int32_t pairs) {
  const std::string name = name_of(row, pairs);
  return arm_dsp_core({name, "#include <stdint.h>\n", declaration(name), fallback(row, pairs)},
                      assemble(row, pairs).assembly);
}

std::int64_t winograd_block_core_bytes(WinogradRow row, std::int32_t pairs) {
  return assemble(row, pairs).assembly.bytes();
}

std::int64_t winograd_block_core_instructions(WinogradRow row, std::int32_t pairs) {
  return assemble(row, pairs).instructions;
}

std::uint32_t winograd_block_steps(std::int32_t pairs, std::int32_t columns) {
  return static_cast<std::uint32_t>(pairs - 1) << 16 | static_cast<std::uint32_t>(4 * (columns - kBlockColumns));
}

}  // namespace mote::codegen
