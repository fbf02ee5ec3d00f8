// Depthwise convolution on planes for any kernel, padding and multiplier, with a stride or a dilation along the width
// (kArmDsp): four outputs of a row at a time, two taps an instruction.
//
// A plane is copied to scratch once, padded with the input's zero point, as int16; with a dilation d along the width
// the columns of one remainder by d lie side by side, so that taps are neighbours whatever d is. Weights of a channel
// are widened to pairs, an odd last tap has a zero beside it. Then for each kernel row and pair of taps: LDR of the
// weights, four times {LDR of two columns, SMLAD}. Outputs of a row are every d-th.
//
// C, but for SMLAD and the end; a core for each number of pairs in a kernel row and each stride, so that a row is
// unrolled with constant offsets. Registers: four sums, two rows' places, the weights' place, one pair of weights, one
// of columns, counters; constants of the end are loaded for each four outputs.
//
// Proof: Requantization by channel on sums that carry 2^8 (or 2^1) at the end (Carrier::kShiftedSum). In place, as a
// plane's outputs are written when all of it is in scratch.
#include <fmt/format.h>

#include <algorithm>

#include "../c_text.h"
#include "../channel_weights.h"
#include "../depthwise_taps_core.h"
#include "../generator.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kLargestScratchBytes = 16384;
constexpr std::int32_t kLargestPairs = 8;

struct Taps {
  mote_depthwise_conv2d_s8_params params{};
  Requantization form;
  std::int32_t pairs = 0;

  const mote_window& window() const { return params.window; }
  TapsCore core() const { return {pairs, window().stride_w, form.form}; }
  std::int32_t rows() const {
    return (window().output_h - 1) * window().stride_h + (window().kernel_h - 1) * window().dilation_h + 1;
  }
  // Outputs of a row that share a remainder, in whole turns; and the columns that they read.
  std::int32_t turns() const {
    const std::int32_t outputs = (window().output_w + window().dilation_w - 1) / window().dilation_w;
    return (outputs + kTapsOutputs - 1) / kTapsOutputs;
  }
  std::int32_t run() const {
    const std::int32_t columns = (kTapsOutputs * turns() - 1) * window().stride_w + 2 * pairs;
    return columns + columns % 2;
  }
  std::int64_t scratch_bytes() const {
    const std::int64_t plane = std::int64_t{rows()} * window().dilation_w * run();
    return 2 * (plane + std::int64_t{2} * window().kernel_h * pairs);
  }
};

std::optional<Taps> taps_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_depthwise_conv2d_s8_op) return std::nullopt;
  Taps taps;
  taps.params = layer.call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op);
  const mote_window& w = taps.window();
  taps.pairs = (w.kernel_w + 1) / 2;
  const bool is_either = w.stride_w == 1 || w.dilation_w == 1;
  const bool is_plain = w.kernel_h == 3 && w.kernel_w == 3 && w.dilation_h == 1 && w.stride_h <= 2 &&
                        w.stride_w == w.stride_h && taps.params.multiplier == 1;
  if (is_plain && w.dilation_w == 1) return std::nullopt;  // depthwise_3x3_planes.cpp does better
  if (!is_either || taps.pairs > kLargestPairs || taps.scratch_bytes() > kLargestScratchBytes) return std::nullopt;
  const auto& form = requantization_of(layer, Carrier::kShiftedSum);
  if (!form) return std::nullopt;
  taps.form = *form;
  return taps;
}

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kLayerBytes = 116;

// Copying a plane to scratch: four columns at a time where neighbours stay neighbours.
std::int64_t padding_instructions(const Taps& taps) {
  const mote_window& w = taps.window();
  const std::int64_t last = std::min(w.input_h, taps.rows() - w.pad_top);
  const std::int64_t columns = std::min(w.input_w, w.dilation_w * taps.run() - w.pad_left);
  const std::int64_t fours = w.dilation_w == 1 ? columns / 4 : 0;
  const std::int64_t cells = std::int64_t{taps.rows()} * w.dilation_w * taps.run();
  const std::int64_t lines = std::int64_t{taps.rows()} * w.dilation_w;
  return 23 * lines + 40 * last * w.dilation_w + 4 * (cells - 4 * last * fours) + 22 * last * fours;
}

std::int64_t instructions(const Taps& taps) {
  const mote_window& w = taps.window();
  const std::int64_t end = taps.form.form == EndForm::kPrescaled ? 17 : 20;
  const std::int64_t turn = 33 + w.kernel_h * 11 * taps.pairs;
  const std::int64_t row = w.dilation_w * (54 + taps.turns() * turn) + w.output_w * end;
  const std::int64_t weights = 210 + 5 * w.kernel_h * w.kernel_w;
  return taps.params.input_c * (padding_instructions(taps) + taps.params.multiplier * (weights + w.output_h * row));
}

std::vector<std::int32_t> ends_of(const Layer& layer, const Taps& taps) {
  const auto channels = static_cast<std::int32_t>(taps.form.channels.size());
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  std::vector<std::int32_t> ends;
  for (std::int32_t c = 0; c < channels; ++c) {
    const ChannelConstants& constants = taps.form.channels[static_cast<std::size_t>(c)];
    std::int32_t bias = 0;
    if (layer.node.inputs.size() > 2) bias = graph::values<std::int32_t>(layer.input(2))[static_cast<std::size_t>(c)];
    // Bytes of planes are int8 values + 128.
    for (std::size_t i = static_cast<std::size_t>(c); i < weights.size(); i += static_cast<std::size_t>(channels))
      bias += (taps.params.input_offset - 128) * weights[i];
    ends.insert(ends.end(), {bias, constants.multiplier, constants.addend});
    if (taps.form.form == EndForm::kMasked) ends.push_back(static_cast<std::int32_t>(constants.masked_shift()));
    if (taps.form.form == EndForm::kDoubled) ends.push_back(constants.shift);
  }
  return ends;
}

class DepthwiseTaps final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const auto taps = taps_of(layer);
    if (!taps) return {};
    const auto channels = static_cast<std::int64_t>(taps->form.channels.size());
    plan::KernelOption option;
    option.name = "depthwise_taps";
    option.inputs = {plan::Layout::kPlanes};
    option.output = plan::Layout::kPlanes;
    option.scratch_bytes = taps->scratch_bytes();
    const bool shrinks =
        plan::plane_geometry(layer.output()).pitch_bytes() <= plan::plane_geometry(layer.input(0)).pitch_bytes();
    if (taps->params.multiplier == 1 && shrinks) option.overlaps = {{0, 0, 4}};
    option.flash_bytes = kLayerBytes + 4 * taps->core().end_words() * channels;
    if (layer.node.inputs.size() > 2) option.flash_bytes -= 4 * channels;
    option.cores = {taps_core_name(taps->core())};
    option.core_flash_bytes = taps_core_bytes(taps->core());
    option.instructions = instructions(*taps);
    option.reason = "any window on planes, four outputs at a time";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Taps taps = *taps_of(layer);
    const mote_window& w = taps.window();
    const std::vector<std::int8_t> narrow = depthwise_weights(layer);
    const std::vector<std::int32_t> weights(narrow.begin(), narrow.end());
    const std::vector<std::int32_t> ends = ends_of(layer, taps);
    std::string text = fmt::format("static const int8_t {}_weights[{}] = {{\n{}}};\n", call.symbol, weights.size(),
                                   number_list(weights));
    text += c_words(call.symbol + "_ends", std::vector<std::uint32_t>(ends.begin(), ends.end()));
    text += fmt::format(
        "static const mote_depthwise_taps_layer {0}_layer = {{\n"
        "    {0}_weights, (const int32_t*){0}_ends, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, "
        "{13}, {14}, {15}, {16}, {17}, {18}, {19}, {20}, {21}}};\n",
        call.symbol, taps.params.input_c, taps.params.multiplier, w.input_h, w.input_w,
        plan::plane_geometry(layer.input(0)).pitch_bytes(), plan::plane_geometry(layer.output()).pitch_bytes(),
        w.output_h, w.output_w, w.kernel_h, w.kernel_w, w.stride_h, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left,
        taps.rows(), taps.run(), 128 - taps.params.input_offset, taps.form.channels.front().shift, taps.form.low,
        taps.form.high);
    text += fmt::format(
        "static void {0}(uint8_t* arena) {{\n  {1}(&{0}_layer, arena + {2}, arena + {3}, arena + {4});\n}}\n",
        call.symbol, taps_core_name(taps.core()), call.inputs[0].offset_bytes, call.output.offset_bytes,
        call.scratch_offset_bytes);
    return {text, {taps_core_text(taps.core())}};
  }
};

}  // namespace

const Generator& depthwise_taps_generator() {
  static const DepthwiseTaps generator;
  return generator;
}

}  // namespace mote::codegen
