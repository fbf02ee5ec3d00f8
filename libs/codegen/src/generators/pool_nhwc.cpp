// Average and maximum over a sliding window in NHWC (kArmDsp): four channels of a cell in a word, through all cells of
// the window.
//
// A maximum is SSUB8, which sets the flags of the four bytes, and SEL. An average sums bytes 0 and 2 and bytes 1 and 3
// side by side in halves, from which 128 has been taken to be added again: a window of up to 256 cells. Channels behind
// the last four come one by one.
//
// Registers (C, but for SSUB8 with SEL): the cell's place, its word, one or two words of results, counters.
//
// In place as on planes: with input and output whole cells apart, a channel's byte is read before its place is written.
//
// Proof: a maximum moves values; an average sums bytes exactly (256·255 < 2^16) and divides as the runtime does, half
// away from zero. Bounds are the activation's.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "../c_text.h"
#include "../generator.h"
#include "../plane_overlap.h"
#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "mote/runtime/kernels/mote_max_pool2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::int32_t kMostCells = 256;  // of an average

constexpr std::string_view kHeader = R"(#include <stdint.h>
#include "mote/runtime/types.h"

typedef struct @NAME@_layer {
  mote_window window;
  int32_t channels;
  int32_t low; /* bounds of the output */
  int32_t high;
} @NAME@_layer;

void @NAME@(const @NAME@_layer* layer, const int8_t* input, int8_t* output);
)";

constexpr std::string_view kSource = R"(#include "@NAME@.h"

/* The cells of a window that lie inside. */
typedef struct @NAME@_cells {
  int32_t rows;
  int32_t columns;
  int32_t next;  /* bytes from a cell to the next of its row */
  int32_t line;  /* and from a row's end to the next row */
} @NAME@_cells;

static inline int8_t @NAME@_bounded(int32_t value, const @NAME@_layer* layer) {
  return (int8_t)(value < layer->low ? layer->low : value > layer->high ? layer->high : value);
}

@WINDOW@
static void @NAME@_channels(const int8_t* from, int8_t* to, const @NAME@_cells* cells, const @NAME@_layer* layer) {
  int32_t left = layer->channels;
  for (; left >= 4; left -= 4, from += 4, to += 4) @NAME@_four(from, to, cells, layer);
  for (; left > 0; --left) *to++ = @NAME@_one(from++, cells, layer);
}

void @NAME@(const @NAME@_layer* layer, const int8_t* input, int8_t* output) {
  const mote_window w = layer->window;
  const int32_t channels = layer->channels;
  int32_t y;
  int32_t x;
  for (y = -w.pad_top; y < w.output_h * w.stride_h - w.pad_top; y += w.stride_h) {
    const int32_t top = y < 0 ? 0 : y;
    const int32_t bottom = y + w.kernel_h < w.input_h ? y + w.kernel_h : w.input_h;
    for (x = -w.pad_left; x < w.output_w * w.stride_w - w.pad_left; x += w.stride_w, output += channels) {
      const int32_t left = x < 0 ? 0 : x;
      const int32_t right = x + w.kernel_w < w.input_w ? x + w.kernel_w : w.input_w;
      const @NAME@_cells cells = {bottom - top, right - left, channels, (w.input_w - (right - left)) * channels};
      @NAME@_channels(input + (top * w.input_w + left) * channels, output, &cells, layer);
    }
  }
}
)";

constexpr std::string_view kMaximumAssembly = R"(static inline uint32_t @NAME@_greater(uint32_t a, uint32_t b) {
  uint32_t result;
  __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(result) : "r"(a), "r"(b) : "cc");
  return result;
}
)";

constexpr std::string_view kMaximumC = R"(static inline uint32_t @NAME@_greater(uint32_t a, uint32_t b) {
  uint32_t result = 0;
  uint32_t i;
  for (i = 0; i < 32; i += 8) {
    const uint32_t x = a >> i & 0xFFu;
    const uint32_t y = b >> i & 0xFFu;
    result |= ((x ^ 0x80u) > (y ^ 0x80u) ? x : y) << i;
  }
  return result;
}
)";

constexpr std::string_view kMaximum = R"(
static void @NAME@_four(const int8_t* from, int8_t* to, const @NAME@_cells* cells, const @NAME@_layer* layer) {
  const int32_t next = cells->next;
  uint32_t largest = (uint32_t)(uint8_t)layer->low * 0x01010101u;
  int32_t i;
  int32_t j;
  for (i = cells->rows; i > 0; --i, from += cells->line) {
    for (j = cells->columns; j > 0; --j, from += next) {
      uint32_t word;
      __builtin_memcpy(&word, from, 4);
      largest = @NAME@_greater(largest, word);
    }
  }
  __builtin_memcpy(to, &largest, 4);
  if (layer->high == 127) return;
  for (i = 0; i < 4; ++i) to[i] = @NAME@_bounded(to[i], layer);
}

static int8_t @NAME@_one(const int8_t* from, const @NAME@_cells* cells, const @NAME@_layer* layer) {
  int32_t largest = layer->low;
  int32_t i;
  int32_t j;
  for (i = cells->rows; i > 0; --i, from += cells->line) {
    for (j = cells->columns; j > 0; --j, from += cells->next) largest = *from > largest ? *from : largest;
  }
  return @NAME@_bounded(largest, layer);
}
)";

constexpr std::string_view kAverage = R"(
static inline int8_t @NAME@_mean(int32_t sum, int32_t count, const @NAME@_layer* layer) {
  return @NAME@_bounded((sum > 0 ? sum + count / 2 : sum - count / 2) / count, layer);
}

static void @NAME@_four(const int8_t* from, int8_t* to, const @NAME@_cells* cells, const @NAME@_layer* layer) {
  const int32_t next = cells->next;
  const int32_t count = cells->rows * cells->columns;
  uint32_t even = 0;
  uint32_t odd = 0;
  int32_t i;
  int32_t j;
  for (i = cells->rows; i > 0; --i, from += cells->line) {
    for (j = cells->columns; j > 0; --j, from += next) {
      uint32_t word;
      __builtin_memcpy(&word, from, 4);
      word ^= 0x80808080u;
      even += word & 0x00FF00FFu;
      odd += word >> 8 & 0x00FF00FFu;
    }
  }
  to[0] = @NAME@_mean((int32_t)(even & 0xFFFFu) - 128 * count, count, layer);
  to[1] = @NAME@_mean((int32_t)(odd & 0xFFFFu) - 128 * count, count, layer);
  to[2] = @NAME@_mean((int32_t)(even >> 16) - 128 * count, count, layer);
  to[3] = @NAME@_mean((int32_t)(odd >> 16) - 128 * count, count, layer);
}

static int8_t @NAME@_one(const int8_t* from, const @NAME@_cells* cells, const @NAME@_layer* layer) {
  int32_t sum = 0;
  int32_t i;
  int32_t j;
  for (i = cells->rows; i > 0; --i, from += cells->line) {
    for (j = cells->columns; j > 0; --j, from += cells->next) sum += *from;
  }
  return @NAME@_mean(sum, cells->rows * cells->columns, layer);
}
)";

// Measured on a Cortex-M4, gcc 12 -O2.
struct Kind {
  std::string_view name;
  bool is_average;
  std::int64_t core_bytes;
  std::int64_t window_instructions;
  std::int64_t four_instructions;
  std::int64_t four_cell_instructions;
  std::int64_t one_instructions;
  std::int64_t one_cell_instructions;
};

constexpr Kind kMaximumKind{"mote_max_pool_nhwc", false, 542, 42, 34, 6, 22, 7};
constexpr Kind kAverageKind{"mote_average_pool_nhwc", true, 760, 42, 90, 10, 28, 6};
constexpr std::int64_t kRowInstructions = 7;
constexpr std::int64_t kBoundInstructions = 40;  // of four maxima with an upper bound
constexpr std::int64_t kLayerBytes = 84;

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
  if (layer.call.op != &mote_average_pool2d_s8_op) return std::nullopt;
  const Pool pool =
      pool_of(kAverageKind, layer.call.parameters_as<mote_average_pool2d_s8_params>(mote_average_pool2d_s8_op));
  if (pool.window.kernel_h * pool.window.kernel_w > kMostCells) return std::nullopt;
  return pool;
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
  const Kind& kind = *pool.kind;
  const std::int64_t rows = cells_inside(w.output_h, w.stride_h, w.pad_top, w.kernel_h, w.input_h);
  const std::int64_t columns = cells_inside(w.output_w, w.stride_w, w.pad_left, w.kernel_w, w.input_w);
  const std::int64_t windows = std::int64_t{w.output_h} * w.output_w;
  const std::int64_t row_runs = kRowInstructions * rows * w.output_w;
  const bool is_bounded = !kind.is_average && pool.activation.max < 127;
  const std::int64_t four = kind.four_instructions + (is_bounded ? kBoundInstructions : 0);
  const std::int64_t fours = windows * four + row_runs + kind.four_cell_instructions * rows * columns;
  const std::int64_t ones = windows * kind.one_instructions + row_runs + kind.one_cell_instructions * rows * columns;
  return windows * kind.window_instructions + pool.channels / 4 * fours + pool.channels % 4 * ones;
}

std::string filled(std::string_view text, const Kind& kind) {
  const std::string window =
      kind.is_average ? std::string(kAverage) : with_fallback(kMaximumAssembly, kMaximumC) + std::string(kMaximum);
  std::string result(text);
  const auto replace = [&](std::string_view what, std::string_view with) {
    for (std::size_t at = result.find(what); at != std::string::npos; at = result.find(what, at + with.size()))
      result.replace(at, what.size(), with);
  };
  replace("@WINDOW@", window);
  replace("@NAME@", kind.name);
  return result;
}

class PoolNhwc final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Pool> pool = pool_of(layer);
    if (!pool) return {};
    plan::KernelOption option;
    option.name = pool->kind->name;
    option.inputs = {plan::Layout::kNhwc};
    option.output = plan::Layout::kNhwc;
    const std::int64_t multiple = std::lcm(std::int64_t{4}, std::int64_t{pool->channels});
    option.overlaps = {{0, window_distance_bytes(pool->window) * pool->channels, multiple}};
    option.flash_bytes = kLayerBytes;
    option.cores = {option.name};
    option.core_flash_bytes = pool->kind->core_bytes;
    option.instructions = instructions(*pool);
    option.reason = "four channels side by side";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Pool pool = *pool_of(layer);
    const mote_window& w = pool.window;
    const std::string text = fmt::format(
        "static const {0}_layer {1}_layer = {{{{{2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, 1, 1, {10}, {11}}}, {12}, "
        "{13}, {14}}};\n\n"
        "static void {1}(uint8_t* arena) {{\n"
        "  {0}(&{1}_layer, (const int8_t*)(arena + {15}), (int8_t*)(arena + {16}));\n}}\n",
        pool.kind->name, call.symbol, w.input_h, w.input_w, w.output_h, w.output_w, w.kernel_h, w.kernel_w, w.stride_h,
        w.stride_w, w.pad_top, w.pad_left, pool.channels, pool.activation.min, pool.activation.max,
        call.inputs.front().offset_bytes, call.output.offset_bytes);
    return {text, {{std::string(pool.kind->name), filled(kHeader, *pool.kind), filled(kSource, *pool.kind)}}};
  }
};

}  // namespace

const Generator& pool_nhwc_generator() {
  static const PoolNhwc generator;
  return generator;
}

}  // namespace mote::codegen
