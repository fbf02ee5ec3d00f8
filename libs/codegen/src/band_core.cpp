#include "band_core.h"

#include <string>

namespace mote::codegen {
namespace {

const char* const kHeader =
    "#include <stdint.h>\n"
    "#ifndef MOTE_BAND_SHAPE\n"
    "#define MOTE_BAND_SHAPE\n"
    "typedef struct mote_band_shape {\n"
    "  int32_t height;    /* of the input, rows */\n"
    "  uint32_t row;      /* bytes from one row of the input to the next, in a plane or in NHWC */\n"
    "  uint32_t pitch;    /* bytes from one plane to the next */\n"
    "  uint32_t channels;\n"
    "  uint32_t left;     /* columns of padding */\n"
    "  uint32_t columns;  /* copied */\n"
    "  uint32_t right;    /* columns of padding */\n"
    "  uint8_t zero;      /* the input's zero point as stored */\n"
    "} mote_band_shape;\n"
    "#endif\n"
    "void NAME(const uint8_t* input, uint8_t* band, int32_t first_row, int32_t rows, const mote_band_shape* shape);\n";

const char* const kFill =
    "static uint8_t* NAME_fill(uint8_t* to, uint32_t bytes, uint8_t value) {\n"
    "  while (bytes-- > 0) *to++ = value;\n"
    "  return to;\n"
    "}\n";

const char* const kNhwcRow =
    "static uint8_t* NAME_row(const uint8_t* from, uint8_t* to, const mote_band_shape* shape) {\n"
    "  uint32_t bytes = shape->columns * shape->channels;\n"
    "  for (; bytes >= 16; bytes -= 16, from += 16, to += 16) __builtin_memcpy(to, from, 16);\n"
    "  for (; bytes >= 4; bytes -= 4, from += 4, to += 4) __builtin_memcpy(to, from, 4);\n"
    "  for (; bytes > 0; --bytes) *to++ = *from++;\n"
    "  return to;\n"
    "}\n";

const char* const kPlanesRow =
    "static uint32_t NAME_load(const uint8_t* from) {\n"
    "  uint32_t word;\n"
    "  __builtin_memcpy(&word, from, 4);\n"
    "  return word;\n"
    "}\n"
    "/* Four columns of four planes: bytes 0 and 2, 1 and 3 of two planes side by side, then of all four. */\n"
    "static void NAME_four(const uint8_t* from, uint32_t pitch, uint8_t* to, uint32_t channels) {\n"
    "  const uint32_t mask = 0x00FF00FFu;\n"
    "  const uint32_t a = NAME_load(from);\n"
    "  const uint32_t b = NAME_load(from + pitch);\n"
    "  const uint32_t c = NAME_load(from + 2 * pitch);\n"
    "  const uint32_t d = NAME_load(from + 3 * pitch);\n"
    "  const uint32_t even_ab = (a & mask) | (b & mask) << 8;\n"
    "  const uint32_t odd_ab = (a >> 8 & mask) | (b >> 8 & mask) << 8;\n"
    "  const uint32_t even_cd = (c & mask) | (d & mask) << 8;\n"
    "  const uint32_t odd_cd = (c >> 8 & mask) | (d >> 8 & mask) << 8;\n"
    "  const uint32_t columns[4] = {(even_ab & 0xFFFFu) | even_cd << 16, (odd_ab & 0xFFFFu) | odd_cd << 16,\n"
    "                               even_ab >> 16 | (even_cd & 0xFFFF0000u), odd_ab >> 16 | (odd_cd & 0xFFFF0000u)};\n"
    "  __builtin_memcpy(to, &columns[0], 4);\n"
    "  __builtin_memcpy(to + channels, &columns[1], 4);\n"
    "  __builtin_memcpy(to + 2 * channels, &columns[2], 4);\n"
    "  __builtin_memcpy(to + 3 * channels, &columns[3], 4);\n"
    "}\n"
    "static uint8_t* NAME_row(const uint8_t* from, uint8_t* to, const mote_band_shape* shape) {\n"
    "  const uint32_t channels = shape->channels;\n"
    "  uint32_t c = 0;\n"
    "  for (; c + 4 <= channels; c += 4, from += 4 * shape->pitch) {\n"
    "    uint8_t* at = to + c;\n"
    "    uint32_t x = 0;\n"
    "    for (; x + 4 <= shape->columns; x += 4, at += 4 * channels) NAME_four(from + x, shape->pitch, at, channels);\n"
    "    for (; x < shape->columns; ++x, at += channels) {\n"
    "      for (uint32_t i = 0; i < 4; ++i) at[i] = from[i * shape->pitch + x];\n"
    "    }\n"
    "  }\n"
    "  for (; c < channels; ++c, from += shape->pitch) {\n"
    "    for (uint32_t x = 0; x < shape->columns; ++x) to[x * channels + c] = from[x];\n"
    "  }\n"
    "  return to + shape->columns * channels;\n"
    "}\n";

const char* const kRows =
    "void NAME(const uint8_t* input, uint8_t* band, int32_t first_row, int32_t rows, const mote_band_shape* shape) {\n"
    "  const uint32_t padding = (shape->left + shape->right) * shape->channels;\n"
    "  for (int32_t y = first_row; y < first_row + rows; ++y) {\n"
    "    if (y < 0 || y >= shape->height) {\n"
    "      band = NAME_fill(band, shape->columns * shape->channels + padding, shape->zero);\n"
    "      continue;\n"
    "    }\n"
    "    band = NAME_fill(band, shape->left * shape->channels, shape->zero);\n"
    "    band = NAME_row(input + (uint32_t)y * shape->row, band, shape);\n"
    "    band = NAME_fill(band, shape->right * shape->channels, shape->zero);\n"
    "  }\n"
    "}\n";

std::string named(std::string text, const std::string& name) {
  for (std::size_t at = text.find("NAME"); at != std::string::npos; at = text.find("NAME", at + name.size()))
    text.replace(at, 4, name);
  return text;
}

}  // namespace

Core band_core(plan::Layout input) {
  const bool is_nhwc = input == plan::Layout::kNhwc;
  const std::string name = is_nhwc ? "mote_band_nhwc" : "mote_band_planes";
  return {name, named(kHeader, name), named(std::string(kFill) + (is_nhwc ? kNhwcRow : kPlanesRow) + kRows, name)};
}

std::int64_t band_core_bytes(plan::Layout input) {
  return input == plan::Layout::kNhwc ? 292 : 576;
}

std::int64_t band_row_instructions(plan::Layout input, std::int64_t columns, std::int64_t padding,
                                   std::int64_t channels) {
  constexpr std::int64_t kRow = 40;
  const std::int64_t fill = 4 * padding * channels;
  const std::int64_t bytes = columns * channels;
  if (input == plan::Layout::kNhwc) return kRow + fill + bytes / 16 * 12 + bytes % 16 / 4 * 5 + bytes % 4 * 4;
  const std::int64_t fours = channels / 4;
  return kRow + fill + fours * (columns / 4 * 34 + columns % 4 * 18 + 24) + channels % 4 * (9 * columns + 10);
}

}  // namespace mote::codegen
