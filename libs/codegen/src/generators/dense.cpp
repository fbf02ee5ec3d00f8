// Dense layers, and convolutions that are such: a window over the whole input, or 1×1 over fewer than four positions
// (kArmDsp). One vector after the other through dense_core.h, weights as int8, no scratch. Outputs are taken four at a
// time; one to three left over have a core of their own.
//
// From planes the weights are put in the planes' order, zeros where a plane has bytes beyond H·W.
#include <fmt/format.h>

#include <algorithm>

#include "../c_text.h"
#include "../channel_weights.h"
#include "../dense_core.h"
#include "../dense_input.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kBlockOutputs = 4;
constexpr std::int64_t kLayerInstructions = 8;
constexpr std::int64_t kCallInstructions = 8;
constexpr std::int64_t kCodeBytes = 12;
constexpr std::int64_t kCallBytes = 24;
constexpr std::int64_t kLoopBytes = 20;
constexpr std::int64_t kShapeBytes = 20;

struct DenseLayer : DenseInput {
  Requantization form;
};

// One of the one or two calls of a row.
struct Part {
  DenseCore core;
  std::int64_t first_output = 0;
  std::int64_t outputs = 0;
};

std::optional<DenseLayer> dense_layer(const Layer& layer, plan::Layout input) {
  const auto shape = dense_input(layer, input);
  if (!shape) return std::nullopt;
  const auto& form = requantization_of(layer, Carrier::kShiftedSum);
  if (!form) return std::nullopt;
  return DenseLayer{*shape, *form};
}

std::vector<Part> parts_of(const DenseLayer& dense) {
  const std::int64_t left = dense.outputs % kBlockOutputs;
  std::vector<Part> parts;
  DenseCore core{kBlockOutputs, dense.kind, dense.form.form, 0, !dense.form.saturates_only()};
  if (core.form == EndForm::kPrescaled) core.final_shift = dense.form.channels.front().shift;
  if (dense.outputs > left) parts.push_back({core, 0, dense.outputs - left});
  core.outputs = static_cast<std::int32_t>(left);
  if (left > 0) parts.push_back({core, dense.outputs - left, left});
  return parts;
}

std::uint32_t four_weights(const ChannelWeights& weights, std::int32_t channel, std::size_t slot) {
  std::uint32_t word = 0;
  for (std::size_t j = 0; j < 4; ++j)
    word |= (static_cast<std::uint32_t>(weights.weight(channel, slot + j)) & 0xFFU) << (8 * j);
  return word;
}

void append_block(std::vector<std::uint32_t>& stream, const DenseLayer& dense, const ChannelWeights& weights,
                  std::int32_t first, std::int32_t end) {
  for (std::int32_t o = first; o < end; ++o) stream.push_back(static_cast<std::uint32_t>(weights.bias(o)));
  for (std::size_t slot = 0; slot < dense.slots.size(); slot += 4) {
    for (std::int32_t o = first; o < end; ++o) stream.push_back(four_weights(weights, o, slot));
  }
  for (std::int32_t o = first; o < end; ++o) {
    const ChannelConstants& constants = dense.form.channels[static_cast<std::size_t>(o)];
    stream.push_back(static_cast<std::uint32_t>(constants.multiplier));
    stream.push_back(static_cast<std::uint32_t>(constants.addend));
    if (dense.form.form == EndForm::kDoubled) stream.push_back(static_cast<std::uint32_t>(constants.shift));
    if (dense.form.form == EndForm::kMasked) stream.push_back(constants.masked_shift());
  }
}

std::vector<std::uint32_t> stream_of(const Layer& layer, const DenseLayer& dense) {
  const ChannelWeights weights(layer, dense.slots, dense.value_offset());
  std::vector<std::uint32_t> stream;
  for (std::int64_t o = 0; o < dense.outputs; o += kBlockOutputs) {
    const std::int64_t end = std::min(o + kBlockOutputs, dense.outputs);
    append_block(stream, dense, weights, static_cast<std::int32_t>(o), static_cast<std::int32_t>(end));
  }
  return stream;
}

std::int64_t stream_words(const DenseLayer& dense) {
  std::int64_t words = 0;
  for (const Part& part : parts_of(dense))
    words += part.outputs / part.core.outputs * dense_stream_words(part.core, dense.inputs);
  return words;
}

std::string option_name(plan::Layout input) {
  return input == plan::Layout::kNhwc ? "dense_1x4_s8" : "dense_1x4_planes";
}

plan::KernelOption option_of(const Layer& layer, const DenseLayer& dense, plan::Layout input) {
  plan::KernelOption option;
  option.name = option_name(input);
  option.inputs = {input};
  option.output = plan::Layout::kNhwc;
  option.instructions = kLayerInstructions;
  option.flash_bytes =
      kCodeBytes + (dense.rows > 1 ? kLoopBytes : 0) + 4 * stream_words(dense) - layer.input(1).stored_bytes();
  if (layer.node.inputs.size() > 2) option.flash_bytes -= layer.input(2).bytes();
  for (const Part& part : parts_of(dense)) {
    const std::int64_t blocks = part.outputs / part.core.outputs;
    option.cores.push_back(dense_core_name(part.core));
    option.core_flash_bytes += dense_core_bytes(part.core);
    option.flash_bytes += kShapeBytes + kCallBytes;
    option.instructions += dense.rows * (kCallInstructions + dense_core_instructions(part.core, dense.inputs, blocks));
  }
  option.reason = "int8 weights, four outputs at a time";
  return option;
}

std::string text_of(const Layer& layer, const DenseLayer& dense, const LayerCall& call) {
  std::string text = c_words(call.symbol + "_stream", stream_of(layer, dense));
  std::string calls;
  std::int64_t at = 0;
  for (const Part& part : parts_of(dense)) {
    const std::int64_t end = at + part.outputs / part.core.outputs * dense_stream_words(part.core, dense.inputs);
    const std::string shape = fmt::format("{}_shape{}", call.symbol, part.core.outputs);
    text += fmt::format("static const mote_dense_shape {} = {};\n", shape,
                        dense_shape(fmt::format("{}_stream + {}", call.symbol, end), dense.inputs, dense.form));
    calls += fmt::format("    {}(arena + {} + row * {}, {}_stream + {}, (int8_t*)(arena + {} + row * {}), &{});\n",
                         dense_core_name(part.core), call.inputs[0].offset_bytes, dense.inputs, call.symbol, at,
                         call.output.offset_bytes + part.first_output, dense.outputs, shape);
    at = end;
  }
  return text + fmt::format(
                    "static void {}(uint8_t* arena) {{\n"
                    "  for (uint32_t row = 0; row < {}; ++row) {{\n{}  }}\n}}\n",
                    call.symbol, dense.rows, calls);
}

class DenseGenerator final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    std::vector<plan::KernelOption> options;
    for (const plan::Layout input : {plan::Layout::kNhwc, plan::Layout::kPlanes}) {
      if (const auto dense = dense_layer(layer, input)) options.push_back(option_of(layer, *dense, input));
    }
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const DenseLayer dense = *dense_layer(layer, call.inputs[0].layout);
    LayerText result{text_of(layer, dense, call), {}};
    for (const Part& part : parts_of(dense)) result.cores.push_back(dense_core_text(part.core));
    return result;
  }
};

}  // namespace

const Generator& dense_generator() {
  static const DenseGenerator generator;
  return generator;
}

}  // namespace mote::codegen
