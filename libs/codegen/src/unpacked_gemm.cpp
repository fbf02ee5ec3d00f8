#include "unpacked_gemm.h"

#include <fmt/format.h>

#include <algorithm>

namespace mote::codegen {
namespace {

constexpr std::int64_t kCodeBytes = 180;
constexpr std::int64_t kCallInstructions = 48;
constexpr std::int64_t kGroupInstructions = 26;
constexpr std::int64_t kBlockInstructions = 12;

const char* const kIncludes =
    "#ifndef MOTE_UNPACKED_GEMM_SHAPE\n"
    "#define MOTE_UNPACKED_GEMM_SHAPE\n"
    "typedef struct mote_unpacked_gemm_shape {\n"
    "  mote_gemm_shape gemm;\n"
    "  uint32_t blocks; /* that the scratch has patches for */\n"
    "  uint32_t channel_pairs;\n"
    "} mote_unpacked_gemm_shape;\n"
    "#endif\n";

std::string declaration(const UnpackedGemm& gemm) {
  return fmt::format(
      "void {}(uint32_t* patch, uint32_t blocks, const uint32_t* table, uint8_t* output,\n"
      "    const mote_unpacked_gemm_shape* shape)",
      unpacked_gemm_name(gemm));
}

std::string source(const UnpackedGemm& gemm) {
  const bool is_nhwc = gemm.core.output == plan::Layout::kNhwc;
  return fmt::format(
      "#include \"{0}.h\"\n\n#include \"{1}.h\"\n#include \"{2}.h\"\n\n"
      "{3} {{\n"
      "  const uint32_t words = 4 * shape->gemm.pairs;\n"
      "  uint32_t* const stream = patch + shape->blocks * words;\n"
      "  mote_gemm_shape gemm = shape->gemm;\n"
      "  for (uint32_t left = shape->channel_pairs; left > 0;) {{\n"
      "    const uint32_t count = left < {4} ? left : {4};\n"
      "    table = {2}(table, stream, count, gemm.pairs);\n"
      "    gemm.stream_end = stream + count * (gemm.pairs + {5});\n"
      "    for (uint32_t b = 0; b < blocks; ++b) {1}(patch + b * words, stream, output + b * {6}, &gemm);\n"
      "    output += {7};\n"
      "    left -= count;\n"
      "  }}\n"
      "}}\n",
      unpacked_gemm_name(gemm), gemm_core_name(gemm.core), unpack_core_name(gemm.unpack), declaration(gemm),
      kUnpackedChannelPairs, unpacked_words(gemm.unpack, 0), is_nhwc ? "4 * gemm.pitch" : "4",
      is_nhwc ? "2 * count" : "2 * count * gemm.pitch");
}

}  // namespace

std::string unpacked_gemm_name(const UnpackedGemm& gemm) {
  return fmt::format("{}_of_{}", gemm_core_name(gemm.core), gemm.unpack.packing->name);
}

Core unpacked_gemm_text(const UnpackedGemm& gemm) {
  return {unpacked_gemm_name(gemm), gemm_shape_type() + kIncludes + declaration(gemm) + ";\n", source(gemm)};
}

std::int64_t unpacked_gemm_bytes(const UnpackedGemm& gemm) {
  return kCodeBytes + gemm_core_bytes(gemm.core) + unpack_core_bytes(gemm.unpack);
}

std::int64_t unpacked_gemm_instructions(const UnpackedGemm& gemm, std::int64_t pairs, std::int64_t channel_pairs,
                                        std::int64_t blocks) {
  const auto group = [&](std::int64_t count) {
    return kGroupInstructions + unpack_core_instructions(gemm.unpack, pairs, count) +
           blocks * (kBlockInstructions + gemm_core_instructions(gemm.core, pairs, count));
  };
  const std::int64_t left = channel_pairs % kUnpackedChannelPairs;
  const std::int64_t whole = channel_pairs / kUnpackedChannelPairs;
  return kCallInstructions + (whole > 0 ? whole * group(kUnpackedChannelPairs) : 0) + (left > 0 ? group(left) : 0);
}

std::int64_t unpacked_gemm_scratch_bytes(const UnpackedGemm& gemm, std::int64_t pairs, std::int64_t channel_pairs) {
  const std::int64_t most = std::min(channel_pairs, kUnpackedChannelPairs);
  return 16 * pairs * gemm.blocks + 4 * most_unpacked_words(gemm.unpack, pairs, most);
}

std::string unpacked_gemm_shape(const UnpackedGemm& gemm, const std::string& shape, std::int64_t channel_pairs) {
  return fmt::format("{{{}, {}, {}}}", shape, gemm.blocks, channel_pairs);
}

}  // namespace mote::codegen
