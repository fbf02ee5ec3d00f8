#include "gemm_layer.h"

#include <fmt/format.h>

#include "c_text.h"
#include "weighted_layer.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kShapeBytes = 28;
constexpr std::int64_t kCallInstructions = 6;

std::int64_t output_pitch(const Layer& layer, plan::Layout output) {
  const plan::PlaneGeometry planes = plan::plane_geometry(layer.output());
  return output == plan::Layout::kNhwc ? planes.channels : planes.pitch_bytes();
}

// Whole pairs of channels; an odd last channel has a stream and a call of its own, twice in a plane, or in NHWC with
// the channel before it.
std::int64_t even_channels(const GemmLayer& gemm) {
  return gemm.channels - gemm.channels % 2;
}

}  // namespace

std::optional<GemmLayer> gemm_layer(const Layer& layer, const GemmChoice& choice, std::vector<std::int32_t> slots,
                                    std::int32_t patch_offset) {
  const WeightedLayer common = *weighted_layer(layer);
  GemmLayer gemm;
  gemm.channels = common.channels;
  if (slots.size() % 2 != 0) slots.push_back(-1);
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
  return gemm;
}

std::string gemm_tables(const Layer& layer, const GemmLayer& gemm, const std::string& symbol) {
  const std::vector<std::uint32_t> stream = gemm_stream(layer, gemm.weights, gemm.core, gemm.form);
  const std::int64_t even_words = even_channels(gemm) / 2 * gemm_stream_words(gemm.core, gemm.pairs());
  const std::int64_t pitch = output_pitch(layer, gemm.core.output);
  const auto shape = [&](const std::string& name, std::int64_t end, std::int64_t step) {
    const std::string at = fmt::format("{}_stream + {}", symbol, end);
    return fmt::format("static const mote_gemm_shape {}_{} = {};\n", symbol, name,
                       gemm_shape(gemm.core, at, gemm.pairs(), step, gemm.form));
  };
  std::string text = c_words(symbol + "_stream", stream);
  if (even_words > 0) text += shape("shape", even_words, pitch);
  if (gemm.has_odd_channel())
    text += shape("last_shape", static_cast<std::int64_t>(stream.size()), gemm.is_nhwc() ? pitch : 0);
  return text;
}

std::string gemm_calls(const Layer& layer, const GemmLayer& gemm, const std::string& symbol,
                       const std::string& output) {
  const std::string core = gemm_core_name(gemm.core);
  const std::int64_t even = even_channels(gemm);
  std::string text;
  if (even > 0) text += fmt::format("    {0}(patch, {1}_stream, {2}, &{1}_shape);\n", core, symbol, output);
  if (gemm.has_odd_channel())
    text += fmt::format("    {0}(patch, {1}_stream + {3}, {2} + {4}, &{1}_last_shape);\n", core, symbol, output,
                        even / 2 * gemm_stream_words(gemm.core, gemm.pairs()),
                        gemm.is_nhwc() ? even - 1 : even * output_pitch(layer, plan::Layout::kPlanes));
  return text;
}

std::int64_t gemm_call_count(const GemmLayer& gemm) {
  return (even_channels(gemm) > 0 ? 1 : 0) + (gemm.has_odd_channel() ? 1 : 0);
}

std::int64_t gemm_instructions(const GemmLayer& gemm) {
  const std::int64_t even = even_channels(gemm);
  std::int64_t count = 0;
  if (even > 0) count += kCallInstructions + gemm_core_instructions(gemm.core, gemm.pairs(), even / 2);
  if (gemm.has_odd_channel()) count += kCallInstructions + gemm_core_instructions(gemm.core, gemm.pairs(), 1);
  return count;
}

std::int64_t gemm_table_bytes(const Layer& layer, const GemmLayer& gemm) {
  const auto blocks = static_cast<std::int64_t>(gemm.weights.channels.size()) / 2;
  std::int64_t bytes = 4 * blocks * gemm_stream_words(gemm.core, gemm.pairs());
  bytes += kShapeBytes * gemm_call_count(gemm);
  bytes -= layer.input(1).stored_bytes();
  if (layer.node.inputs.size() > 2) bytes -= layer.input(2).bytes();
  return bytes;
}

}  // namespace mote::codegen
