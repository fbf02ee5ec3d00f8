// Convolutions of any kernel, stride, dilation and padding (kArmDsp): blocks of 4 positions gathered into the patch of
// the matrix cores.
//
// A band of output rows at a time: the input rows that it needs are copied with their padding into scratch
// (band_core.h), then each block's four windows are gathered (gather_core.h). Where no window leaves an NHWC input, the
// input itself is the band; a long single row is read as a column, so that its bands are short. A band's last block
// repeats its last position; what it writes too far is overwritten by the next band, or lies between H·W and the pitch.
// Output as NHWC wants bands of whole blocks; it may lie over an NHWC input, as a band is copied before its outputs are
// written. Weights of less than a byte are unpacked for several blocks of a band at once (unpacked_gemm.h).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "../band_core.h"
#include "../gather_core.h"
#include "../gemm_layer.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"

namespace mote::codegen {
namespace {

using plan::Layout;

constexpr std::int64_t kLayerInstructions = 40;
constexpr std::int64_t kBandInstructions = 40;
constexpr std::int64_t kBlockInstructions = 66;
constexpr std::int64_t kDirectCodeBytes = 88;
constexpr std::int64_t kBandedCodeBytes = 170;
constexpr std::int64_t kOneBandCodeBytes = 130;
constexpr std::int64_t kLoopBytes = 60;  // less where there is one block only
constexpr std::int64_t kLoopInstructions = 60;
constexpr std::int64_t kGatherShapeBytes = 12;
constexpr std::int64_t kBandShapeBytes = 32;
constexpr std::int64_t kSpareBytes = 4;  // read behind the last run

struct Variant {
  const char* name;
  Layout input;
  GemmChoice choice;
};

constexpr Variant kVariants[] = {
    {"conv_4x2_s8_nhwc", Layout::kNhwc, {Carrier::kPackedWeights, Fit::kAnyDepth, 4}},
    {"conv_4x2_s8_nhwc_unrolled", Layout::kNhwc, {Carrier::kPackedWeights, Fit::kBuiltIn, 4}},
    {"conv_4x2_s16_nhwc", Layout::kNhwc, {Carrier::kWideWeights, Fit::kAnyDepth, 4}},
    {"conv_4x2_s16_nhwc_unrolled", Layout::kNhwc, {Carrier::kWideWeights, Fit::kBuiltIn, 4}},
    {"conv_4x2_s8_nhwc_to_nhwc", Layout::kNhwc, {Carrier::kPackedWeights, Fit::kAnyDepth, 4, Layout::kNhwc}},
    {"conv_4x2_s16_nhwc_to_nhwc_unrolled", Layout::kNhwc, {Carrier::kWideWeights, Fit::kBuiltIn, 4, Layout::kNhwc}},
    {"conv_4x2_s8_planes", Layout::kPlanes, {Carrier::kPackedWeights, Fit::kAnyDepth, 4}},
    {"conv_4x2_s8_planes_unrolled", Layout::kPlanes, {Carrier::kPackedWeights, Fit::kBuiltIn, 4}},
    {"conv_4x2_s16_planes", Layout::kPlanes, {Carrier::kWideWeights, Fit::kAnyDepth, 4}},
    {"conv_4x2_s16_planes_unrolled", Layout::kPlanes, {Carrier::kWideWeights, Fit::kBuiltIn, 4}},
    {"narrow_conv_nhwc_x2", Layout::kNhwc, unpacked_choice(2)},
    {"narrow_conv_nhwc_x6", Layout::kNhwc, unpacked_choice(6)},
    {"narrow_conv_nhwc_to_nhwc_x6", Layout::kNhwc, unpacked_choice(6, Layout::kNhwc)},
    {"narrow_conv_planes_x2", Layout::kPlanes, unpacked_choice(2)},
    {"narrow_conv_planes_x6", Layout::kPlanes, unpacked_choice(6)},
};

const mote_conv2d_s8_params* parameters(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_conv2d_s8_op) return nullptr;
  return &layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
}

bool is_pointwise(const mote_window& w) {
  return w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1;
}

// How the windows are read. A run is a kernel row; with dilation along the width it is one tap, and the gather is
// called once for each kernel column.
struct Windows {
  mote_window window{};
  std::int32_t channels = 0;
  std::int32_t zero_point = 0;
  Layout input = Layout::kNhwc;
  GatherRun run;
  std::int32_t calls = 1;      // of the gather, a block
  bool is_direct = false;      // the input itself is the band
  std::int32_t band_rows = 1;  // rows of output a band
  std::int64_t row_bytes = 0;  // of the band

  std::int32_t tall() const { return (window.kernel_h - 1) * window.dilation_h + 1; }
  std::int32_t wide() const {
    return (window.output_w - 1) * window.stride_w + (window.kernel_w - 1) * window.dilation_w + 1;
  }
  // Input rows for `rows` of output.
  std::int32_t input_rows(std::int32_t rows) const { return (rows - 1) * window.stride_h + tall(); }
  std::int32_t columns() const { return std::min(window.input_w, wide() - window.pad_left); }
  std::int32_t right() const { return wide() - window.pad_left - columns(); }
  std::int64_t band_bytes() const { return is_direct ? 0 : input_rows(band_rows) * row_bytes + kSpareBytes; }
  std::int32_t bands() const { return (window.output_h + band_rows - 1) / band_rows; }
};

// Few rows, as they cost scratch, but whole blocks of 4; more where that costs little, as bands share rows.
std::int32_t band_rows_for(const Windows& windows) {
  constexpr std::int64_t kSmallBandBytes = 768;
  const mote_window& w = windows.window;
  std::int32_t rows = 1;
  while (rows * w.output_w % 4 != 0 && rows < 4) rows *= 2;
  while (rows < w.output_h && windows.input_rows(std::min(2 * rows, w.output_h)) * windows.row_bytes <= kSmallBandBytes)
    rows *= 2;
  return std::min(rows, w.output_h);
}

Windows windows_through(const mote_conv2d_s8_params& p, const mote_window& w, Layout input) {
  Windows windows;
  windows.window = w;
  windows.channels = p.input_c;
  windows.zero_point = -p.input_offset;
  windows.input = input;
  const bool is_dilated = w.dilation_w > 1 && w.kernel_w > 1;
  windows.run.bytes = is_dilated ? p.input_c : w.kernel_w * p.input_c;
  windows.run.kind = input == Layout::kNhwc ? ByteKind::kSigned : ByteKind::kUnsigned;
  windows.calls = is_dilated ? w.kernel_w : 1;
  const bool is_inside =
      w.pad_top == 0 && w.pad_left == 0 && windows.wide() <= w.input_w && windows.input_rows(w.output_h) <= w.input_h;
  windows.is_direct = input == Layout::kNhwc && is_inside && windows.run.bytes_read() == windows.run.bytes;
  windows.row_bytes = std::int64_t{windows.is_direct ? w.input_w : windows.wide()} * p.input_c;
  windows.band_rows = windows.is_direct ? w.output_h : band_rows_for(windows);
  return windows;
}

// A single row as a single column: the same bytes, weights and positions.
mote_window turned(const mote_window& w) {
  mote_window column = w;
  std::swap(column.input_h, column.input_w);
  std::swap(column.output_h, column.output_w);
  std::swap(column.kernel_h, column.kernel_w);
  std::swap(column.stride_h, column.stride_w);
  std::swap(column.dilation_h, column.dilation_w);
  std::swap(column.pad_top, column.pad_left);
  return column;
}

// A long row would be one band; turned upright it is many.
Windows windows_of(const mote_conv2d_s8_params& p, Layout input) {
  constexpr std::int64_t kLargeBandBytes = 1024;
  const mote_window& w = p.window;
  const Windows windows = windows_through(p, w, input);
  const bool is_line = input == Layout::kNhwc && w.input_h == 1 && w.kernel_h == 1 && w.output_h == 1;
  return is_line && windows.band_bytes() > kLargeBandBytes ? windows_through(p, turned(w), input) : windows;
}

// In the order of the gather: kernel columns of a dilated kernel, kernel rows, bytes of the run.
std::vector<std::int32_t> slots_of(const Windows& windows) {
  const std::int32_t row = windows.window.kernel_w * windows.channels;
  std::vector<std::int32_t> slots;
  for (std::int32_t call = 0; call < windows.calls; ++call) {
    for (std::int32_t i = 0; i < windows.window.kernel_h; ++i) {
      for (const std::int32_t byte : gather_slots(windows.run))
        slots.push_back(byte < 0 ? -1 : i * row + call * windows.channels + byte);
    }
  }
  return slots;
}

bool has_whole_blocks(const Windows& windows) {
  const mote_window& w = windows.window;
  return windows.band_rows * w.output_w % 4 == 0 && w.output_h * w.output_w % 4 == 0;
}

// Of an NHWC output to its input: no band's outputs lie on rows that a later band copies.
std::int64_t nhwc_distance_bytes(const Windows& windows, std::int64_t output_channels) {
  const mote_window& w = windows.window;
  std::int64_t least = 0;
  for (std::int64_t y = windows.band_rows; y < w.output_h; y += windows.band_rows) {
    const std::int64_t first_row = std::max<std::int64_t>(0, y * w.stride_h - w.pad_top);
    if (first_row >= w.input_h) break;
    least = std::max(least, y * w.output_w * output_channels - first_row * w.input_w * windows.channels);
  }
  return (least + 3) / 4 * 4;
}

std::optional<GemmLayer> gemm_of(const Layer& layer, const Variant& variant, const Windows& windows) {
  if (variant.choice.output == Layout::kNhwc && !has_whole_blocks(windows)) return std::nullopt;
  if (has_idle_blocks(variant.choice, (windows.band_rows * windows.window.output_w + 3) / 4)) return std::nullopt;
  return gemm_layer(layer, variant.choice, slots_of(windows), variant.input == Layout::kPlanes ? 128 : 0);
}

// What `of_blocks` says of each band's blocks, added up.
template <typename OfBlocks>
std::int64_t over_bands(const Windows& windows, const OfBlocks& of_blocks) {
  const std::int64_t whole = windows.window.output_h / windows.band_rows;
  const std::int64_t left = windows.window.output_h % windows.band_rows;
  const auto blocks = [&](std::int64_t rows) { return (rows * windows.window.output_w + 3) / 4; };
  return whole * of_blocks(blocks(windows.band_rows)) + of_blocks(blocks(left));
}

std::int64_t block_count(const Windows& windows) {
  return over_bands(windows, [](std::int64_t blocks) { return blocks; });
}

std::int64_t band_instructions(const Windows& windows) {
  if (windows.is_direct) return 0;
  std::int64_t rows = 0;
  for (std::int32_t y = 0; y < windows.window.output_h; y += windows.band_rows)
    rows += windows.input_rows(std::min(windows.band_rows, windows.window.output_h - y));
  return windows.bands() * kBandInstructions + rows * band_row_instructions(windows.input, windows.columns(),
                                                                            windows.wide() - windows.columns(),
                                                                            windows.channels);
}

std::int64_t code_bytes(const Windows& windows) {
  const std::int64_t loop = block_count(windows) == 1 ? kLoopBytes : 0;
  if (windows.is_direct) return kDirectCodeBytes - loop;
  const bool is_simple = windows.band_rows == 1 || windows.bands() == 1;
  return (is_simple ? kOneBandCodeBytes : kBandedCodeBytes) - loop;
}

plan::KernelOption option_of(const Layer& layer, const Variant& variant, const Windows& windows,
                             const GemmLayer& gemm) {
  plan::KernelOption option;
  option.name = variant.name;
  option.inputs = {variant.input};
  option.output = variant.choice.output;
  if (gemm.is_nhwc() && !windows.is_direct) option.overlaps = {{0, nhwc_distance_bytes(windows, gemm.channels), 4}};
  option.scratch_bytes = gemm_scratch_bytes(gemm) + windows.band_bytes();
  option.flash_bytes = code_bytes(windows) + kGatherShapeBytes + gemm_call_bytes(gemm) + gemm_table_bytes(layer, gemm);
  option.cores = {gather_core_name(windows.run)};
  for (const std::string& core : gemm_core_names(gemm)) option.cores.push_back(core);
  option.core_flash_bytes = gather_core_bytes(windows.run) + gemm_cores_bytes(gemm);
  if (!windows.is_direct) {
    option.flash_bytes += kBandShapeBytes;
    option.cores.push_back(band_core(variant.input).name);
    option.core_flash_bytes += band_core_bytes(variant.input);
  }
  const std::int64_t gather = windows.calls * gather_core_instructions(windows.run, windows.window.kernel_h);
  option.instructions = kLayerInstructions + band_instructions(windows) +
                        block_count(windows) * (kBlockInstructions + gather) +
                        over_bands(windows, [&](std::int64_t blocks) { return gemm_instructions(gemm, blocks); });
  if (block_count(windows) == 1) option.instructions -= kLoopInstructions;
  option.reason = gemm_reason(variant.choice);
  return option;
}

std::string shapes_text(const Layer& layer, const Windows& windows, const std::string& symbol) {
  const mote_window& w = windows.window;
  const std::int64_t step = w.dilation_h * windows.row_bytes - windows.run.bytes_read();
  std::string text = fmt::format("static const mote_gather_shape {}_gather = {{{}, {}, (uint32_t)({})}};\n", symbol,
                                 w.kernel_h, windows.run.words(), step);
  if (windows.is_direct) return text;
  const plan::PlaneGeometry input = plan::plane_geometry(layer.input(0));
  const bool is_nhwc = windows.input == Layout::kNhwc;
  const std::int64_t row = is_nhwc ? std::int64_t{w.input_w} * windows.channels : w.input_w;
  const int zero = is_nhwc ? static_cast<std::uint8_t>(windows.zero_point) : windows.zero_point + 128;
  return text + fmt::format("static const mote_band_shape {}_band = {{{}, {}, {}, {}, {}, {}, {}, {}}};\n", symbol,
                            w.input_h, row, input.pitch_bytes(), windows.channels, w.pad_left, windows.columns(),
                            windows.right(), zero);
}

std::string gather_text(const Windows& windows, const std::string& patch, const std::string& symbol) {
  const std::string core = gather_core_name(windows.run);
  if (windows.calls == 1) return fmt::format("    {}(sources, {}, &{}_gather);\n", core, patch, symbol);
  return fmt::format(
      "    uint32_t* to = {4};\n"
      "    for (uint32_t column = 0; column < {0}; ++column) {{\n"
      "      to = {1}(sources, to, &{2}_gather);\n"
      "      for (uint32_t j = 0; j < 4; ++j) sources[j] += {3};\n"
      "    }}\n",
      windows.calls, core, symbol, windows.window.dilation_w * windows.channels, patch);
}

// static void <symbol>_rows(…): all blocks of one band.
std::string rows_text(const Layer& layer, const Windows& windows, const GemmLayer& gemm, const std::string& symbol) {
  const mote_window& w = windows.window;
  const std::int64_t step = std::int64_t{w.stride_w} * windows.channels;
  const std::int64_t line = w.stride_h * windows.row_bytes - (w.output_w - 1) * step;
  const std::string output = gemm.is_nhwc() ? fmt::format("output + {{}} * {}", gemm.channels) : "output + {}";
  return fmt::format(
      "static void {0}_rows(const uint8_t* band, uint32_t* patch, uint32_t positions, uint8_t* output) {{\n"
      "  uint32_t x = 0;\n"
      "{6}"
      "  for (uint32_t p = 0; p < positions; p += 4) {{\n"
      "    const uint8_t* sources[4];\n"
      "    for (uint32_t j = 0; j < 4; ++j) {{\n"
      "      sources[j] = band;\n"
      "      if (p + j + 1 >= positions) continue;\n"
      "      ++x;\n"
      "      band += x == {1} ? {2} : {3};\n"
      "      x = x == {1} ? 0 : x;\n"
      "    }}\n"
      "{4}{5}"
      "  }}\n"
      "}}\n",
      symbol, w.output_w, line, step, gather_text(windows, gemm_patch(gemm), symbol),
      gemm_calls(layer, gemm, symbol, {"positions", output}), gemm_declarations(gemm));
}

std::string entry_text(const Windows& windows, const GemmLayer& gemm, const LayerCall& call) {
  const mote_window& w = windows.window;
  const std::string patch = fmt::format("(uint32_t*)(void*)(arena + {})", call.scratch_offset_bytes);
  const std::string input = fmt::format("arena + {}", call.inputs[0].offset_bytes);
  const std::string output = fmt::format("arena + {}", call.output.offset_bytes);
  if (windows.is_direct)
    return fmt::format("static void {0}(uint8_t* arena) {{\n  {0}_rows({1}, {2}, {3}, {4});\n}}\n", call.symbol, input,
                       patch, w.output_h * w.output_w, output);
  return fmt::format(
      "static void {0}(uint8_t* arena) {{\n"
      "  uint8_t* band = arena + {1};\n"
      "  for (int32_t y = 0; y < {2}; y += {3}) {{\n"
      "    const int32_t rows = {2} - y < {3} ? {2} - y : {3};\n"
      "    {4}({5}, band, y * {6} - {7}, (rows - 1) * {6} + {8}, &{0}_band);\n"
      "    {0}_rows(band, {9}, (uint32_t)(rows * {10}), {11} + y * {12});\n"
      "  }}\n"
      "}}\n",
      call.symbol, call.scratch_offset_bytes + gemm_scratch_bytes(gemm), w.output_h, windows.band_rows,
      band_core(windows.input).name, input, w.stride_h, w.pad_top, windows.tall(), patch, w.output_w, output,
      w.output_w * (gemm.is_nhwc() ? gemm.channels : 1));
}

class ConvolutionGenerator final : public Generator {
 public:
  bool packs_weights() const override { return true; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    std::vector<plan::KernelOption> options;
    const mote_conv2d_s8_params* p = parameters(layer);
    if (p == nullptr) return options;
    for (const Variant& variant : kVariants) {
      if (variant.input == Layout::kPlanes && is_pointwise(p->window)) continue;  // pointwise.cpp does better
      const Windows windows = windows_of(*p, variant.input);
      if (const auto gemm = gemm_of(layer, variant, windows))
        options.push_back(option_of(layer, variant, windows, *gemm));
    }
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
    const Windows windows = windows_of(*parameters(layer), variant.input);
    const GemmLayer gemm = *gemm_of(layer, variant, windows);
    LayerText result;
    result.cores = gemm_cores(gemm);
    result.cores.push_back(gather_core_text(windows.run));
    if (!windows.is_direct) result.cores.push_back(band_core(variant.input));
    result.text = gemm_tables(layer, gemm, call.symbol) + shapes_text(layer, windows, call.symbol) +
                  rows_text(layer, windows, gemm, call.symbol) + entry_text(windows, gemm, call);
    return result;
  }
};

}  // namespace

const Generator& convolution_generator() {
  static const ConvolutionGenerator generator;
  return generator;
}

}  // namespace mote::codegen
