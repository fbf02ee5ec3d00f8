#include "windowed_layer.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "channel_weights.h"
#include "mote/runtime/kernels/mote_conv2d_s16.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_s16.h"
#include "mote/runtime/kernels/mote_dense_s8.h"

namespace mote::codegen {
namespace {

// {0} name, {1} type of the shape, {2} type of the patch's elements.
constexpr std::string_view kGather = R"(
/* The window of output position (y, x), put into the patch; returns the sum of what {0}_put returns. */
static int32_t {0}_gather(const {1}* shape, const int8_t* input, int32_t y, int32_t x, {2}* patch) {{
  const mote_window* const w = &shape->window;
  const int8_t zero = (int8_t)shape->zero;
  const int32_t run = w->dilation_w == 1 ? w->kernel_w : 1;
  const int32_t left = x * w->stride_w - w->pad_left;
  int32_t index = 0;
  int32_t sum = 0;
  for (int32_t i = 0; i < w->kernel_h; ++i) {{
    const int32_t row = y * w->stride_h - w->pad_top + i * w->dilation_h;
    for (int32_t j = 0; j < w->kernel_w; j += run) {{
      const int32_t column = left + j * w->dilation_w;
      const int inside = row >= 0 && row < w->input_h;
      const int32_t before = column >= 0 ? 0 : (-column < run ? -column : run);
      const int32_t over = column + run - w->input_w;
      const int32_t after = over <= 0 ? 0 : (over < run ? over : run);
      const int32_t first = inside ? before : run;
      const int32_t counts[3] = {{first, inside ? run - before - after : 0, inside ? after : 0}};
      for (int32_t part = 0; part < 3; ++part) {{
        const int8_t* const cell = input + (row * w->input_w + column + before) * shape->input_c;
        const int32_t count = counts[part] * shape->input_c;
        if (count <= 0) continue;
        sum += {0}_put(part == 1 ? cell : &zero, part == 1 ? 1 : 0, count, index, patch);
        index += count;
      }}
    }}
  }}
  return sum;
}}
)";

template <class Parameters>
std::optional<WindowedLayer> vector_layer(const Parameters& dense, const WeightedLayer& common) {
  if (dense.rows != 1) return std::nullopt;
  return WindowedLayer{{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0}, dense.inputs, common};
}

}  // namespace

std::optional<WindowedLayer> windowed_layer(const Layer& layer) {
  const std::optional<WeightedLayer> common = weighted_layer(layer);
  if (!common) return std::nullopt;
  if (layer.call.op == &mote_conv2d_s8_op) {
    const auto& p = layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
    return WindowedLayer{p.window, p.input_c, *common};
  }
  if (layer.call.op == &mote_conv2d_s16_op) {
    const auto& p = layer.call.parameters_as<mote_conv2d_s16_params>(mote_conv2d_s16_op);
    return WindowedLayer{p.window, p.input_c, *common};
  }
  if (layer.call.op == &mote_dense_s8_op)
    return vector_layer(layer.call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op), *common);
  if (layer.call.op == &mote_dense_s16_op)
    return vector_layer(layer.call.parameters_as<mote_dense_s16_params>(mote_dense_s16_op), *common);
  return std::nullopt;
}

std::vector<std::int32_t> filter_ends(const Layer& layer, const WindowedLayer& windowed, std::int64_t filters) {
  std::vector<std::int32_t> slots(static_cast<std::size_t>(windowed.depth()));
  std::iota(slots.begin(), slots.end(), 0);
  const ChannelWeights weights(layer, slots, 0);
  const mote_channel_scaling& scaling = windowed.common.scaling;
  std::vector<std::int32_t> numbers;
  for (std::int32_t filter = 0; filter < windowed.common.channels; ++filter) {
    const std::int32_t factor = scaling.count == 1 ? 0 : filter;
    numbers.push_back(static_cast<std::int32_t>(weights.bias(filter)));
    numbers.push_back(scaling.multipliers[factor]);
    numbers.push_back(scaling.shifts[factor]);
  }
  numbers.resize(static_cast<std::size_t>(3 * filters), 0);
  return numbers;
}

std::vector<std::int64_t> first_cells_from(const mote_window& w) {
  const auto first = [](std::int32_t at, std::int32_t stride, std::int32_t pad, std::int32_t dilation) {
    const std::int32_t begin = at * stride - pad;
    return begin >= 0 ? begin : (begin % dilation + dilation) % dilation;
  };
  std::vector<std::int64_t> cells;
  for (std::int32_t y = 0; y < w.output_h; ++y) {
    const std::int64_t row = first(y, w.stride_h, w.pad_top, w.dilation_h);
    for (std::int32_t x = 0; x < w.output_w; ++x)
      cells.push_back(row * w.input_w + first(x, w.stride_w, w.pad_left, w.dilation_w));
  }
  for (std::size_t i = cells.size(); i-- > 1;) cells[i - 1] = std::min(cells[i - 1], cells[i]);
  return cells;
}

std::int32_t taps_inside(std::int32_t begin, std::int32_t taps, std::int32_t dilation, std::int32_t extent) {
  std::int32_t inside = 0;
  for (std::int32_t i = 0; i < taps; ++i) {
    const std::int32_t at = begin + i * dilation;
    if (at >= 0 && at < extent) ++inside;
  }
  return inside;
}

std::string window_text(const mote_window& w) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}", w.input_h, w.input_w, w.output_h, w.output_w,
                     w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left);
}

std::string gather_text(std::string_view name, std::string_view shape, std::string_view patch) {
  return fmt::format(fmt::runtime(kGather), name, shape, patch);
}

}  // namespace mote::codegen
