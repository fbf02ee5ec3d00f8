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
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_s8.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kBlockOutputs = 4;
constexpr std::int64_t kLayerInstructions = 8;
constexpr std::int64_t kCallInstructions = 8;
constexpr std::int64_t kCodeBytes = 12;
constexpr std::int64_t kCallBytes = 24;
constexpr std::int64_t kLoopBytes = 20;
constexpr std::int64_t kShapeBytes = 20;

struct DenseLayer {
  std::int64_t rows = 1;  // vectors
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  ByteKind kind = ByteKind::kSigned;
  std::vector<std::int32_t> slots;
  Requantization form;
};

// One of the one or two calls of a row.
struct Part {
  DenseCore core;
  std::int64_t first_output = 0;
  std::int64_t outputs = 0;
};

std::optional<std::int64_t> rows_of(const Layer& layer) {
  if (layer.call.op == &mote_dense_s8_op) return layer.call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op).rows;
  if (layer.call.op != &mote_conv2d_s8_op) return std::nullopt;
  const mote_window& w = layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op).window;
  if (w.pad_top != 0 || w.pad_left != 0) return std::nullopt;
  const bool is_whole = w.kernel_h == w.input_h && w.kernel_w == w.input_w;
  if (is_whole && w.dilation_h == 1 && w.dilation_w == 1) return 1;
  const bool is_pointwise = w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1;
  const std::int64_t positions = std::int64_t{w.output_h} * w.output_w;
  if (is_pointwise && positions < 4) return positions;
  return std::nullopt;
}

// Index of the weight for each byte of the planes.
std::vector<std::int32_t> plane_slots(const graph::Tensor& input) {
  const plan::PlaneGeometry g = plan::plane_geometry(input);
  std::vector<std::int32_t> slots;
  for (std::int32_t c = 0; c < g.channels; ++c) {
    for (std::int32_t p = 0; p < g.pitch_bytes(); ++p) slots.push_back(p < g.positions() ? p * g.channels + c : -1);
  }
  return slots;
}

std::optional<DenseLayer> dense_layer(const Layer& layer, plan::Layout input) {
  const auto rows = layer.set == InstructionSet::kArmDsp ? rows_of(layer) : std::nullopt;
  if (!rows) return std::nullopt;
  DenseLayer dense;
  dense.rows = *rows;
  dense.inputs = layer.input(0).elements() / *rows;
  dense.outputs = layer.output().elements() / *rows;
  for (std::int32_t i = 0; i < dense.inputs; ++i) dense.slots.push_back(i);
  if (input == plan::Layout::kPlanes) {
    const std::int64_t bytes = plan::stored_bytes(layer.input(0), input);
    const bool mostly_gaps = bytes > dense.inputs + dense.inputs / 4;
    if (*rows != 1 || mostly_gaps) return std::nullopt;
    dense.slots = plane_slots(layer.input(0));
    dense.inputs = bytes;
    dense.kind = ByteKind::kUnsigned;
  }
  const auto& form = requantization_of(layer, Carrier::kShiftedSum);
  if (!form) return std::nullopt;
  dense.form = *form;
  return dense;
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
  const ChannelWeights weights(layer, dense.slots, dense.kind == ByteKind::kUnsigned ? 128 : 0);
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
