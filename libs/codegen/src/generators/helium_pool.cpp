// Pools and mean on Helium, NHWC: eight (average, mean) or sixteen (max) channels side by side.
//
// Intrinsics; a vector of sums or maxima, one of inputs, a predicate for the last channels. Exactness: sums of at most
// 255 bytes stay in 16 bits (255 · 128 = 32,640), the division and the requantization are the runtime's own formulas on
// scalars; a maximum has no arithmetic. In place: the outputs of a position are written when those before it are, and
// end at or below the first byte that the position reads.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "../generator.h"
#include "helium_text.h"
#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "mote/runtime/kernels/mote_max_pool2d_s8.h"
#include "mote/runtime/kernels/mote_mean_s8.h"

namespace mote::codegen {
namespace {

using namespace helium;

constexpr std::int64_t kGreatestCells = 255;

// A window over planes; a mean is one window over all that it reduces, for each outer index an own call.
constexpr std::string_view kTypes = R"(#include "mote_helium_base.h"

#ifndef MOTE_HELIUM_POOL
#define MOTE_HELIUM_POOL
typedef struct mote_helium_pool {
  int32_t input_h, input_w, output_h, output_w;
  int32_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
  int32_t channels;
  int32_t least, greatest;
} mote_helium_pool;

typedef struct mote_helium_taps {
  const int8_t* first;
  int32_t rows, columns;
} mote_helium_taps;

/* The part of a window that lies inside. */
static inline mote_helium_taps mote_helium_pool_taps(const mote_helium_pool* p, const int8_t* input, int32_t y,
                                                     int32_t x) {
  const int32_t top = y * p->stride_h - p->pad_top;
  const int32_t left = x * p->stride_w - p->pad_left;
  const int32_t first_row = top < 0 ? 0 : top;
  const int32_t first_column = left < 0 ? 0 : left;
  const int32_t bottom = top + p->kernel_h < p->input_h ? top + p->kernel_h : p->input_h;
  const int32_t right = left + p->kernel_w < p->input_w ? left + p->kernel_w : p->input_w;
  const mote_helium_taps taps = {input + (first_row * p->input_w + first_column) * p->channels, bottom - first_row,
                                 right - first_column};
  return taps;
}

/* Sums of up to eight neighbouring channels over rows and columns of cells. */
static inline void mote_helium_sum_8(mote_helium_taps taps, int32_t row_bytes, int32_t cell_bytes, int32_t channels,
                                     int16_t* sums) {
#if MOTE_HELIUM
  const mve_pred16_t some = vctp16q((uint32_t)channels);
  int16x8_t sum = vdupq_n_s16(0);
  for (; taps.rows > 0; --taps.rows, taps.first += row_bytes) {
    const int8_t* cell = taps.first;
    for (int32_t j = taps.columns; j > 0; --j, cell += cell_bytes) sum = vaddq_s16(sum, vldrbq_z_s16(cell, some));
  }
  vst1q_s16(sums, sum);
#else
  for (int32_t c = 0; c < channels; ++c) sums[c] = 0;
  for (int32_t i = 0; i < taps.rows * taps.columns; ++i) {
    const int8_t* const cell = taps.first + i / taps.columns * row_bytes + i % taps.columns * cell_bytes;
    for (int32_t c = 0; c < channels; ++c) sums[c] = (int16_t)(sums[c] + cell[c]);
  }
#endif
}
#endif

)";

constexpr std::string_view kAverageHeader =
    R"(/* Average pool: half away from zero, padded cells not counted. At most 255 cells. */
void mote_helium_average(const int8_t* input, int8_t* output, const mote_helium_pool* pool);
)";

constexpr std::string_view kAverageSource = R"(#include "mote_helium_average.h"

void mote_helium_average(const int8_t* input, int8_t* output, const mote_helium_pool* pool) {
  const mote_helium_pool p = *pool;
  for (int32_t position = 0; position < p.output_h * p.output_w; ++position, output += p.channels) {
    mote_helium_taps taps = mote_helium_pool_taps(&p, input, position / p.output_w, position % p.output_w);
    const int32_t cells = taps.rows * taps.columns;
    for (int32_t c = 0; c < p.channels; c += 8, taps.first += 8) {
      int16_t sums[8];
      const int32_t some = p.channels - c < 8 ? p.channels - c : 8;
      mote_helium_sum_8(taps, p.input_w * p.channels, p.channels, some, sums);
      for (int32_t i = 0; i < some; ++i) {
        const int32_t mean = (sums[i] > 0 ? sums[i] + cells / 2 : sums[i] - cells / 2) / cells;
        const int32_t at_least = mean < p.least ? p.least : mean;
        output[c + i] = (int8_t)(at_least > p.greatest ? p.greatest : at_least);
      }
    }
  }
}
)";

constexpr std::string_view kMaxHeader = R"(/* Max pool. */
void mote_helium_max(const int8_t* input, int8_t* output, const mote_helium_pool* pool);
)";

constexpr std::string_view kMaxSource = R"(#include "mote_helium_max.h"

static void mote_helium_max_16(mote_helium_taps taps, int32_t channels, int8_t* output, const mote_helium_pool* p) {
#if MOTE_HELIUM
  const mve_pred16_t some = vctp8q((uint32_t)channels);
  int8x16_t most = vdupq_n_s8((int8_t)p->least);
  for (; taps.rows > 0; --taps.rows, taps.first += p->input_w * p->channels) {
    const int8_t* cell = taps.first;
    for (int32_t j = taps.columns; j > 0; --j, cell += p->channels) most = vmaxq_s8(most, vldrbq_z_s8(cell, some));
  }
  vstrbq_p_s8(output, vminq_s8(most, vdupq_n_s8((int8_t)p->greatest)), some);
#else
  for (int32_t c = 0; c < channels; ++c) {
    int32_t most = p->least;
    for (int32_t i = 0; i < taps.rows * taps.columns; ++i) {
      const int8_t value = taps.first[(i / taps.columns * p->input_w + i % taps.columns) * p->channels + c];
      if (value > most) most = value;
    }
    output[c] = (int8_t)(most > p->greatest ? p->greatest : most);
  }
#endif
}

void mote_helium_max(const int8_t* input, int8_t* output, const mote_helium_pool* pool) {
  const mote_helium_pool p = *pool;
  for (int32_t position = 0; position < p.output_h * p.output_w; ++position, output += p.channels) {
    mote_helium_taps taps = mote_helium_pool_taps(&p, input, position / p.output_w, position % p.output_w);
    for (int32_t c = 0; c < p.channels; c += 16, taps.first += 16) {
      mote_helium_max_16(taps, p.channels - c < 16 ? p.channels - c : 16, output + c, &p);
    }
  }
}
)";

constexpr std::string_view kMeanHeader = R"(typedef struct mote_helium_mean_shape {
  int32_t outer, reduced, inner;
  int32_t bias; /* reduced times the input's offset */
  int32_t multiplier, shift, zero_point;
} mote_helium_mean_shape;

/* Mean over the middle of three axes, at most 255 elements. */
void mote_helium_mean(const int8_t* input, int8_t* output, const mote_helium_mean_shape* shape);
)";

constexpr std::string_view kMeanSource = R"(#include "mote_helium_mean.h"

void mote_helium_mean(const int8_t* input, int8_t* output, const mote_helium_mean_shape* shape) {
  const mote_helium_mean_shape s = *shape;
  for (int32_t o = 0; o < s.outer; ++o, input += s.reduced * s.inner, output += s.inner) {
    mote_helium_taps taps = {input, 1, s.reduced};
    for (int32_t c = 0; c < s.inner; c += 8, taps.first += 8) {
      int16_t sums[8];
      const int32_t some = s.inner - c < 8 ? s.inner - c : 8;
      mote_helium_sum_8(taps, 0, s.inner, some, sums);
      for (int32_t i = 0; i < some; ++i) {
        output[c + i] = mote_helium_requantize(sums[i] + s.bias, s.multiplier, s.shift, s.zero_point, -128, 127);
      }
    }
  }
}
)";

struct Pool {
  std::string_view name;  // of the core
  std::string_view header, source;
  mote_window window;
  std::int64_t channels;
  std::string shape_type, shape;
  std::int64_t lanes;                // channels side by side
  std::int64_t output_instructions;  // to finish one output
  std::int64_t core_flash_bytes;
};

template <class Parameters>
Pool pool_of(const Parameters& params, std::string_view name, std::string_view header, std::string_view source) {
  const mote_window& w = params.window;
  Pool pool{name, header, source, w, params.channels, "mote_helium_pool", {}, 8, 15, 0};
  pool.shape = fmt::format("{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}", w.input_h, w.input_w, w.output_h,
                           w.output_w, w.kernel_h, w.kernel_w, w.stride_h, w.stride_w, w.pad_top, w.pad_left,
                           params.channels, params.activation.min, params.activation.max);
  return pool;
}

Pool mean_of(const mote_mean_s8_params& params) {
  mote_window w{params.outer, params.reduced, params.outer, 1, 1, params.reduced, 1, 1, 1, 1, 0, 0};
  Pool pool{"mote_helium_mean", kMeanHeader, kMeanSource, w, params.inner, "mote_helium_mean_shape", {}, 8, 26, 0};
  pool.shape = fmt::format("{}, {}, {}, {}, {}, {}, {}", params.outer, params.reduced, params.inner,
                           params.reduced * params.input_offset, params.scaling.multiplier, params.scaling.shift,
                           params.output_offset);
  return pool;
}

std::optional<Pool> pool_of(const Layer& layer) {
  if (layer.set != InstructionSet::kHelium) return std::nullopt;
  const plan::KernelCall& call = layer.call;
  if (call.op == &mote_average_pool2d_s8_op) {
    const auto& params = call.parameters_as<mote_average_pool2d_s8_params>(mote_average_pool2d_s8_op);
    if (params.window.kernel_h * params.window.kernel_w > kGreatestCells) return std::nullopt;
    Pool pool = pool_of(params, "mote_helium_average", kAverageHeader, kAverageSource);
    pool.core_flash_bytes = 400;
    return pool;
  }
  if (call.op == &mote_max_pool2d_s8_op) {
    const auto& params = call.parameters_as<mote_max_pool2d_s8_params>(mote_max_pool2d_s8_op);
    Pool pool = pool_of(params, "mote_helium_max", kMaxHeader, kMaxSource);
    pool.lanes = 16;
    pool.output_instructions = 0;
    pool.core_flash_bytes = 336;
    return pool;
  }
  if (call.op != &mote_mean_s8_op) return std::nullopt;
  const auto& params = call.parameters_as<mote_mean_s8_params>(mote_mean_s8_op);
  if (params.reduced > kGreatestCells || params.scaling.shift > 0) return std::nullopt;
  Pool pool = mean_of(params);
  pool.core_flash_bytes = 350;
  return pool;
}

struct Cells {
  std::int64_t rows = 0, cells = 0;  // over all positions
  std::int64_t least_distance = 0;
};

Cells count_cells(const Pool& pool) {
  const mote_window& w = pool.window;
  Cells all;
  all.least_distance = -std::int64_t{w.input_h} * w.input_w * pool.channels;
  for (std::int64_t y = 0; y < w.output_h; ++y) {
    const std::int64_t top = std::max<std::int64_t>(y * w.stride_h - w.pad_top, 0);
    const std::int64_t rows = std::min<std::int64_t>(y * w.stride_h - w.pad_top + w.kernel_h, w.input_h) - top;
    for (std::int64_t x = 0; x < w.output_w; ++x) {
      const std::int64_t left = std::max<std::int64_t>(x * w.stride_w - w.pad_left, 0);
      const std::int64_t columns = std::min<std::int64_t>(x * w.stride_w - w.pad_left + w.kernel_w, w.input_w) - left;
      all.rows += rows;
      all.cells += rows * columns;
      const std::int64_t end = (y * w.output_w + x + 1) * pool.channels;
      all.least_distance = std::max(all.least_distance, end - (top * w.input_w + left) * pool.channels);
    }
  }
  return all;
}

std::int64_t instructions(const Pool& pool, const Cells& cells) {
  const std::int64_t positions = std::int64_t{pool.window.output_h} * pool.window.output_w;
  const std::int64_t blocks = (pool.channels + pool.lanes - 1) / pool.lanes;
  const bool sums = pool.output_instructions > 0;
  const std::int64_t position = (sums ? 62 : 33) + 30 * blocks + pool.output_instructions * pool.channels;
  return 40 + positions * position + blocks * (8 * cells.rows + (sums ? 6 : 5) * cells.cells);
}

class HeliumPool final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const std::optional<Pool> pool = pool_of(layer);
    if (!pool) return {};
    const Cells cells = count_cells(*pool);
    plan::KernelOption option;
    option.name = "helium_pool";
    option.inputs = {plan::Layout::kNhwc};
    option.overlaps = {{0, cells.least_distance, 1}};
    option.flash_bytes = (pool->shape_type == "mote_helium_pool" ? 52 : 28) + 24;
    option.cores = {std::string(pool->name)};
    option.core_flash_bytes = pool->core_flash_bytes;
    option.instructions = instructions(*pool, cells);
    option.reason = fmt::format("{} channels side by side", pool->lanes);
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const Pool pool = *pool_of(layer);
    std::string text = fmt::format("static const {} {}_shape = {{{}}};\n\n", pool.shape_type, call.symbol, pool.shape);
    text += fmt::format("static void {}(uint8_t* arena) {{\n", call.symbol);
    text += fmt::format("  {}((const int8_t*)(arena + {}), (int8_t*)(arena + {}), &{}_shape);\n}}\n", pool.name,
                        call.inputs[0].offset_bytes, call.output.offset_bytes, call.symbol);
    Core core{std::string(pool.name), std::string(kTypes) + std::string(pool.header), std::string(pool.source)};
    return {std::move(text), {base_core(), std::move(core)}};
  }
};

}  // namespace

const Generator& helium_pool_generator() {
  static const HeliumPool generator;
  return generator;
}

}  // namespace mote::codegen
