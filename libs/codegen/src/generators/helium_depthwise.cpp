// Depthwise convolution on Helium, NHWC at both sides: kernels up to 3x3 with stride 1 or 2 in both directions.
// Register plan, layout of the strip and proof: helium_strip.h.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "../generator.h"
#include "helium_gemm.h"
#include "helium_strip.h"
#include "helium_text.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

using namespace helium;

constexpr std::string_view kName = "helium_strip";
constexpr std::int32_t kGreatestKernel = 3;
constexpr std::int64_t kGreatestOffset = 65535;  // of a gather by 16 bits

// One axis of the plane: along the strip or across.
struct Axis {
  std::int32_t input, output, pad;
  std::int64_t input_pitch, output_pitch;
};

struct Plane {
  Axis along, across;
  bool transposed = false;
  std::int64_t instructions = 0;
};

StripCore core_of(const mote_depthwise_conv2d_s8_params& params) {
  return {params.window.stride_h, rounding_for(params.scaling, params.activation, params.output_offset)};
}

Plane plane_of(const mote_depthwise_conv2d_s8_params& params, bool transposed) {
  const mote_window& w = params.window;
  const std::int64_t channels = params.input_c;
  const Axis x{w.input_w, w.output_w, w.pad_left, channels, channels};
  const Axis y{w.input_h, w.output_h, w.pad_top, channels * w.input_w, channels * w.output_w};
  Plane plane{transposed ? y : x, transposed ? x : y, transposed, 0};
  const StripCore core = core_of(params);
  StripCore::Extent extent{plane.across.output, plane.along.output, plane.along.input, 0};
  for (std::int64_t pair = 0; pair <= core.steps(extent.rows); ++pair) {
    const std::int64_t first = 2 * pair - plane.across.pad;
    extent.edges += first < 0 || first + 1 >= plane.across.input ? 1 : 0;
  }
  plane.instructions = 270 + core.strip_bytes(plane.along.output) / 2 + channels * core.instructions(extent);
  return plane;
}

bool offsets_fit(const Plane& plane) {
  const auto reach = [](std::int64_t along, std::int64_t across) { return 7 * along + across <= kGreatestOffset; };
  return reach(plane.along.input_pitch, plane.across.input_pitch) &&
         reach(plane.along.output_pitch, plane.across.output_pitch);
}

const mote_depthwise_conv2d_s8_params& parameters(const Layer& layer) {
  return layer.call.parameters_as<mote_depthwise_conv2d_s8_params>(mote_depthwise_conv2d_s8_op);
}

bool applies(const mote_depthwise_conv2d_s8_params& params) {
  const mote_window& w = params.window;
  const bool kernel = w.kernel_h <= kGreatestKernel && w.kernel_w <= kGreatestKernel;
  const bool steps = w.stride_h == w.stride_w && w.stride_h <= 2 && w.dilation_h == 1 && w.dilation_w == 1;
  return kernel && steps && params.multiplier == 1;
}

// The cheaper way to lay the strip; upright where both cost the same, because that may lie over its input at more than
// one distance.
std::optional<Plane> choose_plane(const Layer& layer) {
  if (layer.set != InstructionSet::kHelium || layer.call.op != &mote_depthwise_conv2d_s8_op) return std::nullopt;
  const mote_depthwise_conv2d_s8_params& params = parameters(layer);
  if (!applies(params)) return std::nullopt;
  const Plane upright = plane_of(params, false);
  const Plane transposed = plane_of(params, true);
  const bool turn = offsets_fit(transposed) && transposed.instructions < upright.instructions;
  const Plane& best = turn ? transposed : upright;
  return offsets_fit(best) ? std::optional(best) : std::nullopt;
}

// Positions that a step has written lie below those that later steps read.
plan::Overlap upright_overlap(const mote_depthwise_conv2d_s8_params& params, const Plane& plane) {
  const mote_window& w = params.window;
  const std::int64_t rows_a_step = w.stride_h == 1 ? 2 : 1;
  std::int64_t least = -plane.across.input_pitch * w.input_h;
  for (std::int64_t step = 0; step * rows_a_step < w.output_h; ++step) {
    const std::int64_t written = std::min<std::int64_t>((step + 1) * rows_a_step, w.output_h);
    const std::int64_t unread = 2 * step + 4 - w.pad_top;
    if (written == w.output_h || unread >= w.input_h) continue;
    least = std::max(least, written * plane.across.output_pitch - unread * plane.across.input_pitch);
  }
  return {0, least, params.input_c};
}

// Across columns, what is written lies over what is read at distance 0 only, and for equal shapes: any other multiple
// puts the two apart.
std::vector<plan::Overlap> overlaps(const mote_depthwise_conv2d_s8_params& params, const Plane& plane) {
  if (!plane.transposed) return {upright_overlap(params, plane)};
  const mote_window& w = params.window;
  if (w.input_h != w.output_h || w.input_w != w.output_w || w.pad_left > 2) return {};
  return {{0, 0, plane.along.input_pitch * w.input_h}};
}

// Of each channel nine weights, column by column, and the shift; bias and multiplier.
struct Records {
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> scaling;
};

Records records(const Layer& layer, const Plane& plane) {
  const mote_depthwise_conv2d_s8_params& params = parameters(layer);
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  const mote_window& w = params.window;
  Records result;
  for (std::int32_t c = 0; c < params.input_c; ++c) {
    std::array<std::int8_t, 9> columns{};
    std::int32_t bias =
        layer.node.inputs.size() > 2 ? graph::values<std::int32_t>(layer.input(2))[static_cast<std::size_t>(c)] : 0;
    for (std::int64_t tap = 0; tap < std::int64_t{w.kernel_h} * w.kernel_w; ++tap) {
      const std::int64_t y = tap / w.kernel_w;
      const std::int64_t x = tap % w.kernel_w;
      const std::int8_t value = weights[static_cast<std::size_t>(tap * params.input_c + c)];
      columns[static_cast<std::size_t>(plane.transposed ? 3 * y + x : 3 * x + y)] = value;
      bias += value * params.input_offset;
    }
    result.weights.insert(result.weights.end(), columns.begin(), columns.end());
    result.weights.push_back(params.scaling.shifts[c]);
    result.scaling.insert(result.scaling.end(), {bias, params.scaling.multipliers[c]});
  }
  return result;
}

std::string plane_text(const Layer& layer, const Plane& plane, const std::string& symbol) {
  const mote_depthwise_conv2d_s8_params& params = parameters(layer);
  const StripCore core = core_of(params);
  return fmt::format(
      "static const mote_helium_plane {}_plane = {{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}};\n",
      symbol, params.input_c, plane.along.input, plane.across.input, plane.along.output, plane.across.output,
      plane.along.input_pitch, plane.across.input_pitch, plane.along.output_pitch, plane.across.output_pitch,
      plane.along.pad, plane.across.pad, -params.input_offset, params.output_offset,
      core.strip_bytes(plane.along.output), params.activation.min, params.activation.max);
}

class HeliumDepthwise final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Plane> plane = choose_plane(layer);
    if (!plane) return {};
    const mote_depthwise_conv2d_s8_params& params = parameters(layer);
    const StripCore core = core_of(params);
    const std::int64_t taps = std::int64_t{params.window.kernel_h} * params.window.kernel_w;
    plan::KernelOption option;
    option.name = kName;
    option.inputs = {plan::Layout::kNhwc};
    option.scratch_bytes = round_up(core.strip_bytes(plane->along.output), 16);
    option.overlaps = overlaps(params, *plane);
    option.flash_bytes = params.input_c * (18 - (layer.node.inputs.size() > 2 ? 4 : 0) - taps) + 64 + 48;
    option.cores = {core.name()};
    option.core_flash_bytes = core.flash_bytes();
    option.instructions = plane->instructions;
    option.reason = fmt::format("windows of 16 bytes by VMLADAV, a channel at a time{}",
                                plane->transposed ? ", strips along the height" : "");
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Plane plane = *choose_plane(layer);
    const StripCore core = core_of(parameters(layer));
    const Records made = records(layer, plane);
    std::string text = table(call.symbol + "_weights", made.weights) + table(call.symbol + "_scaling", made.scaling);
    text += plane_text(layer, plane, call.symbol);
    text += fmt::format("\nstatic void {}(uint8_t* arena) {{\n", call.symbol);
    text += fmt::format(
        "  {0}((const int8_t*)(arena + {1}), (int8_t*)(arena + {2}), (int8_t*)(arena + {3}), {4}_weights,\n"
        "      {4}_scaling, &{4}_plane);\n}}\n",
        core.name(), call.inputs[0].offset_bytes, call.output.offset_bytes, call.scratch_offset_bytes, call.symbol);
    return {std::move(text), {base_core(), core.core()}};
  }
};

}  // namespace

const Generator& helium_depthwise_generator() {
  static const HeliumDepthwise generator;
  return generator;
}

}  // namespace mote::codegen
