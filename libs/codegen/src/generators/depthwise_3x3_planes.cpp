// Depthwise 3×3 on planes, stride 1 or 2, straight from the bytes. The register plan stands in depthwise_rows.cpp.
//
// Cores: mote_depthwise_3x3 walks the channels and widens a channel's filter (int8 weights times 2^k, three sets: the
// rows at the top edge without kernel row 0, those between, those at the bottom edge without kernel row 2); one plane
// kernel for each geometry. A set at an edge is the same kernel with its weights moved by a row and a row of zeros, so
// that the window never leaves the plane. Columns beside the plane have no tap; biases hold what the zero point of the
// padding would have added.
//
// Proof: the requantization is depthwise_end.h's, licensed channel by channel. Products of int16
// weights and bytes sum to at most |bias|·2^k + 255·sum|w·2^k|, which that form bounds to int32.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "../c_text.h"
#include "../depthwise_end.h"
#include "../depthwise_rows.h"
#include "../generator.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kCoreName = "mote_depthwise_3x3";
constexpr std::int64_t kWordColumns = 4;

constexpr std::string_view kCoreHeader = R"(#include <stdint.h>

/* What a channel has beside its weights. */
typedef struct mote_depthwise_3x3_filter {
  int32_t bias; /* times 2^prescale; on inputs less their zero point */
  int32_t multiplier;
} mote_depthwise_3x3_filter;

/* Rows with one set of weights, for a plane kernel: (w0, w2) of each kernel row, (w1 of row 0, w1 of row 1),
 * (w1 of row 2, rows - 1), and the biases at the left edge, inside, and at the right edge. */
typedef struct mote_depthwise_3x3_set {
  uint32_t sides[3];
  uint32_t middles[2];
  int32_t biases[3];
} mote_depthwise_3x3_set;

typedef struct mote_depthwise_3x3_plane {
  int32_t multiplier;
  int32_t addend;
  uint32_t shift; /* of the masked form: top bit set unless 0 */
  mote_depthwise_3x3_set sets[3];
} mote_depthwise_3x3_plane;

/* input: the plane's start + its width. */
typedef void mote_depthwise_3x3_kernel(const uint8_t* input, uint8_t* output, const mote_depthwise_3x3_plane* plane,
                                       const mote_depthwise_3x3_set* end);

typedef struct mote_depthwise_3x3_layer {
  mote_depthwise_3x3_kernel* kernel;
  const mote_depthwise_3x3_filter* filters;
  const int8_t* weights; /* nine of each channel, then prescale + 16 * shift; of the masked form the shift */
  int32_t channels;
  int32_t input_pitch; /* bytes from one plane to the next */
  int32_t output_pitch;
  int32_t input_width;
  int32_t zero_point; /* of the input, 0 ... 255 */
  int32_t rows[3];    /* at the top edge, between, at the bottom edge */
  int32_t addend;     /* of all channels; of the masked form the output's zero point, 0 ... 255 */
  int32_t is_masked;
} mote_depthwise_3x3_layer;

void mote_depthwise_3x3(const mote_depthwise_3x3_layer* layer, const uint8_t* input, uint8_t* output);

/* The portable plane kernel. */
typedef struct mote_depthwise_3x3_geometry {
  int32_t input_width;
  int32_t output_width;
  int32_t stride;
  int32_t pad_left;
  int32_t final_shift; /* -1: the masked form */
  int32_t low;
  int32_t high;
} mote_depthwise_3x3_geometry;

void mote_depthwise_3x3_any(const mote_depthwise_3x3_geometry* geometry, const uint8_t* input, uint8_t* output,
                            const mote_depthwise_3x3_plane* plane, const mote_depthwise_3x3_set* end);
)";

constexpr std::string_view kCoreSource = R"(#include "mote_depthwise_3x3.h"

static uint32_t mote_depthwise_3x3_pair(int32_t low, int32_t high) {
  return ((uint32_t)low & 0xffffu) | ((uint32_t)high << 16);
}

/* A set from the kernel rows of which it has weights: w[0 ... 8], rows - 1 and what the zero point adds. */
static void mote_depthwise_3x3_biases(mote_depthwise_3x3_set* set, const int32_t* w, int32_t rows, int32_t bias, int32_t zero_point) {
  int32_t left = 0;
  int32_t right = 0;
  int32_t i;
  for (i = 0; i < rows && zero_point != 0; ++i, w += 3) {
    bias -= (w[0] + w[1] + w[2]) * zero_point;
    left += w[0] * zero_point;
    right += w[2] * zero_point;
  }
  set->biases[0] = bias + left;
  set->biases[1] = bias;
  set->biases[2] = bias + right;
}

static const mote_depthwise_3x3_set* mote_depthwise_3x3_prepare(const mote_depthwise_3x3_layer* layer,
                                             const mote_depthwise_3x3_filter* filter, const int8_t* weights,
                                             mote_depthwise_3x3_plane* plane) {
  const int8_t* const s = weights;
  const int32_t k = layer->is_masked ? 1 : s[9] & 15;
  const int32_t shift = layer->is_masked ? s[9] : s[9] >> 4;
  const int32_t bias = filter->bias;
  const int32_t one = (int32_t)1 << k;
  const int32_t w[9] = {s[0] * one, s[1] * one, s[2] * one, s[3] * one, s[4] * one,
                        s[5] * one, s[6] * one, s[7] * one, s[8] * one};
  const uint32_t sides[3] = {mote_depthwise_3x3_pair(w[0], w[2]), mote_depthwise_3x3_pair(w[3], w[5]), mote_depthwise_3x3_pair(w[6], w[8])};
  mote_depthwise_3x3_set* set = plane->sets;
  plane->multiplier = filter->multiplier;
  plane->addend = layer->addend * ((int32_t)1 << (layer->is_masked ? shift : 0)) + (((int32_t)1 << shift) >> 1);
  plane->shift = (uint32_t)shift | (shift > 0 ? 0x80000000u : 0u);
  if (layer->rows[0] > 0) {
    set->sides[0] = sides[1];
    set->sides[1] = sides[2];
    set->sides[2] = 0;
    set->middles[0] = mote_depthwise_3x3_pair(w[4], w[7]);
    set->middles[1] = mote_depthwise_3x3_pair(0, layer->rows[0] - 1);
    mote_depthwise_3x3_biases(set++, w + 3, 2, bias, layer->zero_point);
  }
  if (layer->rows[1] > 0) {
    set->sides[0] = sides[0];
    set->sides[1] = sides[1];
    set->sides[2] = sides[2];
    set->middles[0] = mote_depthwise_3x3_pair(w[1], w[4]);
    set->middles[1] = mote_depthwise_3x3_pair(w[7], layer->rows[1] - 1);
    mote_depthwise_3x3_biases(set++, w, 3, bias, layer->zero_point);
  }
  if (layer->rows[2] > 0) {
    set->sides[0] = 0;
    set->sides[1] = sides[0];
    set->sides[2] = sides[1];
    set->middles[0] = mote_depthwise_3x3_pair(0, w[1]);
    set->middles[1] = mote_depthwise_3x3_pair(w[4], layer->rows[2] - 1);
    mote_depthwise_3x3_biases(set++, w, 2, bias, layer->zero_point);
  }
  return set;
}

void mote_depthwise_3x3(const mote_depthwise_3x3_layer* layer, const uint8_t* input, uint8_t* output) {
  mote_depthwise_3x3_plane plane;
  int32_t c;
  for (c = 0; c < layer->channels; ++c) {
    const mote_depthwise_3x3_set* const end = mote_depthwise_3x3_prepare(layer, layer->filters + c, layer->weights + 10 * c, &plane);
    layer->kernel(input + layer->input_width, output, &plane, end);
    input += layer->input_pitch;
    output += layer->output_pitch;
  }
}

#if !defined(__ARM_FEATURE_DSP) || defined(MOTE_PORTABLE)
static int32_t mote_depthwise_3x3_tap(const uint8_t* row, int32_t column, int32_t width, uint32_t weight) {
  return column < 0 || column >= width ? 0 : row[column] * (int32_t)(int16_t)(weight & 0xffffu);
}

static uint8_t mote_depthwise_3x3_finish(int32_t sum, const mote_depthwise_3x3_plane* plane,
                                         const mote_depthwise_3x3_geometry* g) {
  const int is_masked = g->final_shift < 0;
  const int64_t half = is_masked ? (int64_t)1 << 31 : 0;
  const int32_t sign = is_masked && sum < 0 ? (int32_t)(plane->shift >> 31) : 0;
  const int32_t high = (int32_t)(((int64_t)sum * plane->multiplier + half) >> 32);
  const int32_t moved = (int32_t)((uint32_t)high + (uint32_t)plane->addend - (uint32_t)sign);
  const int32_t scaled = moved >> (is_masked ? (int32_t)(plane->shift & 31u) : g->final_shift);
  return (uint8_t)(scaled < g->low ? g->low : scaled > g->high ? g->high : scaled);
}

static uint8_t mote_depthwise_3x3_output_at(const mote_depthwise_3x3_geometry* g, const uint8_t* input, int32_t position,
                         const mote_depthwise_3x3_plane* plane, const mote_depthwise_3x3_set* set) {
  const uint32_t middles[3] = {set->middles[0], set->middles[0] >> 16, set->middles[1]};
  const int32_t x = position * g->stride - g->pad_left;
  int32_t sum = set->biases[x < 0 ? 0 : x + 3 > g->input_width ? 2 : 1];
  int32_t row;
  for (row = 0; row < 3; ++row, input += g->input_width) {
    sum += mote_depthwise_3x3_tap(input, x, g->input_width, set->sides[row]) + mote_depthwise_3x3_tap(input, x + 1, g->input_width, middles[row]) +
           mote_depthwise_3x3_tap(input, x + 2, g->input_width, set->sides[row] >> 16);
  }
  return mote_depthwise_3x3_finish(sum, plane, g);
}

void mote_depthwise_3x3_any(const mote_depthwise_3x3_geometry* geometry, const uint8_t* input, uint8_t* output,
                            const mote_depthwise_3x3_plane* plane, const mote_depthwise_3x3_set* end) {
  const mote_depthwise_3x3_set* set;
  for (set = plane->sets; set != end; ++set) {
    int32_t rows = (int32_t)(set->middles[1] >> 16) + 1;
    input -= geometry->input_width;
    for (; rows > 0; --rows, input += geometry->stride * geometry->input_width) {
      int32_t i;
      for (i = 0; i < geometry->output_width; ++i) *output++ = mote_depthwise_3x3_output_at(geometry, input, i, plane, set);
    }
  }
}
#endif
)";

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kCoreBytes = 565;             // of mote_depthwise_3x3
constexpr std::int64_t kChannelInstructions = 86;    // of widening a filter and calling the kernel
constexpr std::int64_t kSetInstructions = 19;        // of each set of weights
constexpr std::int64_t kZeroPointInstructions = 11;  // more, where the zero point is not 0
constexpr std::int64_t kZeroPointSetInstructions = 27;
constexpr std::int64_t kLayerBytes = 60;  // the layer's function and struct
constexpr std::int64_t kFilterBytes = 5;  // of a filter, beside weights and bias

struct Plan {
  const mote_depthwise_conv2d_s8_params* params = nullptr;
  DepthwiseEnd end;
  std::string kernel;
};

bool is_masked(const Plan& plan) {
  return plan.end.form == EndForm::kMasked;
}

// Whether the rows come at the distances that the plane kernel moves by: it goes back by one row before each set.
bool moves_as_planned(const mote_window& window) {
  const RowCounts counts = row_counts(window);
  std::int32_t row = window.input_w > 0 ? 1 : 0;
  std::int32_t output = 0;
  for (const std::int32_t rows : {counts.top, counts.inner, counts.bottom}) {
    if (rows > 0) --row;
    for (std::int32_t i = 0; i < rows; ++i, ++output, row += window.stride_h) {
      if (row != std::clamp(output * window.stride_h - window.pad_top, 0, window.input_h - 3)) return false;
    }
  }
  return true;
}

bool has_window(const mote_window& window) {
  const bool is_3x3 = window.kernel_h == 3 && window.kernel_w == 3 && window.dilation_h == 1 && window.dilation_w == 1;
  const bool strides = window.stride_h == window.stride_w && window.stride_h <= 2;
  if (!is_3x3 || !strides || window.pad_top > 1 || window.pad_left > 1) return false;
  if (window.input_h < 3 || window.input_w < 3 || 3 * window.input_w > 4095) return false;
  // A word of a narrow row reaches into the next one, and behind the last into what rounds the plane up.
  const std::int64_t end = std::int64_t{window.input_h - 1} * window.input_w + kWordColumns;
  if (window.input_w < kWordColumns && end > plan::plane_pitch_bytes(window.input_h, window.input_w)) return false;
  const std::int32_t below = (window.output_h - 1) * window.stride_h - window.pad_top + 3 - window.input_h;
  const std::int32_t beside = (window.output_w - 1) * window.stride_w - window.pad_left + 3 - window.input_w;
  return below <= 1 && beside <= 1 && moves_as_planned(window);
}

std::optional<Plan> plan_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_depthwise_conv2d_s8_op) return std::nullopt;
  Plan plan;
  plan.params = &layer.call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op);
  if (plan.params->multiplier != 1 || !has_window(plan.params->window)) return std::nullopt;
  const std::optional<LayerEnd> end = layer_end(layer);
  if (!end) return std::nullopt;
  std::optional<DepthwiseEnd> constants = depthwise_end(*end);
  if (!constants) return std::nullopt;
  plan.end = std::move(*constants);
  const mote_window& window = plan.params->window;
  plan.kernel = fmt::format("mote_plane_3x3s{}_{}x{}_{}x{}", window.stride_w, window.input_w, window.output_w,
                            window.pad_top, window.pad_left);
  plan.kernel += is_masked(plan) ? "_mixed" : fmt::format("_q{}", plan.end.final_shift);
  if (plan.end.is_bounded()) plan.kernel += fmt::format("_{}to{}", plan.end.low, plan.end.high);
  return plan;
}

Core shared_core() {
  return {std::string(kCoreName), std::string(kCoreHeader), std::string(kCoreSource)};
}

Core kernel_core(const Plan& plan) {
  const mote_window& window = plan.params->window;
  CoreParts parts;
  parts.name = plan.kernel;
  parts.includes = "#include \"mote_depthwise_3x3.h\"\n\n";
  parts.declaration = fmt::format(
      "void {}(const uint8_t* input, uint8_t* output, const mote_depthwise_3x3_plane* plane,\n"
      "    const mote_depthwise_3x3_set* end)",
      plan.kernel);
  parts.fallback = fmt::format(
      "{} {{\n  static const mote_depthwise_3x3_geometry geometry = {{{}, {}, {}, {}, {}, {}, {}}};\n"
      "  mote_depthwise_3x3_any(&geometry, input, output, plane, end);\n}}\n",
      parts.declaration, window.input_w, window.output_w, window.stride_w, window.pad_left,
      is_masked(plan) ? -1 : plan.end.final_shift, plan.end.low, plan.end.high);
  return arm_dsp_core(parts, plane_kernel(window, plan.end).assembly);
}

// Where no window leaves the plane, every tap is there at every position and biases take the zero point in at export.
bool is_inside(const mote_window& window) {
  const std::int32_t beside = (window.output_w - 1) * window.stride_w + 3 - window.input_w;
  return row_counts(window).sets() == 1 && row_counts(window).inner > 0 && window.pad_left == 0 && beside <= 0;
}

// Of the input, for the cores to take off.
std::int32_t zero_point_of(const Plan& plan) {
  return is_inside(plan.params->window) ? 0 : 128 - plan.params->input_offset;
}

// What the cores start a channel from, before the prescale.
std::int64_t bias_of(const Layer& layer, const Plan& plan, std::size_t channel) {
  const std::int64_t bias = layer.node.inputs.size() > 2 ? graph::values<std::int32_t>(layer.input(2))[channel] : 0;
  if (!is_inside(plan.params->window)) return bias;
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const auto channels = static_cast<std::size_t>(plan.params->input_c);
  std::int64_t sum = 0;
  for (std::size_t tap = 0; tap < 9; ++tap) sum += weights[tap * channels + channel];
  return bias - sum * (128 - plan.params->input_offset);
}

std::string filters_text(const Layer& layer, const Plan& plan, const std::string& symbol) {
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const auto channels = static_cast<std::size_t>(plan.params->input_c);
  std::string filters;
  std::vector<std::int32_t> by_channel;
  for (std::size_t c = 0; c < channels; ++c) {
    const DepthwiseChannel& end = plan.end.channels[c];
    const std::int64_t bias = bias_of(layer, plan, c) * (std::int64_t{1} << end.prescale) + end.offset;
    filters += fmt::format("    {{{}, {}}},\n", static_cast<std::int32_t>(bias), end.multiplier);
    for (std::size_t tap = 0; tap < 9; ++tap) by_channel.push_back(weights[tap * channels + c]);
    by_channel.push_back(is_masked(plan) ? end.shift : end.prescale + 16 * end.shift);
  }
  return fmt::format(
      "static const mote_depthwise_3x3_filter {0}_filters[{1}] = {{\n{2}}};\n\n"
      "static const int8_t {0}_weights[{3}] = {{\n{4}}};\n\n",
      symbol, channels, filters, by_channel.size(), number_list(by_channel));
}

class Depthwise3x3Planes : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Plan> plan = plan_of(layer);
    if (!plan) return {};
    const mote_window& window = plan->params->window;
    const PlaneKernel kernel = plane_kernel(window, plan->end);
    const std::int64_t channels = plan->params->input_c;
    const bool zero_point = zero_point_of(*plan) != 0;
    plan::KernelOption option;
    option.name = kCoreName;
    option.inputs = {plan::Layout::kPlanes};
    option.output = plan::Layout::kPlanes;
    option.overlaps = {{0, least_distance_bytes(window), 4}};
    option.flash_bytes = channels * kFilterBytes + kLayerBytes;
    option.cores = {std::string(kCoreName), plan->kernel};
    option.core_flash_bytes = kCoreBytes + kernel.assembly.bytes();
    const std::int64_t sets = row_counts(window).sets();
    std::int64_t widening = kChannelInstructions + sets * kSetInstructions;
    if (zero_point) widening += kZeroPointInstructions + sets * kZeroPointSetInstructions;
    option.instructions = channels * (kernel.plane_instructions + widening);
    option.reason = fmt::format("3x3 straight from the bytes of a plane, stride {}", window.stride_w);
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Plan plan = *plan_of(layer);
    const RowCounts rows = row_counts(plan.params->window);
    const std::string text = fmt::format(
        "{2}"
        "static const mote_depthwise_3x3_layer {0}_layer = {{{3}, {0}_filters, {0}_weights, {1}, {4}, {5}, {6}, {7}, "
        "{{{8}, {9}, "
        "{10}}}, {13}, {14}}};\n\n"
        "static void {0}(uint8_t* arena) {{\n  mote_depthwise_3x3(&{0}_layer, arena + {11}, arena + {12});\n}}\n",
        call.symbol, plan.params->input_c, filters_text(layer, plan, call.symbol), plan.kernel,
        plan::plane_geometry(layer.input(0)).pitch_bytes(), plan::plane_geometry(layer.output()).pitch_bytes(),
        plan.params->window.input_w, zero_point_of(plan), rows.top, rows.inner, rows.bottom,
        call.inputs.front().offset_bytes, call.output.offset_bytes, plan.end.addend, is_masked(plan) ? 1 : 0);
    return {text, {shared_core(), kernel_core(plan)}};
  }
};

}  // namespace

const Generator& depthwise_3x3_planes_generator() {
  static const Depthwise3x3Planes generator;
  return generator;
}

}  // namespace mote::codegen
