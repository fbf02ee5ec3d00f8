// Features of one clip as a picture.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/charts.h"
#include "report/html_text.h"

namespace mote::pipeline {

namespace {

using Bytes = std::vector<std::uint8_t>;

void put_big_endian(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

// CRC-32 of ISO/IEC 15948, annex D: polynomial 0xEDB88320, bits reflected.
std::uint32_t crc32(std::span<const std::uint8_t> data) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::uint8_t byte : data) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1U ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

std::uint32_t adler32(std::span<const std::uint8_t> data) {  // RFC 1950, section 8
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

void put_chunk(Bytes& png, std::string_view type, const Bytes& content) {
  put_big_endian(png, static_cast<std::uint32_t>(content.size()));
  const std::size_t start = png.size();
  png.insert(png.end(), type.begin(), type.end());
  png.insert(png.end(), content.begin(), content.end());
  put_big_endian(png, crc32(std::span(png).subspan(start)));
}

// A zlib stream of stored blocks (RFC 1950; RFC 1951, section 3.2.4): pictures are small, and the bytes depend on no
// library's version.
Bytes stored_zlib(const Bytes& raw) {
  constexpr std::size_t kMostInBlock = 65535;
  Bytes stream = {0x78, 0x01};
  for (std::size_t at = 0; at < raw.size(); at += kMostInBlock) {
    const std::size_t length = std::min(kMostInBlock, raw.size() - at);
    stream.push_back(at + length == raw.size() ? 1 : 0);
    for (const std::size_t word : {length, ~length & 0xFFFFU}) {
      stream.push_back(static_cast<std::uint8_t>(word & 0xFFU));
      stream.push_back(static_cast<std::uint8_t>(word >> 8 & 0xFFU));
    }
    const auto from = raw.begin() + static_cast<std::ptrdiff_t>(at);
    stream.insert(stream.end(), from, from + static_cast<std::ptrdiff_t>(length));
  }
  put_big_endian(stream, adler32(raw));
  return stream;
}

// 256 colours between five anchors, rising in lightness, so that it reads in grey as well.
Bytes palette() {
  constexpr std::array<std::array<double, 3>, 5> kAnchors = {
      {{13, 20, 48}, {38, 68, 124}, {38, 131, 142}, {126, 190, 118}, {250, 234, 136}}};
  Bytes colours;
  for (int level = 0; level < 256; ++level) {
    const double at = level * 4 / 255.0;
    const auto below = static_cast<std::size_t>(std::min(3.0, at));
    const double part = at - static_cast<double>(below);
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const double value = kAnchors[below][channel] * (1 - part) + kAnchors[below + 1][channel] * part;
      colours.push_back(static_cast<std::uint8_t>(std::lround(value)));
    }
  }
  return colours;
}

}  // namespace

std::vector<std::uint8_t> palette_png(std::span<const std::uint8_t> levels, std::size_t width, std::size_t height) {
  Bytes header;
  put_big_endian(header, static_cast<std::uint32_t>(width));
  put_big_endian(header, static_cast<std::uint32_t>(height));
  header.insert(header.end(), {8, 3, 0, 0, 0});  // 8 bits, palette, deflate, no special filters, not interlaced
  Bytes rows;
  for (std::size_t row = 0; row < height; ++row) {
    rows.push_back(0);  // filter: none
    const auto line = levels.subspan(row * width, width);
    rows.insert(rows.end(), line.begin(), line.end());
  }
  Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  put_chunk(png, "IHDR", header);
  put_chunk(png, "PLTE", palette());
  put_chunk(png, "IDAT", stored_zlib(rows));
  put_chunk(png, "IEND", {});
  return png;
}

std::string feature_image(const FeaturePicture& picture) {
  const auto frames = static_cast<std::size_t>(picture.frames);
  const auto bins = static_cast<std::size_t>(picture.bins);
  Bytes upright(frames * bins);
  for (std::size_t frame = 0; frame < frames; ++frame) {
    for (std::size_t bin = 0; bin < bins; ++bin) {
      upright[(bins - 1 - bin) * frames + frame] = static_cast<std::uint8_t>(picture.levels[frame * bins + bin]);
    }
  }
  return fmt::format("<img alt=\"features of {}\" src=\"data:image/png;base64,{}\">", escape(picture.clip),
                     base64(palette_png(upright, frames, bins)));
}

}  // namespace mote::pipeline
