// Depthwise convolution on planes for whatever the faster generators leave: any kernel, stride, dilation, padding,
// multiplier, activation and zero point. C on every core: one output at a time from the taps that lie inside the plane,
// 100 instructions and 11 a tap.
//
// Proof: the runtime's own arithmetic, the runtime's own requantization (mote/runtime/requantize.h).
#include <fmt/format.h>

#include "../c_text.h"
#include "../generator.h"
#include "../plane_overlap.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kCoreName = "mote_depthwise_planes";

constexpr std::string_view kCoreHeader = R"(#include <stdint.h>
#include "mote/runtime/types.h"

typedef struct mote_depthwise_planes_layer {
  const int8_t* weights; /* [output channels][kernel_h * kernel_w] */
  const int32_t* biases;
  const int32_t* multipliers;
  const int8_t* shifts;
  mote_window window;
  int32_t output_channels;
  int32_t multiplier; /* output channels of an input channel */
  int32_t input_pitch;
  int32_t output_pitch;
  int32_t zero_point; /* of the input, 0 ... 255 */
  int32_t output_offset;
  mote_activation activation;
} mote_depthwise_planes_layer;

void mote_depthwise_planes(const mote_depthwise_planes_layer* layer, const uint8_t* input, uint8_t* output);
)";

constexpr std::string_view kCoreSource = R"(#include "mote_depthwise_planes.h"

#include "mote/runtime/requantize.h"

typedef struct mote_depthwise_planes_taps {
  int32_t first; /* input cell of tap 0 */
  int32_t begin; /* taps inside the input */
  int32_t end;
} mote_depthwise_planes_taps;

static inline mote_depthwise_planes_taps mote_depthwise_planes_clip(int32_t position, int32_t stride, int32_t pad, int32_t kernel, int32_t dilation,
                        int32_t input) {
  mote_depthwise_planes_taps t;
  const int32_t inside = input - (position * stride - pad);
  t.first = position * stride - pad;
  t.begin = 0;
  t.end = kernel;
  if (t.first < 0) t.begin = (dilation - 1 - t.first) / dilation;
  if ((kernel - 1) * dilation >= inside) t.end = (inside + dilation - 1) / dilation;
  return t;
}

static inline int32_t mote_depthwise_planes_sum_taps(const mote_depthwise_planes_layer* layer, const uint8_t* plane, const int8_t* weights,
                               mote_depthwise_planes_taps rows, mote_depthwise_planes_taps columns) {
  const mote_window* const window = &layer->window;
  const int32_t zero_point = layer->zero_point;
  const int32_t dilation = window->dilation_w;
  int32_t sum = 0;
  int32_t i;
  for (i = rows.begin; i < rows.end; ++i) {
    const uint8_t* in = plane + (rows.first + i * window->dilation_h) * window->input_w + columns.first +
                        columns.begin * dilation;
    const int8_t* w = weights + i * window->kernel_w + columns.begin;
    const int8_t* const end = weights + i * window->kernel_w + columns.end;
    for (; w < end; ++w, in += dilation) sum += (*in - zero_point) * *w;
  }
  return sum;
}

static void mote_depthwise_planes_convolve_plane(const mote_depthwise_planes_layer* layer, const uint8_t* plane, int32_t channel,
                           uint8_t* output) {
  const mote_window* const window = &layer->window;
  const int8_t* const weights = layer->weights + channel * window->kernel_h * window->kernel_w;
  int32_t y;
  int32_t x;
  for (y = 0; y < window->output_h; ++y) {
    const mote_depthwise_planes_taps rows =
        mote_depthwise_planes_clip(y, window->stride_h, window->pad_top, window->kernel_h, window->dilation_h, window->input_h);
    for (x = 0; x < window->output_w; ++x) {
      const mote_depthwise_planes_taps columns =
          mote_depthwise_planes_clip(x, window->stride_w, window->pad_left, window->kernel_w, window->dilation_w, window->input_w);
      const int32_t sum = layer->biases[channel] + mote_depthwise_planes_sum_taps(layer, plane, weights, rows, columns);
      *output++ = (uint8_t)(128 + mote_requantize_s8(sum, layer->multipliers[channel], layer->shifts[channel],
                                                     layer->output_offset, layer->activation));
    }
  }
}

void mote_depthwise_planes(const mote_depthwise_planes_layer* layer, const uint8_t* input, uint8_t* output) {
  int32_t used = 0;
  int32_t c;
  for (c = 0; c < layer->output_channels; ++c, output += layer->output_pitch) {
    mote_depthwise_planes_convolve_plane(layer, input, c, output);
    if (++used < layer->multiplier) continue;
    used = 0;
    input += layer->input_pitch;
  }
}
)";

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kCoreBytes = 576;
constexpr std::int64_t kLayerBytes = 120;  // the layer's function and struct
constexpr std::int64_t kChannelBytes = 5;  // multiplier and shift
constexpr std::int64_t kChannelInstructions = 40;
constexpr std::int64_t kOutputRowInstructions = 33;
constexpr std::int64_t kOutputInstructions = 103;
constexpr std::int64_t kKernelRowInstructions = 13;
constexpr std::int64_t kTapInstructions = 7;

const mote_depthwise_conv2d_s8_params& params_of(const Layer& layer) {
  return layer.call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op);
}

// Taps of all positions along one axis that lie inside the input.
std::int64_t taps_inside(std::int32_t output, std::int32_t stride, std::int32_t pad, std::int32_t kernel,
                         std::int32_t dilation, std::int32_t input) {
  std::int64_t inside = 0;
  for (std::int32_t position = 0; position < output; ++position) {
    for (std::int32_t tap = 0; tap < kernel; ++tap) {
      const std::int32_t cell = position * stride - pad + tap * dilation;
      inside += cell >= 0 && cell < input ? 1 : 0;
    }
  }
  return inside;
}

std::int64_t instructions(const mote_depthwise_conv2d_s8_params& params) {
  const mote_window& w = params.window;
  const std::int64_t rows = taps_inside(w.output_h, w.stride_h, w.pad_top, w.kernel_h, w.dilation_h, w.input_h);
  const std::int64_t columns = taps_inside(w.output_w, w.stride_w, w.pad_left, w.kernel_w, w.dilation_w, w.input_w);
  const std::int64_t outputs = std::int64_t{w.output_h} * w.output_w;
  const std::int64_t plane = kChannelInstructions + kOutputRowInstructions * w.output_h +
                             kOutputInstructions * outputs + kKernelRowInstructions * rows * w.output_w +
                             kTapInstructions * rows * columns;
  return std::int64_t{params.input_c} * params.multiplier * plane;
}

// "static const <type> <symbol>_<name>[n] = {…};"
std::string table(const LayerCall& call, std::string_view type, std::string_view name,
                  const std::vector<std::int32_t>& values) {
  return fmt::format("static const {} {}_{}[{}] = {{\n{}}};\n\n", type, call.symbol, name, values.size(),
                     number_list(values));
}

std::string tables(const Layer& layer, const LayerCall& call) {
  const mote_channel_scaling& scaling = params_of(layer).scaling;
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const auto channels = static_cast<std::size_t>(scaling.count);
  std::vector<std::int32_t> by_channel;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t at = c; at < weights.size(); at += channels) by_channel.push_back(weights[at]);
  }
  std::vector<std::int32_t> biases(channels, 0);
  if (layer.node.inputs.size() > 2) {
    const auto values = graph::values<std::int32_t>(layer.input(2));
    biases.assign(values.begin(), values.end());
  }
  return table(call, "int8_t", "weights", by_channel) + table(call, "int32_t", "biases", biases) +
         table(call, "int32_t", "multipliers", {scaling.multipliers, scaling.multipliers + scaling.count}) +
         table(call, "int8_t", "shifts", {scaling.shifts, scaling.shifts + scaling.count});
}

class DepthwisePlanes : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_depthwise_conv2d_s8_op) return {};
    const mote_depthwise_conv2d_s8_params& params = params_of(layer);
    plan::KernelOption option;
    option.name = kCoreName;
    option.inputs = {plan::Layout::kPlanes};
    option.output = plan::Layout::kPlanes;
    if (params.multiplier == 1) option.overlaps = {{0, window_distance_bytes(params.window), 4}};
    option.flash_bytes = kLayerBytes + kChannelBytes * params.scaling.count;
    option.cores = {std::string(kCoreName)};
    option.core_flash_bytes = kCoreBytes;
    option.instructions = instructions(params);
    option.reason = "any window on planes, an output at a time";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const mote_depthwise_conv2d_s8_params& p = params_of(layer);
    const mote_window& w = p.window;
    const std::string window =
        fmt::format("{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}", w.input_h, w.input_w, w.output_h, w.output_w,
                    w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left);
    const std::string text = fmt::format(
        "{0}static const mote_depthwise_planes_layer {1}_layer = {{\n"
        "    {1}_weights, {1}_biases, {1}_multipliers, {1}_shifts, {{{2}}}, {3}, {4}, {5}, {6}, {7}, {8}, {{{9}, "
        "{10}}}}};\n\n"
        "static void {1}(uint8_t* arena) {{\n  mote_depthwise_planes(&{1}_layer, arena + {11}, arena + {12});\n}}\n",
        tables(layer, call), call.symbol, window, p.scaling.count, p.multiplier,
        plan::plane_geometry(layer.input(0)).pitch_bytes(), plan::plane_geometry(layer.output()).pitch_bytes(),
        128 - p.input_offset, p.output_offset, p.activation.min, p.activation.max, call.inputs.front().offset_bytes,
        call.output.offset_bytes);
    return {text, {{std::string(kCoreName), std::string(kCoreHeader), std::string(kCoreSource)}}};
  }
};

}  // namespace

const Generator& depthwise_planes_generator() {
  static const DepthwisePlanes generator;
  return generator;
}

}  // namespace mote::codegen
