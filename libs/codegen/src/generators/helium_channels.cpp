// Depthwise convolution of any window on Helium, NHWC at both sides: eight output channels side by side, each fed by
// its own input channel or, with a multiplier, several by the same.
//
// Intrinsics; GCC keeps sums, places, inputs, weights and products in registers. Inputs are gathered by their channel's
// distance from the first, so that a multiplier costs nothing; weights are loaded as the graph has them.
//
// Exactness: a product of int8 is at most 128·127 and two of them fit 16 bits, which is why the kernel is not offered
// for a weight of -128; pairs are widened and summed in 32 bits, modulo 2^32. Taps outside are the input's zero point,
// which is part of the bias. The end is mote_helium_scale_any_4 (helium_text.cpp). Not in place.
#include <fmt/format.h>

#include <algorithm>

#include "../generator.h"
#include "helium_text.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

using namespace helium;

constexpr std::string_view kName = "helium_channels";
constexpr std::string_view kCore = "mote_helium_channels";
constexpr std::int64_t kBlock = 8;
constexpr std::int64_t kCoreFlashBytes = 1018;

constexpr std::string_view kHeader = R"(#include "mote_helium_base.h"

typedef struct mote_helium_channels_shape {
  int32_t input_h, input_w, input_c, output_h, output_w, output_c;
  int32_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
  int32_t multiplier; /* output channels of an input channel */
  int32_t input_zero_point, output_zero_point, least, greatest;
} mote_helium_channels_shape;

/* weights: of each tap and output channel; scaling: biases of all channels, then multipliers; shifts: of all channels. */
void mote_helium_channels(const int8_t* input, int8_t* output, const int8_t* weights, const int32_t* scaling,
                          const int8_t* shifts, const mote_helium_channels_shape* shape);
)";

constexpr std::string_view kSource = R"(#include "mote_helium_channels.h"

#if MOTE_HELIUM
typedef struct mote_helium_channels_sums {
  int32x4_t even, odd;
} mote_helium_channels_sums;

static inline int16x8_t mote_helium_channels_product(const int8_t* cell, const int8_t* weights, uint16x8_t places,
                                                     mve_pred16_t some) {
  return vmulq_s16(vldrbq_gather_offset_s16(cell, places), vldrbq_z_s16(weights, some));
}

static inline mote_helium_channels_sums mote_helium_channels_widen(mote_helium_channels_sums sums, int16x8_t products) {
  sums.even = vaddq_s32(sums.even, vmovlbq_s16(products));
  sums.odd = vaddq_s32(sums.odd, vmovltq_s16(products));
  return sums;
}

/* A window that lies inside. */
static inline mote_helium_channels_sums mote_helium_channels_inside(const int8_t* row, const int8_t* weights,
                                                                    const mote_helium_channels_shape* p,
                                                                    uint16x8_t places, mve_pred16_t some) {
  mote_helium_channels_sums sums = {vdupq_n_s32(0), vdupq_n_s32(0)};
  const int32_t column = p->dilation_w * p->input_c;
  const int32_t next = p->output_c;
  const int32_t row_bytes = p->dilation_h * p->input_w * p->input_c;
  for (int32_t i = p->kernel_h; i > 0; --i, row += row_bytes) {
    const int8_t* cell = row;
    int32_t taps = p->kernel_w;
    for (; taps >= 2; taps -= 2, cell += 2 * column, weights += 2 * next) {
      const int16x8_t one = mote_helium_channels_product(cell, weights, places, some);
      const int16x8_t two = mote_helium_channels_product(cell + column, weights + next, places, some);
      sums = mote_helium_channels_widen(sums, vaddq_s16(one, two));
    }
    if (taps == 0) continue;
    sums = mote_helium_channels_widen(sums, mote_helium_channels_product(cell, weights, places, some));
    weights += next;
  }
  return sums;
}

/* A window that crosses the border, its first tap at (y, x). */
static mote_helium_channels_sums mote_helium_channels_border(const int8_t* input, const int8_t* weights,
                                                             const mote_helium_channels_shape* p, uint16x8_t places,
                                                             mve_pred16_t some, int32_t y, int32_t x) {
  mote_helium_channels_sums sums = {vdupq_n_s32(0), vdupq_n_s32(0)};
  for (int32_t i = 0; i < p->kernel_h; ++i) {
    const int32_t row = y + i * p->dilation_h;
    for (int32_t j = 0; j < p->kernel_w; ++j, weights += p->output_c) {
      const int32_t column = x + j * p->dilation_w;
      const int32_t is_inside = row >= 0 && row < p->input_h && column >= 0 && column < p->input_w;
      int16x8_t values = vdupq_n_s16((int16_t)p->input_zero_point);
      if (is_inside) values = vldrbq_gather_offset_s16(input + (row * p->input_w + column) * p->input_c, places);
      sums = mote_helium_channels_widen(sums, vmulq_s16(values, vldrbq_z_s16(weights, some)));
    }
  }
  return sums;
}

/* Every second channel from the first on. */
static void mote_helium_channels_finish(int32x4_t sums, const int32_t* scaling, const int8_t* shifts, int8_t* output,
                                        const mote_helium_channels_shape* p, int32_t channels) {
  const uint32x4_t places = vidupq_n_u32(0, 2);
  const mve_pred16_t some = vctp32q((uint32_t)((channels + 1) / 2));
  const int32x4_t bias = vldrwq_gather_shifted_offset_z_s32(scaling, places, some);
  const int32x4_t multiplier = vldrwq_gather_shifted_offset_z_s32(scaling + p->output_c, places, some);
  sums = mote_helium_scale_any_4(vaddq_s32(sums, bias), multiplier, vldrbq_gather_offset_z_s32(shifts, places, some));
  sums = vmaxq_s32(vqaddq_n_s32(sums, p->output_zero_point), vdupq_n_s32(p->least));
  vstrbq_scatter_offset_p_s32(output, places, vminq_s32(sums, vdupq_n_s32(p->greatest)), some);
}

static void mote_helium_channels_block(const int8_t* input, int8_t* output, const int8_t* weights,
                                       const int32_t* scaling, const int8_t* shifts,
                                       const mote_helium_channels_shape* p, int32_t c) {
  const int32_t channels = p->output_c - c < 8 ? p->output_c - c : 8;
  const int32_t first = c / p->multiplier;
  const mve_pred16_t some = vctp16q((uint32_t)channels);
  const int32_t last_y = p->input_h - 1 - (p->kernel_h - 1) * p->dilation_h;
  const int32_t last_x = p->input_w - 1 - (p->kernel_w - 1) * p->dilation_w;
  uint16_t from[8] = {0};
  for (int32_t i = 0; i < channels; ++i) from[i] = (uint16_t)((c + i) / p->multiplier - first);
  const uint16x8_t places = vld1q_u16(from);
  input += first;
  weights += c;
  output += c;
  for (int32_t position = 0; position < p->output_h * p->output_w; ++position, output += p->output_c) {
    const int32_t y = position / p->output_w * p->stride_h - p->pad_top;
    const int32_t x = position % p->output_w * p->stride_w - p->pad_left;
    const int32_t is_inside = y >= 0 && x >= 0 && y <= last_y && x <= last_x;
    const mote_helium_channels_sums sums =
        is_inside ? mote_helium_channels_inside(input + (y * p->input_w + x) * p->input_c, weights, p, places, some)
                  : mote_helium_channels_border(input, weights, p, places, some, y, x);
    mote_helium_channels_finish(sums.even, scaling + c, shifts + c, output, p, channels);
    mote_helium_channels_finish(sums.odd, scaling + c + 1, shifts + c + 1, output + 1, p, channels - 1);
  }
}
#else
static int32_t mote_helium_channels_sum(const int8_t* input, const int8_t* weights, const mote_helium_channels_shape* p,
                                        int32_t y, int32_t x) {
  int32_t sum = 0;
  for (int32_t tap = 0; tap < p->kernel_h * p->kernel_w; ++tap) {
    const int32_t row = y + tap / p->kernel_w * p->dilation_h;
    const int32_t column = x + tap % p->kernel_w * p->dilation_w;
    const int32_t is_inside = row >= 0 && row < p->input_h && column >= 0 && column < p->input_w;
    const int32_t value = is_inside ? input[(row * p->input_w + column) * p->input_c] : p->input_zero_point;
    sum += value * weights[tap * p->output_c];
  }
  return sum;
}

static void mote_helium_channels_block(const int8_t* input, int8_t* output, const int8_t* weights,
                                       const int32_t* scaling, const int8_t* shifts,
                                       const mote_helium_channels_shape* p, int32_t c) {
  const int32_t end = p->output_c - c < 8 ? p->output_c : c + 8;
  for (int32_t i = 0; i < p->output_h * p->output_w; ++i, output += p->output_c) {
    const int32_t y = i / p->output_w * p->stride_h - p->pad_top;
    const int32_t x = i % p->output_w * p->stride_w - p->pad_left;
    for (int32_t o = c; o < end; ++o) {
      const int32_t sum = mote_helium_channels_sum(input + o / p->multiplier, weights + o, p, y, x) + scaling[o];
      output[o] = mote_helium_requantize(sum, scaling[p->output_c + o], shifts[o], p->output_zero_point, p->least,
                                         p->greatest);
    }
  }
}
#endif

void mote_helium_channels(const int8_t* input, int8_t* output, const int8_t* weights, const int32_t* scaling,
                          const int8_t* shifts, const mote_helium_channels_shape* shape) {
  for (int32_t c = 0; c < shape->output_c; c += 8) {
    mote_helium_channels_block(input, output, weights, scaling, shifts, shape, c);
  }
}
)";

const mote_depthwise_conv2d_s8_params& parameters(const Layer& layer) {
  return layer.call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op);
}

bool has_bias(const Layer& layer) {
  return layer.node.inputs.size() > 2;
}

// Taps along an axis that lie inside.
std::int64_t taps_inside(std::int64_t first, std::int64_t taps, std::int64_t dilation, std::int64_t extent) {
  std::int64_t count = 0;
  for (std::int64_t tap = 0; tap < taps; ++tap) {
    const std::int64_t at = first + tap * dilation;
    count += at >= 0 && at < extent ? 1 : 0;
  }
  return count;
}

std::int64_t instructions(const mote_depthwise_conv2d_s8_params& params) {
  const mote_window& w = params.window;
  const std::int64_t row = 19 + 20 * (w.kernel_w / 2) + 14 * (w.kernel_w % 2);
  const std::int64_t whole = 30 + w.kernel_h * row;
  const std::int64_t taps = std::int64_t{w.kernel_h} * w.kernel_w;
  std::int64_t sum = 0;
  for (std::int64_t y = 0; y < w.output_h; ++y) {
    const std::int64_t rows = taps_inside(y * w.stride_h - w.pad_top, w.kernel_h, w.dilation_h, w.input_h);
    for (std::int64_t x = 0; x < w.output_w; ++x) {
      const std::int64_t there = rows * taps_inside(x * w.stride_w - w.pad_left, w.kernel_w, w.dilation_w, w.input_w);
      sum += 140 + (there == taps ? whole : 25 + 8 * w.kernel_h + 17 * taps + 14 * there);
    }
  }
  const std::int64_t channels = std::int64_t{params.input_c} * params.multiplier;
  return 30 + (channels + kBlock - 1) / kBlock * (170 + sum);
}

std::vector<std::int32_t> scaling(const Layer& layer) {
  const mote_depthwise_conv2d_s8_params& params = parameters(layer);
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const auto channels = static_cast<std::size_t>(params.scaling.count);
  std::vector<std::int32_t> values(channels, 0);
  if (has_bias(layer)) std::ranges::copy(graph::values<std::int32_t>(layer.input(2)), values.begin());
  for (std::size_t i = 0; i < weights.size(); ++i) values[i % channels] += weights[i] * params.input_offset;
  values.insert(values.end(), params.scaling.multipliers, params.scaling.multipliers + channels);
  return values;
}

std::string shape_text(const mote_depthwise_conv2d_s8_params& params) {
  const mote_window& w = params.window;
  return fmt::format("{{{}, {}, {}, {}, {}, {},\n    {}, {}, {}, {}, {}, {}, {}, {},\n    {}, {}, {}, {}, {}}}",
                     w.input_h, w.input_w, params.input_c, w.output_h, w.output_w, params.input_c * params.multiplier,
                     w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left,
                     params.multiplier, -params.input_offset, params.output_offset, params.activation.min,
                     params.activation.max);
}

class HeliumChannels final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kHelium || layer.call.op != &mote_depthwise_conv2d_s8_op) return {};
    const mote_depthwise_conv2d_s8_params& params = parameters(layer);
    const auto weights = graph::values<std::int8_t>(layer.input(1));
    const auto channels = std::int64_t{params.input_c} * params.multiplier;
    const bool fits = params.scaling.count == channels && std::ranges::find(weights, INT8_MIN) == weights.end();
    if (!fits) return {};
    plan::KernelOption option;
    option.name = kName;
    option.inputs = {plan::Layout::kNhwc};
    option.flash_bytes = channels * (has_bias(layer) ? 5 : 9) + 76 + 48;
    option.cores = {std::string(kCore)};
    option.core_flash_bytes = kCoreFlashBytes;
    option.instructions = instructions(params);
    option.reason = "8 channels side by side, any window";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const mote_depthwise_conv2d_s8_params& params = parameters(layer);
    const auto channels = static_cast<std::size_t>(params.scaling.count);
    const std::string& symbol = call.symbol;
    std::string text = table(symbol + "_weights", graph::values<std::int8_t>(layer.input(1)));
    text += table(symbol + "_scaling", scaling(layer));
    text += table(symbol + "_shifts", std::span<const std::int8_t>(params.scaling.shifts, channels));
    text += fmt::format("static const mote_helium_channels_shape {}_shape = {};\n", symbol, shape_text(params));
    text += fmt::format(
        "\nstatic void {0}(uint8_t* arena) {{\n"
        "  mote_helium_channels((const int8_t*)(arena + {1}), (int8_t*)(arena + {2}), {0}_weights, {0}_scaling,\n"
        "      {0}_shifts, &{0}_shape);\n}}\n",
        symbol, call.inputs[0].offset_bytes, call.output.offset_bytes);
    return {std::move(text), {base_core(), {std::string(kCore), std::string(kHeader), std::string(kSource)}}};
  }
};

}  // namespace

const Generator& helium_channels_generator() {
  static const HeliumChannels generator;
  return generator;
}

}  // namespace mote::codegen
