// Average and maximum over a sliding window on planes, in C: one output at a time from the cells inside the plane.
//
// Proof: a maximum moves values; an average sums bytes exactly and divides as the runtime does, on raw values (the sum
// less 128 for each cell), half away from zero. Bounds are the activation's.
#include <fmt/format.h>

#include "../generator.h"
#include "../plane_overlap.h"
#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "mote/runtime/kernels/mote_max_pool2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kHeader = R"(#include <stdint.h>
#include "mote/runtime/types.h"

typedef struct @NAME@_layer {
  mote_window window;
  int32_t channels;
  int32_t input_pitch;
  int32_t output_pitch;
  int32_t low; /* bounds of the output, 0 ... 255 */
  int32_t high;
} @NAME@_layer;

void @NAME@(const @NAME@_layer* layer, const uint8_t* input, uint8_t* output);
)";

constexpr std::string_view kSource = R"(#include "@NAME@.h"

/* Cells [begin, end) of the window that lie inside the input. */
static inline int32_t @NAME@_begin_of(int32_t first) {
  return first < 0 ? 0 : first;
}

static inline int32_t @NAME@_end_of(int32_t first, int32_t kernel, int32_t input) {
  return first + kernel < input ? first + kernel : input;
}

@WINDOW@
void @NAME@(const @NAME@_layer* layer, const uint8_t* input, uint8_t* output) {
  const mote_window w = layer->window;
  const int32_t low = layer->low;
  const int32_t high = layer->high;
  int32_t c;
  for (c = 0; c < layer->channels; ++c, input += layer->input_pitch, output += layer->output_pitch) {
    uint8_t* to = output;
    int32_t y;
    for (y = 0; y < w.output_h; ++y) {
      const int32_t first_row = y * w.stride_h - w.pad_top;
      const int32_t top = @NAME@_begin_of(first_row);
      const int32_t rows = @NAME@_end_of(first_row, w.kernel_h, w.input_h) - top;
      const uint8_t* const from = input + top * w.input_w;
      int32_t first = -w.pad_left;
      int32_t x;
      for (x = 0; x < w.output_w; ++x, first += w.stride_w) {
        const int32_t left = @NAME@_begin_of(first);
        const int32_t value = @NAME@_over_window(from + left, rows, @NAME@_end_of(first, w.kernel_w, w.input_w) - left, w.input_w);
        *to++ = (uint8_t)(value < low ? low : value > high ? high : value);
      }
    }
  }
}
)";

constexpr std::string_view kMaximum =
    R"(static inline int32_t @NAME@_over_window(const uint8_t* from, int32_t rows, int32_t columns, int32_t width) {
  int32_t largest = 0;
  for (; rows > 0; --rows, from += width) {
    int32_t j;
    for (j = 0; j < columns; ++j) largest = from[j] > largest ? from[j] : largest;
  }
  return largest;
}
)";

constexpr std::string_view kAverage =
    R"(static inline int32_t @NAME@_over_window(const uint8_t* from, int32_t rows, int32_t columns, int32_t width) {
  const int32_t cells = rows * columns;
  int32_t sum = -128 * cells;
  for (; rows > 0; --rows, from += width) {
    int32_t j;
    for (j = 0; j < columns; ++j) sum += from[j];
  }
  return 128 + (sum > 0 ? sum + cells / 2 : sum - cells / 2) / cells;
}
)";

constexpr std::int64_t kLayerBytes = 92;
// Measured on a Cortex-M4, gcc 12 -O2.
constexpr double kOutputRowInstructions = 27.6;  // and as many for a channel
constexpr double kWindowRowInstructions = 9.8;

struct Kind {
  std::string_view name;
  std::string_view window;
  std::int64_t core_bytes;
  double output_instructions;
  double cell_instructions;
};

constexpr Kind kMaximumKind{"mote_max_pool_planes", kMaximum, 310, 26.3, 5.6};
constexpr Kind kAverageKind{"mote_average_pool_planes", kAverage, 338, 36.3, 3.6};

struct Pool {
  const Kind* kind = nullptr;
  mote_window window{};
  std::int32_t channels = 0;
  mote_activation activation{};
};

template <class Params>
Pool pool_of(const Kind& kind, const Params& params) {
  return {&kind, params.window, params.channels, params.activation};
}

std::optional<Pool> pool_of(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp) return std::nullopt;
  if (layer.call.op == &mote_max_pool2d_s8_op)
    return pool_of(kMaximumKind, layer.call.parameters_as<mote_max_pool2d_s8_params>(mote_max_pool2d_s8_op));
  if (layer.call.op == &mote_average_pool2d_s8_op)
    return pool_of(kAverageKind, layer.call.parameters_as<mote_average_pool2d_s8_params>(mote_average_pool2d_s8_op));
  return std::nullopt;
}

// Cells of all windows along one axis that lie inside the input.
std::int64_t cells_inside(std::int32_t output, std::int32_t stride, std::int32_t pad, std::int32_t kernel,
                          std::int32_t input) {
  std::int64_t cells = 0;
  for (std::int32_t i = 0; i < output; ++i) {
    const std::int32_t first = i * stride - pad;
    cells += std::min(first + kernel, input) - std::max(first, 0);
  }
  return cells;
}

std::int64_t instructions(const Pool& pool) {
  const mote_window& w = pool.window;
  const std::int64_t rows = cells_inside(w.output_h, w.stride_h, w.pad_top, w.kernel_h, w.input_h);
  const std::int64_t columns = cells_inside(w.output_w, w.stride_w, w.pad_left, w.kernel_w, w.input_w);
  const double plane = kOutputRowInstructions * (1 + w.output_h) +
                       pool.kind->output_instructions * w.output_h * w.output_w +
                       kWindowRowInstructions * static_cast<double>(rows * w.output_w) +
                       pool.kind->cell_instructions * static_cast<double>(rows * columns);
  return static_cast<std::int64_t>(plane * pool.channels);
}

std::string filled(std::string_view text, const Kind& kind) {
  std::string result(text);
  const auto replace = [&](std::string_view what, std::string_view with) {
    for (std::size_t at = result.find(what); at != std::string::npos; at = result.find(what, at + with.size()))
      result.replace(at, what.size(), with);
  };
  replace("@WINDOW@", kind.window);
  replace("@NAME@", kind.name);
  return result;
}

class PoolPlanes : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Pool> pool = pool_of(layer);
    if (!pool) return {};
    plan::KernelOption option;
    option.name = pool->kind->name;
    option.inputs = {plan::Layout::kPlanes};
    option.output = plan::Layout::kPlanes;
    option.overlaps = {{0, window_distance_bytes(pool->window), 4}};
    option.flash_bytes = kLayerBytes;
    option.cores = {option.name};
    option.core_flash_bytes = pool->kind->core_bytes;
    option.instructions = instructions(*pool);
    option.reason = "any window on planes";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Pool pool = *pool_of(layer);
    const mote_window& w = pool.window;
    const std::string text = fmt::format(
        "static const {0}_layer {1}_layer = {{{{{2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, 1, 1, {10}, {11}}}, {12}, "
        "{13}, {14}, "
        "{15}, {16}}};\n\nstatic void {1}(uint8_t* arena) {{\n  {0}(&{1}_layer, arena + {17}, arena + {18});\n}}\n",
        pool.kind->name, call.symbol, w.input_h, w.input_w, w.output_h, w.output_w, w.kernel_h, w.kernel_w, w.stride_h,
        w.stride_w, w.pad_top, w.pad_left, pool.channels, plan::plane_geometry(layer.input(0)).pitch_bytes(),
        plan::plane_geometry(layer.output()).pitch_bytes(), pool.activation.min + 128, pool.activation.max + 128,
        call.inputs.front().offset_bytes, call.output.offset_bytes);
    return {text, {{std::string(pool.kind->name), filled(kHeader, *pool.kind), filled(kSource, *pool.kind)}}};
  }
};

}  // namespace

const Generator& pool_planes_generator() {
  static const PoolPlanes generator;
  return generator;
}

}  // namespace mote::codegen
