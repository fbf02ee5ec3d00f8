#include "depthwise_taps_core.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "c_text.h"

namespace mote::codegen {
namespace {

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

static void @NAME@_row(const mote_depthwise_taps_layer* p, const int16_t* from, const int16_t* weights,
                       const int32_t* ends, uint8_t* to, int32_t count) {
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

static void @NAME@_plane(const mote_depthwise_taps_layer* p, const int16_t* plane, const int16_t* weights,
                         const int32_t* ends, uint8_t* output) {
  const int32_t line = p->dilation_w * p->run;
  int32_t y;
  int32_t first;
  for (y = 0; y < p->output_h; ++y, plane += p->stride_h * line, output += p->output_w) {
    for (first = 0; first < p->dilation_w && first < p->output_w; ++first) {
      const int32_t count = (p->output_w - first + p->dilation_w - 1) / p->dilation_w;
      @NAME@_row(p, plane + first * p->run, weights, ends, output + first, count);
    }
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
    for (m = 0; m < layer->multiplier; ++m, ends += @END_WORDS@, output += layer->output_pitch) {
      @NAME@_widen(layer, from, weights);
      @NAME@_plane(layer, plane, weights, ends, output);
      from += layer->kernel_h * layer->kernel_w;
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

std::string products_text(const TapsCore& core) {
  static constexpr std::array<char, kTapsOutputs> kSums{'a', 'b', 'c', 'd'};
  std::string text;
  for (std::int32_t pair = 0; pair < core.pairs; ++pair) {
    text += fmt::format("      const uint32_t w{0} = @NAME@_pair(w + {1});\n", pair, 2 * pair);
    for (std::size_t i = 0; i < kSums.size(); ++i) {
      const std::int32_t at = static_cast<std::int32_t>(i) * core.stride + 2 * pair;
      text += fmt::format("      {0} = @NAME@_multiply(@NAME@_pair(row + {1}), w{2}, {0});\n", kSums[i], at, pair);
    }
  }
  return text;
}

}  // namespace

std::string taps_core_name(const TapsCore& core) {
  const char* form = core.form == EndForm::kPrescaled ? "" : core.form == EndForm::kDoubled ? "_any" : "_mixed";
  return fmt::format("mote_depthwise_taps_{}_stride{}{}", 2 * core.pairs, core.stride, form);
}

Core taps_core_text(const TapsCore& core) {
  const bool is_prescaled = core.form == EndForm::kPrescaled;
  const std::string name = taps_core_name(core);
  const std::array<std::pair<std::string_view, std::string>, 11> places{{
      {"@INTRINSICS@", with_fallback(std::string(kMultiplyAssembly) + std::string(kScaleAssembly),
                                     std::string(kMultiplyC) + std::string(kScaleC)) +
                           std::string(kEnd)},
      {"@PRODUCTS@", products_text(core)},
      {"@SCALE@", is_prescaled ? "smmla" : "smmlar"},
      {"@ROUND@", is_prescaled ? "0" : "((int64_t)1 << 31)"},
      {"@SHIFT@", is_prescaled ? "p->final_shift" : "ends[3]"},
      {"@CARRIED@", is_prescaled ? "8" : "1"},
      {"@SIGN@", is_prescaled                    ? ""
                 : core.form == EndForm::kMasked ? " + ((carried & end->shift) >> 31)"
                                                 : " + (carried >> 31)"},
      {"@TAPS@", std::to_string(2 * core.pairs)},
      {"@STRIDE@", std::to_string(core.stride)},
      {"@END_WORDS@", std::to_string(core.end_words())},
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
std::int64_t taps_core_bytes(const TapsCore& core) {
  return 1066 + 36 * core.pairs;
}

}  // namespace mote::codegen
