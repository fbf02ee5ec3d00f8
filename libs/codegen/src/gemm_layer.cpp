#include "gemm_layer.h"

#include <fmt/format.h>

#include <algorithm>

#include "c_text.h"
#include "weighted_layer.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kShapeBytes = 28;
constexpr std::int64_t kCallInstructions = 6;
constexpr std::int64_t kCallBytes = 24;
constexpr std::int64_t kHeldBytes = 36;  // that blocks wait for each other
constexpr std::int64_t kUnpackedShapeBytes = kShapeBytes + 8;

std::int64_t output_pitch(const Layer& layer, plan::Layout output) {
  const plan::PlaneGeometry planes = plan::plane_geometry(layer.output());
  return output == plan::Layout::kNhwc ? planes.channels : planes.pitch_bytes();
}

// Whole pairs of channels; an odd last channel has a stream and a call of its own, twice in a plane, or in NHWC with
// the channel before it.
std::int64_t even_channels(const GemmLayer& gemm) {
  return gemm.channels - gemm.channels % 2;
}

// Binary weights cannot be 0, as those of slots without a weight are.
const WeightPacking* packing_of(const Layer& layer, const std::vector<std::int32_t>& slots) {
  const graph::DType type = layer.input(1).type;
  const bool has_zeros = std::find(slots.begin(), slots.end(), -1) != slots.end();
  return weight_packing(type == graph::DType::kBinary && has_zeros ? graph::DType::kTernary : type);
}

std::int64_t call_count(const GemmLayer& gemm) {
  return (even_channels(gemm) > 0 ? 1 : 0) + (gemm.has_odd_channel() ? 1 : 0);
}

// Words of the table for two channels.
std::int64_t table_words(const GemmLayer& gemm) {
  return gemm.unpacked ? packed_words(gemm.unpacked->unpack, gemm.pairs()) : gemm_stream_words(gemm.core, gemm.pairs());
}

std::string shape_text(const GemmLayer& gemm, const std::string& stream_end, std::int64_t pitch,
                       std::int64_t channel_pairs) {
  const std::string end = gemm.unpacked ? "0" : stream_end;
  const std::string shape = gemm_shape(gemm.core, end, gemm.pairs(), pitch, gemm.form);
  return gemm.unpacked ? unpacked_gemm_shape(*gemm.unpacked, shape, channel_pairs) : shape;
}

// One call or two; `patch` … with the arguments between it and the output.
std::string calls_text(const Layer& layer, const GemmLayer& gemm, const std::string& symbol, const std::string& patch,
                       const std::string& output) {
  const std::string core = gemm.unpacked ? unpacked_gemm_name(*gemm.unpacked) : gemm_core_name(gemm.core);
  const std::int64_t even = even_channels(gemm);
  std::string text;
  if (even > 0) text += fmt::format("    {0}({3}, {1}_stream, {2}, &{1}_shape);\n", core, symbol, output, patch);
  if (gemm.has_odd_channel())
    text += fmt::format("    {0}({5}, {1}_stream + {3}, {2} + {4}, &{1}_last_shape);\n", core, symbol, output,
                        even / 2 * table_words(gemm),
                        gemm.is_nhwc() ? even - 1 : even * output_pitch(layer, plan::Layout::kPlanes), patch);
  return text;
}

std::int64_t instructions_of(const GemmLayer& gemm, std::int64_t channel_pairs, std::int64_t blocks) {
  if (!gemm.unpacked)
    return blocks * (kCallInstructions + gemm_core_instructions(gemm.core, gemm.pairs(), channel_pairs));
  const auto turn = [&](std::int64_t count) {
    return count == 0 ? 0 : unpacked_gemm_instructions(*gemm.unpacked, gemm.pairs(), channel_pairs, count);
  };
  return blocks / gemm.unpacked->blocks * turn(gemm.unpacked->blocks) + turn(blocks % gemm.unpacked->blocks);
}

}  // namespace

std::string gemm_reason(const GemmChoice& choice) {
  const std::string where = choice.output == plan::Layout::kNhwc ? ", output over input" : "";
  if (choice.blocks > 0) return fmt::format("packed weights, unpacked for {} positions{}", 4 * choice.blocks, where);
  return fmt::format("{} weights, {}{}", choice.carrier == Carrier::kPackedWeights ? "int8" : "int16",
                     choice.fit == Fit::kAnyDepth ? "one core for all depths" : "a core for this depth", where);
}

bool has_idle_blocks(const GemmChoice& choice, std::int64_t blocks) {
  return choice.blocks > 2 && choice.blocks / 2 >= blocks;
}

std::optional<GemmLayer> gemm_layer(const Layer& layer, const GemmChoice& choice, std::vector<std::int32_t> slots,
                                    std::int32_t patch_offset) {
  const WeightedLayer common = *weighted_layer(layer);
  const bool is_narrow = layer.input(1).type != graph::DType::kInt8;
  if (is_narrow != (choice.blocks > 0)) return std::nullopt;
  GemmLayer gemm;
  gemm.channels = common.channels;
  if (slots.size() % 2 != 0) slots.push_back(-1);
  const WeightPacking* const packing = packing_of(layer, slots);
  gemm.weights = {std::move(slots), {}, patch_offset};
  const bool is_nhwc = choice.output == plan::Layout::kNhwc;
  if (is_nhwc && common.channels < 2) return std::nullopt;
  for (std::int32_t c = 0; c < common.channels; ++c) gemm.weights.channels.push_back(c);
  if (gemm.has_odd_channel()) {
    if (is_nhwc) gemm.weights.channels.back() = common.channels - 2;
    gemm.weights.channels.push_back(common.channels - 1);
  }
  const bool is_built_in = choice.fit == Fit::kBuiltIn;
  if (is_built_in && gemm.has_odd_channel()) return std::nullopt;
  if (choice.carrier == Carrier::kPackedWeights && !packs(layer, gemm.weights)) return std::nullopt;
  const auto& form = requantization_of(layer, choice.carrier);
  if (!form) return std::nullopt;
  gemm.form = *form;
  gemm.core.carrier = choice.carrier;
  gemm.core.positions = choice.positions;
  gemm.core.built_in_pairs = is_built_in ? static_cast<std::int32_t>(gemm.pairs()) : 0;
  const std::int64_t pitch = output_pitch(layer, choice.output);
  gemm.core.output = choice.output;
  gemm.core.built_in_pitch = is_built_in && !is_nhwc && can_build_in(pitch) ? static_cast<std::int32_t>(pitch) : 0;
  gemm.core.form = form->form;
  gemm.core.final_shift = form->form == EndForm::kPrescaled ? form->channels.front().shift : 0;
  gemm.core.is_bounded = !form->saturates_only();
  const bool may_be_short = choice.carrier == Carrier::kPackedWeights && !is_built_in;
  gemm.core.has_short_ends = may_be_short && fits_short_ends(layer, gemm.weights, gemm.form);
  if (is_narrow) {
    const std::int64_t end_words = gemm_stream_words(gemm.core, 0) - 2;
    gemm.unpacked = UnpackedGemm{gemm.core, {packing, end_words}, choice.blocks};
  }
  return gemm;
}

std::string gemm_tables(const Layer& layer, const GemmLayer& gemm, const std::string& symbol) {
  std::vector<std::uint32_t> stream = gemm_stream(layer, gemm.weights, gemm.core, gemm.form);
  if (gemm.unpacked) stream = packed_stream(gemm.unpacked->unpack, stream, gemm.pairs());
  const std::int64_t even_words = even_channels(gemm) / 2 * table_words(gemm);
  const std::int64_t pitch = output_pitch(layer, gemm.core.output);
  const auto shape = [&](const std::string& name, std::int64_t end, std::int64_t step, std::int64_t channel_pairs) {
    const std::string at = fmt::format("{}_stream + {}", symbol, end);
    return fmt::format("static const {} {}_{} = {};\n", gemm.unpacked ? "mote_unpacked_gemm_shape" : "mote_gemm_shape",
                       symbol, name, shape_text(gemm, at, step, channel_pairs));
  };
  std::string text = c_words(symbol + "_stream", stream);
  if (even_words > 0) text += shape("shape", even_words, pitch, even_channels(gemm) / 2);
  if (gemm.has_odd_channel())
    text += shape("last_shape", static_cast<std::int64_t>(stream.size()), gemm.is_nhwc() ? pitch : 0, 1);
  return text;
}

std::string gemm_declarations(const GemmLayer& gemm) {
  return gemm.unpacked ? "  uint32_t held = 0;\n" : "";
}

std::string gemm_patch(const GemmLayer& gemm) {
  return gemm.unpacked ? fmt::format("patch + held * {}", 4 * gemm.pairs()) : "patch";
}

// Packed weights wait until their blocks are there.
std::string gemm_calls(const Layer& layer, const GemmLayer& gemm, const std::string& symbol, const GemmLoop& loop) {
  const auto output = [&](const char* position) { return fmt::format(fmt::runtime(loop.output), position); };
  if (!gemm.unpacked) return calls_text(layer, gemm, symbol, "patch", output("p"));
  return fmt::format(
      "    ++held;\n"
      "    if (held < {} && p + 4 < {}) continue;\n"
      "{}"
      "    held = 0;\n",
      gemm.unpacked->blocks, loop.positions,
      calls_text(layer, gemm, symbol, "patch, held", output("(p + 4 - 4 * held)")));
}

std::int64_t gemm_call_bytes(const GemmLayer& gemm) {
  return call_count(gemm) * kCallBytes + (gemm.unpacked ? kHeldBytes : 0);
}

std::int64_t gemm_instructions(const GemmLayer& gemm, std::int64_t blocks) {
  const std::int64_t even = even_channels(gemm);
  return (even > 0 ? instructions_of(gemm, even / 2, blocks) : 0) +
         (gemm.has_odd_channel() ? instructions_of(gemm, 1, blocks) : 0);
}

std::int64_t gemm_scratch_bytes(const GemmLayer& gemm) {
  if (!gemm.unpacked) return 4 * gemm.core.positions * gemm.pairs();
  return unpacked_gemm_scratch_bytes(*gemm.unpacked, gemm.pairs(), std::max<std::int64_t>(1, gemm.channels / 2));
}

std::vector<Core> gemm_cores(const GemmLayer& gemm) {
  std::vector<Core> cores{gemm_core_text(gemm.core)};
  if (gemm.unpacked) {
    cores.push_back(unpack_core_text(gemm.unpacked->unpack));
    cores.push_back(unpacked_gemm_text(*gemm.unpacked));
  }
  return cores;
}

std::vector<std::string> gemm_core_names(const GemmLayer& gemm) {
  if (!gemm.unpacked) return {gemm_core_name(gemm.core)};
  return {gemm_core_name(gemm.core), unpack_core_name(gemm.unpacked->unpack), unpacked_gemm_name(*gemm.unpacked)};
}

std::int64_t gemm_cores_bytes(const GemmLayer& gemm) {
  return gemm.unpacked ? unpacked_gemm_bytes(*gemm.unpacked) : gemm_core_bytes(gemm.core);
}

std::int64_t gemm_table_bytes(const Layer& layer, const GemmLayer& gemm) {
  const auto blocks = static_cast<std::int64_t>(gemm.weights.channels.size()) / 2;
  std::int64_t bytes = 4 * blocks * table_words(gemm);
  bytes += (gemm.unpacked ? kUnpackedShapeBytes : kShapeBytes) * call_count(gemm);
  bytes -= layer.input(1).stored_bytes();
  if (layer.node.inputs.size() > 2) bytes -= layer.input(2).bytes();
  return bytes;
}

}  // namespace mote::codegen
