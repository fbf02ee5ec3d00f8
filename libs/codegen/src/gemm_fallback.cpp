#include "gemm_fallback.h"

#include <fmt/format.h>

namespace mote::codegen {
namespace {

std::string fallback_products(const GemmCore& core) {
  if (core.carrier == Carrier::kPackedWeights)
    return "        const uint32_t word = *stream++;\n"
           "        for (uint32_t p = 0; p < POSITIONS; ++p) {\n"
           "          const int32_t high = NAME_dot(patch[i * POSITIONS + p], word);\n"
           "          const int32_t low = NAME_low_dot(patch[i * POSITIONS + p], word);\n"
           "          sums[0][p] += (uint32_t)low;\n"
           "          sums[1][p] += (uint32_t)high;\n"
           "        }\n";
  return "        const uint32_t first = *stream++;\n"
         "        const uint32_t second = *stream++;\n"
         "        for (uint32_t p = 0; p < POSITIONS; ++p) {\n"
         "          sums[0][p] += (uint32_t)NAME_dot(patch[i * POSITIONS + p], first);\n"
         "          sums[1][p] += (uint32_t)NAME_dot(patch[i * POSITIONS + p], second);\n"
         "        }\n";
}

std::string fallback_helpers(const GemmCore& core) {
  std::string text =
      "static int32_t NAME_half(uint32_t word) { return (int32_t)(int16_t)(word & 0xFFFFu); }\n"
      "static int32_t NAME_dot(uint32_t values, uint32_t weights) {\n"
      "  return NAME_half(values) * NAME_half(weights) + NAME_half(values >> 16) * NAME_half(weights >> 16);\n"
      "}\n";
  if (core.carrier == Carrier::kPackedWeights)
    text +=
        "static int32_t NAME_byte(uint32_t word) { return (int32_t)(int8_t)(word & 0xFFu); }\n"
        "static int32_t NAME_low_dot(uint32_t values, uint32_t weights) {\n"
        "  return NAME_half(values) * NAME_byte(weights) + NAME_half(values >> 16) * NAME_byte(weights >> 16);\n"
        "}\n";
  return text;
}

std::string fallback_end(const GemmCore& core) {
  std::string text;
  if (core.carrier == Carrier::kPackedWeights)
    text += core.form == EndForm::kPrescaled
                ? "        const int32_t sum = (int32_t)(c == 0 ? sums[0][p] << 8 : sums[1][p] - sums[0][p]);\n"
                : "        const int32_t sum = c == 0 ? (int32_t)(sums[0][p] << 1) : (int32_t)(sums[1][p] - "
                  "sums[0][p]) >> 7;\n";
  else
    text += "        const int32_t sum = (int32_t)sums[c][p];\n";
  if (core.form == EndForm::kPrescaled)
    text += fmt::format(
        "        const int32_t scaled = (int32_t)(((int64_t)sum * (int32_t)stream[0]) >> 32) + {};\n"
        "        int32_t value = scaled >> {};\n",
        core.has_short_ends ? "addends[c]" : "(int32_t)stream[1]", core.final_shift);
  else
    text += fmt::format(
        "        const int64_t product = (int64_t)sum * (int32_t)stream[0] + ((int64_t)1 << 31);\n"
        "        const int32_t scaled = (int32_t)(product >> 32) + (int32_t)stream[1] - (sum < 0 ? {} : 0);\n"
        "        int32_t value = scaled >> (stream[2] & 31u);\n",
        core.form == EndForm::kMasked ? "(int32_t)(stream[2] >> 31)" : "1");
  return text;
}

// 24 bits of each bias, the distance of the addend above them.
std::string short_biases() {
  return "      const uint32_t first = (stream[0] & 0xFFFFFFu) - ((stream[0] & 0x800000u) << 1);\n"
         "      sums[0][p] = first;\n      sums[1][p] = first + (stream[1] << 8);\n    }\n"
         "    const int32_t addends[2] = {shape->addend + ((int32_t)stream[0] >> 24),\n"
         "                                shape->addend + ((int32_t)stream[1] >> 24)};\n    stream += 2;\n";
}

// Words of one channel's end.
int end_words(const GemmCore& core) {
  if (core.has_short_ends) return 1;
  return core.form == EndForm::kPrescaled ? 2 : 3;
}

std::string fallback(const GemmCore& core) {
  const std::string high =
      core.is_bounded ? "255 - (int32_t)shape->above_high" : std::to_string(255 - core.addend_offset());
  const std::string low = core.is_bounded ? "(int32_t)shape->low" : std::to_string(-core.addend_offset());
  const bool is_nhwc = core.output == plan::Layout::kNhwc;
  std::string text = fallback_helpers(core) + gemm_declaration(core) + " {\n";
  text +=
      "  while (stream != shape->stream_end) {\n    uint32_t sums[2][POSITIONS];\n    for (uint32_t p = 0; p < "
      "POSITIONS; ++p) {\n";
  if (core.has_short_ends) text = text + short_biases();
  text += core.has_short_ends ? ""
          : core.replicates_biases()
              ? "      sums[0][p] = stream[p];\n      sums[1][p] = stream[POSITIONS + p];\n    }\n    stream += 2 * "
                "POSITIONS;\n"
              : "      sums[0][p] = stream[0];\n      sums[1][p] = stream[1];\n    }\n    stream += 2;\n";
  text += "    for (uint32_t i = 0; i < shape->pairs; ++i) {\n" + fallback_products(core) + "    }\n";
  text +=
      "    for (uint32_t c = 0; c < 2; ++c) {\n      for (uint32_t p = 0; p < POSITIONS; ++p) {\n" + fallback_end(core);
  text += fmt::format("        value = value > {0} ? {0} : value;\n        value = value < {1} ? {1} : value;\n", high,
                      low);
  text += fmt::format("        output[{}] = (uint8_t)value{};\n      }}\n", is_nhwc ? "p * shape->pitch" : "p",
                      is_nhwc && core.is_bounded ? " ^ 128u" : "");
  text += fmt::format("      stream += {};\n      output += {};\n    }}\n  }}\n}}\n", end_words(core),
                      is_nhwc ? "1" : "shape->pitch");
  return text;
}

// Names at file scope start with the core's, so that several cores can share a file.
std::string filled_in(std::string text, const GemmCore& core) {
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  replace("NAME", gemm_core_name(core));
  replace("POSITIONS", std::to_string(core.positions));
  return text;
}

}  // namespace

std::string gemm_declaration(const GemmCore& core) {
  return fmt::format(
      "void {}(const uint32_t* patch, const uint32_t* stream, uint8_t* output, const mote_gemm_shape* shape)",
      gemm_core_name(core));
}

std::string gemm_fallback(const GemmCore& core) {
  return filled_in(fallback(core), core);
}

}  // namespace mote::codegen
