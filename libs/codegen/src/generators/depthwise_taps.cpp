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
#include "../generator.h"
#include "../requantization.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::int32_t kOutputs = 4;  // of a turn
constexpr std::int64_t kLargestScratchBytes = 16384;
constexpr std::int32_t kLargestPairs = 8;

constexpr std::string_view kHeader = R"(#include <stdint.h>
#ifndef MOTE_DEPTHWISE_TAPS_LAYER
#define MOTE_DEPTHWISE_TAPS_LAYER
typedef struct mote_depthwise_taps_layer {
  const int8_t* weights;   /* [output channels][kernel_h][kernel_w] */
  const int32_t* ends;     /* of each output channel bias, M, C; and r where the core wants it */
  int32_t input_channels;
  int32_t multiplier;      /* output channels of an input channel */
  int32_t input_h;
  int32_t input_w;
  int32_t input_pitch;
  int32_t output_pitch;
  int32_t output_h;
  int32_t output_w;
  int32_t kernel_h;
  int32_t kernel_w;
  int32_t stride_h;
  int32_t dilation_h;
  int32_t dilation_w;
  int32_t pad_top;
  int32_t pad_left;
  int32_t rows;            /* of the padded plane */
  int32_t run;             /* its columns of one remainder */
  int32_t zero_point;      /* of the input, 0 ... 255 */
  int32_t final_shift;
  int32_t low;             /* bounds of the output, 0 ... 255 */
  int32_t high;
} mote_depthwise_taps_layer;
#endif

void @NAME@(const mote_depthwise_taps_layer* layer, const uint8_t* input, uint8_t* output, void* scratch);
)";

constexpr std::string_view kSource = R"(#include "@NAME@.h"

static inline uint32_t @NAME@_pair(const int16_t* from) {
  uint32_t pair;
  __builtin_memcpy(&pair, from, 4);
  return pair;
}

@INTRINSICS@
static int16_t* @NAME@_fill(int16_t* to, int32_t count, int32_t value) {
  for (; count > 0; --count) *to++ = (int16_t)value;
  return to;
}

static int16_t* @NAME@_copy(int16_t* to, const uint8_t* from, int32_t count, int32_t step) {
  for (; step == 1 && count >= 4; count -= 4, from += 4, to += 4) {
    uint32_t word;
    uint32_t pairs[2];
    __builtin_memcpy(&word, from, 4);
    pairs[0] = (word & 0xFFu) | (word & 0xFF00u) << 8;
    pairs[1] = (word >> 16 & 0xFFu) | (word >> 24) << 16;
    __builtin_memcpy(to, pairs, 8);
  }
  for (; count > 0; --count, from += step) *to++ = (int16_t)*from;
  return to;
}

/* The plane with its padding, column after column of each remainder. */
static void @NAME@_pad(const mote_depthwise_taps_layer* p, const uint8_t* plane, int16_t* to) {
  const int32_t step = p->dilation_w;
  int32_t y;
  int32_t first;
  for (y = -p->pad_top; y < p->rows - p->pad_top; ++y) {
    for (first = 0; first < step; ++first) {
      int16_t* const end = to + p->run;
      if (y >= 0 && y < p->input_h) {
        const int32_t left = p->pad_left > first ? (p->pad_left - first + step - 1) / step : 0;
        const int32_t x = first - p->pad_left + left * step;
        const int32_t there = x < p->input_w ? (p->input_w - x + step - 1) / step : 0;
        to = @NAME@_fill(to, left, p->zero_point);
        to = @NAME@_copy(to, plane + y * p->input_w + x, there < p->run - left ? there : p->run - left, step);
      }
      to = @NAME@_fill(to, (int32_t)(end - to), p->zero_point);
    }
  }
}

static void @NAME@_widen(const mote_depthwise_taps_layer* p, const int8_t* weights, int16_t* to) {
  int32_t i;
  int32_t j;
  for (i = 0; i < p->kernel_h; ++i, to += @TAPS@) {
    for (j = 0; j < p->kernel_w; ++j) to[j] = *weights++;
    if (p->kernel_w < @TAPS@) to[@TAPS@ - 1] = 0;
  }
}

static void @NAME@_row(const mote_depthwise_taps_layer* p, const int16_t* from, const int16_t* weights, const int32_t* ends,
                       uint8_t* to, int32_t count) {
  const int32_t down = p->dilation_h * p->dilation_w * p->run;
  const int32_t step = p->dilation_w;
  const @NAME@_end end = {ends[1], ends[2], @SHIFT@, p->low, p->high};
  for (; count > 0; count -= 4, from += 4 * @STRIDE@) {
    int32_t a = ends[0];
    int32_t b = a;
    int32_t c = a;
    int32_t d = a;
    const int16_t* row = from;
    const int16_t* w = weights;
    int32_t i;
    for (i = p->kernel_h; i > 0; --i, row += down, w += @TAPS@) {
@PRODUCTS@    }
    for (i = count < 4 ? count : 4; i > 0; --i, to += step) {
      *to = @NAME@_finish(&end, a);
      a = b;
      b = c;
      c = d;
    }
  }
}

static void @NAME@_plane(const mote_depthwise_taps_layer* p, const int16_t* plane, const int16_t* weights, const int32_t* ends,
                         uint8_t* output) {
  const int32_t line = p->dilation_w * p->run;
  int32_t y;
  int32_t first;
  for (y = 0; y < p->output_h; ++y, plane += p->stride_h * line, output += p->output_w) {
    for (first = 0; first < p->dilation_w && first < p->output_w; ++first)
      @NAME@_row(p, plane + first * p->run, weights, ends, output + first, (p->output_w - first + p->dilation_w - 1) / p->dilation_w);
  }
}

void @NAME@(const mote_depthwise_taps_layer* layer, const uint8_t* input, uint8_t* output, void* scratch) {
  int16_t* const weights = (int16_t*)scratch;
  int16_t* const plane = weights + layer->kernel_h * @TAPS@;
  const int8_t* from = layer->weights;
  const int32_t* ends = layer->ends;
  int32_t c;
  int32_t m;
  for (c = 0; c < layer->input_channels; ++c, input += layer->input_pitch) {
    @NAME@_pad(layer, input, plane);
    for (m = 0; m < layer->multiplier; ++m, from += layer->kernel_h * layer->kernel_w, ends += @END_WORDS@, output += layer->output_pitch) {
      @NAME@_widen(layer, from, weights);
      @NAME@_plane(layer, plane, weights, ends, output);
    }
  }
}
)";

constexpr std::string_view kMultiplyAssembly =
    R"(static inline int32_t @NAME@_multiply(uint32_t values, uint32_t weights, int32_t sum) {
  int32_t result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(values), "r"(weights), "r"(sum));
  return result;
}
)";

constexpr std::string_view kMultiplyC =
    R"(static inline int32_t @NAME@_multiply(uint32_t values, uint32_t weights, int32_t sum) {
  const int32_t low = (int16_t)(values & 0xFFFFu) * (int16_t)(weights & 0xFFFFu);
  return sum + low + (int16_t)(values >> 16) * (int16_t)(weights >> 16);
}
)";

constexpr std::string_view kScaleAssembly =
    R"(static inline int32_t @NAME@_scale(int32_t sum, int32_t multiplier, int32_t addend) {
  int32_t result;
  __asm__("@SCALE@ %0, %1, %2, %3" : "=r"(result) : "r"(sum), "r"(multiplier), "r"(addend));
  return result;
}
)";

constexpr std::string_view kScaleC =
    R"(static inline int32_t @NAME@_scale(int32_t sum, int32_t multiplier, int32_t addend) {
  return (int32_t)(((int64_t)sum * multiplier + @ROUND@) >> 32) + addend;
}
)";

constexpr std::string_view kEnd = R"(
typedef struct @NAME@_end {
  int32_t multiplier;
  int32_t addend;
  int32_t shift;
  int32_t low;
  int32_t high;
} @NAME@_end;

static inline uint8_t @NAME@_finish(const @NAME@_end* end, int32_t sum) {
  const int32_t carried = (int32_t)((uint32_t)sum << @CARRIED@);
  const int32_t value = @NAME@_scale(carried, end->multiplier, end->addend@SIGN@) >> (end->shift & 31);
  return (uint8_t)(value < end->low ? end->low : value > end->high ? end->high : value);
}
)";

struct Taps {
  mote_depthwise_conv2d_s8_params params{};
  Requantization form;
  std::int32_t pairs = 0;

  const mote_window& window() const { return params.window; }
  std::int32_t end_words() const { return form.form == EndForm::kPrescaled ? 3 : 4; }
  std::int32_t rows() const {
    return (window().output_h - 1) * window().stride_h + (window().kernel_h - 1) * window().dilation_h + 1;
  }
  // Outputs of a row that share a remainder, in whole turns; and the columns that they read.
  std::int32_t turns() const {
    const std::int32_t outputs = (window().output_w + window().dilation_w - 1) / window().dilation_w;
    return (outputs + kOutputs - 1) / kOutputs;
  }
  std::int32_t run() const {
    const std::int32_t columns = (kOutputs * turns() - 1) * window().stride_w + 2 * pairs;
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

std::string core_name(const Taps& taps) {
  const char* form = taps.form.form == EndForm::kPrescaled ? ""
                     : taps.form.form == EndForm::kDoubled ? "_any"
                                                           : "_mixed";
  return fmt::format("mote_depthwise_taps_{}_stride{}{}", 2 * taps.pairs, taps.window().stride_w, form);
}

std::string products_text(const Taps& taps) {
  static constexpr std::array<char, kOutputs> kSums{'a', 'b', 'c', 'd'};
  std::string text;
  for (std::int32_t pair = 0; pair < taps.pairs; ++pair) {
    text += fmt::format("      const uint32_t w{0} = @NAME@_pair(w + {1});\n", pair, 2 * pair);
    for (std::size_t i = 0; i < kSums.size(); ++i) {
      const std::int32_t at = static_cast<std::int32_t>(i) * taps.window().stride_w + 2 * pair;
      text += fmt::format("      {0} = @NAME@_multiply(@NAME@_pair(row + {1}), w{2}, {0});\n", kSums[i], at, pair);
    }
  }
  return text;
}

Core core_text(const Taps& taps) {
  const bool is_prescaled = taps.form.form == EndForm::kPrescaled;
  const std::string name = core_name(taps);
  const std::array<std::pair<std::string_view, std::string>, 11> places{{
      {"@INTRINSICS@", with_fallback(std::string(kMultiplyAssembly) + std::string(kScaleAssembly),
                                     std::string(kMultiplyC) + std::string(kScaleC)) +
                           std::string(kEnd)},
      {"@PRODUCTS@", products_text(taps)},
      {"@SCALE@", is_prescaled ? "smmla" : "smmlar"},
      {"@ROUND@", is_prescaled ? "0" : "((int64_t)1 << 31)"},
      {"@SHIFT@", is_prescaled ? "p->final_shift" : "ends[3]"},
      {"@CARRIED@", is_prescaled ? "8" : "1"},
      {"@SIGN@", is_prescaled                         ? ""
                 : taps.form.form == EndForm::kMasked ? " + ((carried & end->shift) >> 31)"
                                                      : " + (carried >> 31)"},
      {"@TAPS@", std::to_string(2 * taps.pairs)},
      {"@STRIDE@", std::to_string(taps.window().stride_w)},
      {"@END_WORDS@", std::to_string(taps.end_words())},
      {"@NAME@", name},
  }};
  const auto filled = [&](std::string text) {
    for (const auto& [what, with] : places) {
      for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    }
    return text;
  };
  return {name, filled(std::string(kHeader)), filled(std::string(kSource))};
}

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kCoreBytes = 1066;
constexpr std::int64_t kPairCodeBytes = 36;
constexpr std::int64_t kLayerBytes = 116;
constexpr std::int64_t kCellInstructions = 4;

std::int64_t instructions(const Taps& taps) {
  const mote_window& w = taps.window();
  const std::int64_t end = taps.form.form == EndForm::kPrescaled ? 14 : 17;
  const std::int64_t turn = 36 + kOutputs * end + w.kernel_h * (7 + 9 * taps.pairs);
  const std::int64_t plane = w.output_h * (20 + w.dilation_w * (24 + taps.turns() * turn));
  const std::int64_t padded = taps.rows() * w.dilation_w * (46 + kCellInstructions * taps.run());
  const std::int64_t weights = 120 + w.kernel_h * (10 + 4 * w.kernel_w);
  return taps.params.input_c * (padded + taps.params.multiplier * (plane + weights));
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

std::vector<std::int32_t> weights_by_channel(const Layer& layer, std::size_t channels) {
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  std::vector<std::int32_t> by_channel;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t at = c; at < weights.size(); at += channels) by_channel.push_back(weights[at]);
  }
  return by_channel;
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
    option.flash_bytes = kLayerBytes + 4 * taps->end_words() * channels;
    if (layer.node.inputs.size() > 2) option.flash_bytes -= 4 * channels;
    option.cores = {core_name(*taps)};
    option.core_flash_bytes = kCoreBytes + kPairCodeBytes * taps->pairs;
    option.instructions = instructions(*taps);
    option.reason = "any window on planes, four outputs at a time";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Taps taps = *taps_of(layer);
    const mote_window& w = taps.window();
    const std::vector<std::int32_t> weights = weights_by_channel(layer, taps.form.channels.size());
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
        call.symbol, core_name(taps), call.inputs[0].offset_bytes, call.output.offset_bytes, call.scratch_offset_bytes);
    return {text, {core_text(taps)}};
  }
};

}  // namespace

const Generator& depthwise_taps_generator() {
  static const DepthwiseTaps generator;
  return generator;
}

}  // namespace mote::codegen
