// Dense layers of four outputs or more, and convolutions that are such (dense_input.h), by packed_dense_core.h
// (kArmDsp): two int8 weights in a halfword, the input widened once into scratch. A layer of one scale keeps nothing
// for its outputs but weights and biases. Where outputs are no multiple of four, the second block begins within the
// first.
//
// Proof: Requantization by channel; for one scale that of a channel which reaches what any of them does, so that its
// constants hold for all.
#include <fmt/format.h>

#include <algorithm>

#include "../c_text.h"
#include "../channel_weights.h"
#include "../dense_input.h"
#include "../gemm_core.h"
#include "../packed_dense_core.h"

namespace mote::codegen {
namespace {

using plan::Layout;

constexpr std::int64_t kBlockOutputs = 4;
constexpr std::int64_t kLayerInstructions = 8;
constexpr std::int64_t kRowInstructions = 12;
constexpr std::int64_t kCodeBytes = 36;
constexpr std::int64_t kLoopBytes = 20;
constexpr std::int64_t kShapeBytes = 36;

struct PackedDense : DenseInput {
  Requantization form;
  PackedDenseCore core;

  std::int64_t blocks() const { return (outputs + kBlockOutputs - 1) / kBlockOutputs; }
  std::int64_t first_step() const { return outputs % kBlockOutputs == 0 ? kBlockOutputs : outputs % kBlockOutputs; }
  std::int32_t first_output(std::int64_t block) const {
    return static_cast<std::int32_t>(block == 0 ? 0 : first_step() + (block - 1) * kBlockOutputs);
  }
};

// Of a layer whose channels have one multiplier: constants for accumulators as far as any channel's reach.
std::optional<Requantization> one_scale(const Layer& layer) {
  if (weighted_layer(layer)->scaling.count != 1) return std::nullopt;
  LayerEnd end = *layer_end(layer);
  ChannelEnd all = end.channels.front();
  for (const ChannelEnd& channel : end.channels) {
    all.least = std::min(all.least, channel.least);
    all.greatest = std::max(all.greatest, channel.greatest);
    all.largest_weight = std::max(all.largest_weight, channel.largest_weight);
  }
  end.channels = {all};
  return requantization(end, Carrier::kPackedWeights);
}

bool packs(const Layer& layer, const PackedDense& dense) {
  GemmWeights weights{dense.slots, {}, dense.value_offset()};
  for (std::int64_t block = 0; block < dense.blocks(); ++block) {
    for (std::int32_t i = 0; i < kBlockOutputs; ++i) weights.channels.push_back(dense.first_output(block) + i);
  }
  return codegen::packs(layer, weights);
}

std::optional<PackedDense> packed_dense(const Layer& layer, Layout input) {
  const auto shape = dense_input(layer, input);
  if (!shape || shape->outputs < kBlockOutputs) return std::nullopt;
  PackedDense dense{*shape, {}, {}};
  if (!packs(layer, dense)) return std::nullopt;
  if (auto common = one_scale(layer)) {
    dense.form = std::move(*common);
    dense.core.ends = Ends::kCommon;
  } else if (const auto& of_each = requantization_of(layer, Carrier::kPackedWeights)) {
    dense.form = *of_each;
  } else {
    return std::nullopt;
  }
  dense.core.input = dense.kind;
  dense.core.form = dense.form.form;
  if (dense.core.form == EndForm::kPrescaled) dense.core.final_shift = dense.form.channels.front().shift;
  dense.core.is_bounded = !dense.form.saturates_only();
  return dense;
}

std::uint32_t packed_word(const ChannelWeights& weights, std::int32_t output, std::size_t slot) {
  const auto half = [&](std::size_t at) {
    return static_cast<std::uint32_t>(256 * weights.weight(output + 1, at) + weights.weight(output, at));
  };
  return (half(slot) & 0xFFFFU) | half(slot + 2) << 16;
}

void append_block(std::vector<std::uint32_t>& stream, const PackedDense& dense, const ChannelWeights& weights,
                  std::int32_t first) {
  for (std::int32_t o = first; o < first + kBlockOutputs; o += 2) {
    stream.push_back(static_cast<std::uint32_t>(256 * weights.bias(o + 1) + weights.bias(o)));
    stream.push_back(static_cast<std::uint32_t>(weights.bias(o)));
  }
  for (std::size_t slot = 0; slot < dense.slots.size(); slot += 4) {
    for (const std::size_t byte : {slot, slot + 1}) {
      for (std::int32_t o = first; o < first + kBlockOutputs; o += 2) stream.push_back(packed_word(weights, o, byte));
    }
  }
  if (dense.core.ends == Ends::kCommon) return;
  for (std::int32_t o = first; o < first + kBlockOutputs; ++o) {
    const ChannelConstants& constants = dense.form.channels[static_cast<std::size_t>(o)];
    const std::int32_t addend = constants.addend - dense.core.addend_offset() * (1 << constants.shift);
    stream.push_back(static_cast<std::uint32_t>(constants.multiplier));
    stream.push_back(static_cast<std::uint32_t>(addend));
    if (dense.form.form == EndForm::kDoubled) stream.push_back(static_cast<std::uint32_t>(constants.shift));
    if (dense.form.form == EndForm::kMasked) stream.push_back(constants.masked_shift());
  }
}

std::vector<std::uint32_t> stream_of(const Layer& layer, const PackedDense& dense) {
  const ChannelWeights weights(layer, dense.slots, dense.value_offset());
  std::vector<std::uint32_t> stream;
  for (std::int64_t block = 0; block < dense.blocks(); ++block)
    append_block(stream, dense, weights, dense.first_output(block));
  return stream;
}

plan::KernelOption option_of(const Layer& layer, const PackedDense& dense, Layout input) {
  plan::KernelOption option;
  option.name = input == Layout::kNhwc ? "dense_packed" : "dense_packed_planes";
  option.inputs = {input};
  option.output = Layout::kNhwc;
  option.scratch_bytes = packed_dense_patch_bytes(dense.inputs);
  if (dense.rows == 1) option.overlaps = {{0, -(dense.outputs + 3) / 4 * 4, 4}};
  option.instructions =
      kLayerInstructions +
      dense.rows * (kRowInstructions + packed_dense_core_instructions(dense.core, dense.inputs, dense.blocks()));
  const auto words = static_cast<std::int64_t>(stream_of(layer, dense).size());
  option.flash_bytes =
      kCodeBytes + kShapeBytes + (dense.rows > 1 ? kLoopBytes : 0) + 4 * words - layer.input(1).stored_bytes();
  if (layer.node.inputs.size() > 2) option.flash_bytes -= layer.input(2).bytes();
  option.cores = {packed_dense_core_name(dense.core)};
  option.core_flash_bytes = packed_dense_core_bytes(dense.core);
  option.reason = "int8 weights in pairs, four outputs at a time";
  return option;
}

std::string text_of(const Layer& layer, const PackedDense& dense, const LayerCall& call) {
  const std::vector<std::uint32_t> stream = stream_of(layer, dense);
  const PackedDenseShape shape{fmt::format("{}_stream + {}", call.symbol, stream.size()), dense.inputs,
                               dense.first_step()};
  std::string text = c_words(call.symbol + "_stream", stream);
  text += fmt::format("static const mote_packed_dense_shape {}_shape = {};\n", call.symbol,
                      packed_dense_shape(dense.core, shape, dense.form));
  return text + fmt::format(
                    "static void {0}(uint8_t* arena) {{\n"
                    "  for (uint32_t row = 0; row < {1}; ++row) {{\n"
                    "    {2}(arena + {3} + row * {4}, {0}_stream, (int8_t*)(arena + {5} + row * {6}), &{0}_shape,\n"
                    "        (uint32_t*)(void*)(arena + {7}));\n"
                    "  }}\n}}\n",
                    call.symbol, dense.rows, packed_dense_core_name(dense.core), call.inputs[0].offset_bytes,
                    dense.inputs, call.output.offset_bytes, dense.outputs, call.scratch_offset_bytes);
}

class PackedDenseGenerator final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    std::vector<plan::KernelOption> options;
    for (const Layout input : {Layout::kNhwc, Layout::kPlanes}) {
      if (const auto dense = packed_dense(layer, input)) options.push_back(option_of(layer, *dense, input));
    }
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const PackedDense dense = *packed_dense(layer, call.inputs[0].layout);
    return {text_of(layer, dense, call), {packed_dense_core_text(dense.core)}};
  }
};

}  // namespace

const Generator& dense_packed_generator() {
  static const PackedDenseGenerator generator;
  return generator;
}

}  // namespace mote::codegen
