// 3×3 convolutions of stride 1 by Winograd's F(2×2, 3×3), exact in integers (kArmDsp): 16 products where the window has
// 36, for 16/9 · 2 bytes a weight.
//
// Two rows of output at a time, in blocks of four tiles, which are 8 columns. Four rows of input lie in scratch as
// pairs of int16 with their padding (winograd_input.h), row y at y mod 4; each block is transformed, multiplied and
// transformed back (winograd_core.h). What is no whole number of blocks ends with a block that overlaps the one before
// it, and gets the same bytes again. Rows of planes are in scratch before any output goes there: with no more output
// than input channels of the same extents it may lie over the input, at any whole number of planes below it.
//
// The proof that all of it is exact is winograd_requantization()'s, on the actual constants.
#include <fmt/format.h>

#include <algorithm>

#include "../c_text.h"
#include "../winograd_core.h"
#include "../winograd_input.h"
#include "../winograd_stream.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"

namespace mote::codegen {
namespace {

using plan::Layout;

constexpr std::int64_t kLayerInstructions = 40;
constexpr std::int64_t kBandInstructions = 40;  // two rows of output
constexpr std::int64_t kRowCallInstructions = 12;
constexpr std::int64_t kBlockInstructions = 60;
constexpr std::int64_t kCodeBytes = 330;
constexpr std::int64_t kLoopBytes = 80;       // less where a band has one block
constexpr std::int64_t kBandLoopBytes = 110;  // less where that is all
constexpr std::int64_t kShapeBytes = 24;
constexpr std::int64_t kRowsShapeBytes = 32;
constexpr std::int32_t kRingRows = 4;

struct Variant {
  const char* name;
  Layout input;
};

constexpr Variant kVariants[] = {{"winograd_planes", Layout::kPlanes}, {"winograd_nhwc", Layout::kNhwc}};

struct Shape {
  mote_window window{};
  std::int32_t inputs = 0;
  std::int32_t outputs = 0;
  std::int32_t zero_point = 0;
  std::int64_t input_pitch = 0;
  std::int64_t output_pitch = 0;

  std::int32_t pairs() const { return (inputs + 1) / 2; }
  std::int32_t columns() const { return window.output_w + 2; }  // of a row in scratch
  std::int32_t copied() const { return std::min(window.input_w, columns() - window.pad_left); }
  std::int64_t row_words() const { return std::int64_t{pairs()} * columns(); }
  std::int64_t place_row_words() const { return std::int64_t{16} * pairs(); }
  std::int64_t bands() const { return (window.output_h + 1) / 2; }
  std::int64_t blocks() const { return (window.output_w + kWinogradColumns - 1) / kWinogradColumns; }
};

std::optional<Shape> shape_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_conv2d_s8_op) return std::nullopt;
  const auto& p = layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
  const mote_window& w = p.window;
  const bool is_3x3 = w.kernel_h == 3 && w.kernel_w == 3;
  const bool is_plain = w.stride_h == 1 && w.stride_w == 1 && w.dilation_h == 1 && w.dilation_w == 1;
  if (!is_3x3 || !is_plain || w.output_w < kWinogradColumns || w.output_h < 2) return std::nullopt;
  const Shape shape{w,
                    p.input_c,
                    p.output_c,
                    -p.input_offset,
                    plan::plane_geometry(layer.input(0)).pitch_bytes(),
                    plan::plane_geometry(layer.output()).pitch_bytes()};
  if (shape.pairs() > kMostWinogradPairs || shape.outputs % 2 != 0 || shape.copied() < 1) return std::nullopt;
  return shape;
}

WinogradCore core_of(const Shape& shape, const Requantization& form) {
  const bool is_prescaled = form.form == EndForm::kPrescaled;
  return {shape.pairs(), form.form, is_prescaled ? form.channels.front().shift : 0, !form.saturates_only()};
}

std::int64_t stream_words(const Shape& shape, const WinogradCore& core) {
  return std::int64_t{shape.outputs} * (16 * core.pairs + core.end_words());
}

std::int64_t values_offset_bytes(const Shape& shape) {
  return 4 * kRingRows * shape.row_words();
}

std::int64_t row_instructions(const Shape& shape, Layout input) {
  const std::int64_t rows = shape.window.output_h + 2;
  const std::int64_t copied = std::min<std::int64_t>(shape.window.input_h, rows - shape.window.pad_top);
  return rows * kRowCallInstructions + copied * winograd_row_instructions(input, shape.copied(), shape.pairs()) +
         (rows - copied) * winograd_padding_instructions(shape.columns(), shape.pairs());
}

std::int64_t instructions_of(const Shape& shape, const WinogradCore& core, Layout input) {
  const std::int64_t block = kBlockInstructions + winograd_block_core_instructions(WinogradRow::kSum, core.pairs) +
                             3 * winograd_block_core_instructions(WinogradRow::kDifference, core.pairs) +
                             winograd_core_instructions(core, shape.outputs / 2);
  return kLayerInstructions + row_instructions(shape, input) +
         shape.bands() * (kBandInstructions + shape.blocks() * block);
}

plan::KernelOption option_of(const Layer& layer, const Variant& variant, const Shape& shape, const WinogradCore& core) {
  plan::KernelOption option;
  option.name = variant.name;
  option.inputs = {variant.input};
  option.output = Layout::kPlanes;
  option.scratch_bytes = values_offset_bytes(shape) + 16 * shape.place_row_words() + kWinogradRoomBytes;
  const mote_window& w = shape.window;
  const bool is_same = w.output_h == w.input_h && w.output_w == w.input_w && w.pad_top <= 2;
  if (variant.input == Layout::kPlanes && is_same && shape.outputs <= shape.inputs)
    option.overlaps = {{0, 0, shape.input_pitch}};
  option.flash_bytes =
      kCodeBytes + kShapeBytes + kRowsShapeBytes + 4 * stream_words(shape, core) - layer.input(1).bytes();
  if (layer.node.inputs.size() > 2) option.flash_bytes -= layer.input(2).bytes();
  if (shape.blocks() == 1) option.flash_bytes -= kLoopBytes + (shape.bands() == 1 ? kBandLoopBytes : 0);
  option.cores = {winograd_rows_core(variant.input).name, winograd_block_core(WinogradRow::kSum, core.pairs).name,
                  winograd_block_core(WinogradRow::kDifference, core.pairs).name, winograd_core_name(core)};
  option.core_flash_bytes = winograd_rows_core_bytes(variant.input) +
                            winograd_block_core_bytes(WinogradRow::kSum, core.pairs) +
                            winograd_block_core_bytes(WinogradRow::kDifference, core.pairs) + winograd_core_bytes(core);
  option.instructions = instructions_of(shape, core, variant.input);
  option.for_speed = true;
  option.reason = "16 products where the window has 36, for wider weights";
  return option;
}

std::string tables_text(const Layer& layer, const Variant& variant, const Shape& shape, const WinogradCore& core,
                        const Requantization& form, const std::string& symbol) {
  const mote_window& w = shape.window;
  const bool is_nhwc = variant.input == Layout::kNhwc;
  const std::int32_t value_offset = is_nhwc ? 0 : 128;
  const std::int32_t above = 255 - form.high;
  const auto zero = static_cast<std::uint32_t>(shape.zero_point + value_offset) & 0xFFFFU;
  const std::int64_t row = is_nhwc ? std::int64_t{w.input_w} * shape.inputs : w.input_w;
  std::string text = c_words(symbol + "_stream", winograd_stream(layer, form, value_offset));
  text +=
      fmt::format("static const mote_winograd_shape {0}_shape = {{{0}_stream + {1}, {2}, {3}, {4}, {5}, {6}}};\n",
                  symbol, stream_words(shape, core), w.output_w, shape.output_pitch, above, above + form.low, form.low);
  text += fmt::format("static const mote_winograd_rows {}_rows = {{{}, {}, {}, {}, {}, {}, {}, 0x{:08x}u}};\n", symbol,
                      w.input_h, row, shape.input_pitch, shape.inputs, w.pad_left, shape.copied(),
                      shape.columns() - w.pad_left - shape.copied(), zero << 16 | zero);
  return text;
}

// static void <symbol>_band(…): two rows of output, four of input.
std::string band_text(const Shape& shape, const WinogradCore& core, const std::string& symbol) {
  const std::string sum = winograd_block_core(WinogradRow::kSum, core.pairs).name;
  const std::string difference = winograd_block_core(WinogradRow::kDifference, core.pairs).name;
  const std::int64_t place_row = shape.place_row_words();
  return fmt::format(
      "static void {0}_band(const uint32_t* const* rows, uint32_t* values, uint8_t* output) {{\n"
      "  for (uint32_t start = 0; start < {1}; start += {2}) {{\n"
      "    const uint32_t x = start + {2} <= {1} ? start : {3};\n"
      "    {4}(rows[0] + x, rows[2] + x, values, {6});\n"
      "    {5}(rows[1] + x, rows[2] + x, values + {7}, {6});\n"
      "    {4}(rows[2] + x, rows[1] + x, values + {8}, {6});\n"
      "    {4}(rows[1] + x, rows[3] + x, values + {9}, {6});\n"
      "    {10}(values, {0}_stream, output + x, &{0}_shape);\n"
      "  }}\n"
      "}}\n",
      symbol, shape.window.output_w, kWinogradColumns, shape.window.output_w - kWinogradColumns, difference, sum,
      winograd_block_steps(core.pairs, shape.columns()), place_row, 2 * place_row, 3 * place_row,
      winograd_core_name(core));
}

std::string entry_text(const Variant& variant, const Shape& shape, const LayerCall& call) {
  const mote_window& w = shape.window;
  return fmt::format(
      "static void {0}(uint8_t* arena) {{\n"
      "  uint32_t* ring = (uint32_t*)(void*)(arena + {1});\n"
      "  int32_t next = 0;\n"
      "  for (int32_t start = 0; start < {2}; start += 2) {{\n"
      "    const int32_t y = start < {3} ? start : {3};\n"
      "    const uint32_t* rows[4];\n"
      "    for (; next < y + 4; ++next)\n"
      "      {4}(arena + {5}, ring + (next & 3) * {6}, next - {7}, &{0}_rows);\n"
      "    for (int32_t i = 0; i < 4; ++i) rows[i] = ring + ((y + i) & 3) * {6};\n"
      "    {0}_band(rows, ring + {8}, arena + {9} + y * {10});\n"
      "  }}\n"
      "}}\n",
      call.symbol, call.scratch_offset_bytes, w.output_h, w.output_h - 2, winograd_rows_core(variant.input).name,
      call.inputs[0].offset_bytes, shape.row_words(), w.pad_top, values_offset_bytes(shape) / 4,
      call.output.offset_bytes, w.output_w);
}

class WinogradGenerator final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    std::vector<plan::KernelOption> options;
    const std::optional<Shape> shape = shape_of(layer);
    if (!shape) return options;
    const auto form = winograd_requantization(layer);
    if (!form) return options;
    for (const Variant& variant : kVariants)
      options.push_back(option_of(layer, variant, *shape, core_of(*shape, *form)));
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    for (const Variant& variant : kVariants) {
      if (call.option == variant.name) return text_of(layer, call, variant);
    }
    return {};
  }

 private:
  static LayerText text_of(const Layer& layer, const LayerCall& call, const Variant& variant) {
    const Shape shape = *shape_of(layer);
    const Requantization form = *winograd_requantization(layer);
    const WinogradCore core = core_of(shape, form);
    LayerText result;
    result.cores = {winograd_rows_core(variant.input), winograd_block_core(WinogradRow::kSum, core.pairs),
                    winograd_block_core(WinogradRow::kDifference, core.pairs), winograd_core_text(core)};
    result.text = tables_text(layer, variant, shape, core, form, call.symbol) + band_text(shape, core, call.symbol) +
                  entry_text(variant, shape, call);
    return result;
  }
};

}  // namespace

const Generator& winograd_generator() {
  static const WinogradGenerator generator;
  return generator;
}

}  // namespace mote::codegen
