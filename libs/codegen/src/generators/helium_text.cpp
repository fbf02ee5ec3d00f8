#include "helium_text.h"

#include <fmt/format.h>

namespace mote::codegen::helium {
namespace {

constexpr std::size_t kLineWidth = 116;

constexpr std::string_view kBaseHeader = R"(#include <stdint.h>

#if defined(__ARM_FEATURE_MVE) && !defined(MOTE_PORTABLE)
#define MOTE_HELIUM 1
#include <arm_mve.h>

static inline void mote_helium_copy_16(int8_t* to, const int8_t* from) { vst1q_s8(to, vld1q_s8(from)); }
static inline void mote_helium_copy_8(int8_t* to, const int8_t* from) { vstrbq_s16(to, vldrbq_s16(from)); }
static inline void mote_helium_copy_4(int8_t* to, const int8_t* from) { vstrbq_s32(to, vldrbq_s32(from)); }

/* sum * multiplier * 2^(shift - 31), doubly rounded as TensorFlow Lite Micro does, shift in [-31, 0]. VRSHL rounds ties
 * up; one less, a negative tie falls away from zero and nothing else changes. Shift 0 has no ties. */
static inline int32x4_t mote_helium_scale_4(int32x4_t sum, int32x4_t multiplier, int32x4_t shift) {
  const int32x4_t high = vqrdmulhq_s32(sum, multiplier);
  const int32x4_t less = vshrq_n_s32(vandq_s32(high, shift), 31);
  return vrshlq_s32(vqaddq_s32(high, less), shift);
}

/* The same for shift in [-31, 30]. */
static inline int32x4_t mote_helium_scale_any_4(int32x4_t sum, int32x4_t multiplier, int32x4_t shift) {
  const int32x4_t zero = vdupq_n_s32(0);
  return mote_helium_scale_4(vshlq_s32(sum, vmaxq_s32(shift, zero)), multiplier, vminq_s32(shift, zero));
}
#else
#define MOTE_HELIUM 0
#define MOTE_HELIUM_COPY(bytes)                                                        \
  static inline void mote_helium_copy_##bytes(int8_t* to, const int8_t* from) {        \
    for (int32_t i = 0; i < (bytes); ++i) to[i] = from[i];                             \
  }
MOTE_HELIUM_COPY(16)
MOTE_HELIUM_COPY(8)
MOTE_HELIUM_COPY(4)
#endif

/* sum * multiplier * 2^(shift - 31), doubly rounded as TensorFlow Lite Micro does, shift in [-31, 30]. */
static inline int32_t mote_helium_scale(int32_t sum, int32_t multiplier, int32_t shift) {
  const int32_t right = shift < 0 ? -shift : 0;
  const int32_t left = (int32_t)((uint32_t)sum << (shift > 0 ? shift : 0));
  const int32_t high = (int32_t)(((int64_t)left * multiplier + (INT64_C(1) << 30)) >> 31);
  const int32_t mask = (int32_t)((UINT32_C(1) << right) - 1u);
  const int32_t threshold = (mask >> 1) + (high < 0 ? 1 : 0);
  return (high >> right) + ((high & mask) > threshold ? 1 : 0);
}

static inline int8_t mote_helium_requantize(int32_t sum, int32_t multiplier, int32_t shift, int32_t zero_point,
                                            int32_t least, int32_t greatest) {
  const int32_t scaled = mote_helium_scale(sum, multiplier, shift);
  if (scaled < least - zero_point) return (int8_t)least;
  return (int8_t)(scaled > greatest - zero_point ? greatest : scaled + zero_point);
}
)";

constexpr std::string_view kPatchHeader = R"(#include "mote_helium_base.h"

/* A window over an NHWC input. A run is what lies together: all taps of a row, or one tap where columns are dilated. */
typedef struct mote_helium_window {
  int32_t input_h, input_w, channels;
  int32_t kernel_h, kernel_w;
  int32_t dilation_h, dilation_w;
  int32_t run_taps;
  int32_t zero_point;
} mote_helium_window;

/* Gathers the patch whose first tap lies at (y, x), which may be outside: such taps are the zero point. `row` has room
 * for whole vectors of 16. */
void mote_helium_patch(int8_t* row, const int8_t* input, const mote_helium_window* window, int32_t y,
                              int32_t x);
)";

constexpr std::string_view kPatchSource = R"(#include "mote_helium_patch.h"

#if MOTE_HELIUM
static void mote_helium_patch_rows(int8_t* to, const int8_t* from, int32_t bytes, int32_t rows, int32_t to_pitch,
                      int32_t from_pitch) {
  const int32_t whole = (bytes - 1) & ~15;
  const mve_pred16_t tail = vctp8q((uint32_t)(bytes - whole));
  if (whole == 0) {
    for (; rows > 0; --rows, to += to_pitch, from += from_pitch) vstrbq_p_s8(to, vldrbq_z_s8(from, tail), tail);
    return;
  }
  for (; rows > 0; --rows, to += to_pitch, from += from_pitch) {
    for (int32_t i = 0; i < whole; i += 16) mote_helium_copy_16(to + i, from + i);
    vstrbq_p_s8(to + whole, vldrbq_z_s8(from + whole, tail), tail);
  }
}
#else
static void mote_helium_patch_rows(int8_t* to, const int8_t* from, int32_t bytes, int32_t rows, int32_t to_pitch,
                      int32_t from_pitch) {
  for (; rows > 0; --rows, to += to_pitch, from += from_pitch) {
    for (int32_t i = 0; i < bytes; ++i) to[i] = from[i];
  }
}
#endif

static void mote_helium_patch_fill(int8_t* row, int32_t bytes, int32_t value) {
#if MOTE_HELIUM
  const int8x16_t values = vdupq_n_s8((int8_t)value);
  for (int32_t i = 0; i < bytes; i += 16) vst1q_s8(row + i, values);
#else
  for (int32_t i = 0; i < bytes; ++i) row[i] = (int8_t)value;
#endif
}

static int32_t divide_up(int32_t value, int32_t divisor) { return (value + divisor - 1) / divisor; }

void mote_helium_patch(int8_t* row, const int8_t* input, const mote_helium_window* window, int32_t y,
                              int32_t x) {
  const mote_helium_window w = *window;
  const int32_t row_bytes = w.kernel_w * w.channels;
  const int32_t input_row_bytes = w.input_w * w.channels;
  const int32_t first_row = y < 0 ? divide_up(-y, w.dilation_h) : 0;
  const int32_t rows_below = divide_up(w.input_h - y, w.dilation_h);
  const int32_t rows = (rows_below < w.kernel_h ? rows_below : w.kernel_h) - first_row;
  mote_helium_patch_fill(row, w.kernel_h * row_bytes, w.zero_point);
  row += first_row * row_bytes;
  input += (y + first_row * w.dilation_h) * input_row_bytes;
  for (int32_t tap = 0; tap < w.kernel_w; tap += w.run_taps) {
    const int32_t column = x + tap * w.dilation_w;
    const int32_t first = column < 0 ? -column : 0;
    const int32_t room = w.input_w - column;
    const int32_t end = room < w.run_taps ? room : w.run_taps;
    if (first >= end) continue;
    mote_helium_patch_rows(row + (tap + first) * w.channels, input + (column + first) * w.channels, (end - first) * w.channels,
              rows, row_bytes, w.dilation_h * input_row_bytes);
  }
}
)";

constexpr std::string_view kCopyHeader = R"(#include "mote_helium_base.h"

/* Copies `bytes` >= 16. */
void mote_helium_copy(int8_t* to, const int8_t* from, int32_t bytes);
)";

constexpr std::string_view kCopySource = R"(#include "mote_helium_copy.h"

void mote_helium_copy(int8_t* to, const int8_t* from, int32_t bytes) {
  int32_t i = 0;
  for (; i < bytes - 16; i += 16) mote_helium_copy_16(to + i, from + i);
  mote_helium_copy_16(to + bytes - 16, from + bytes - 16);
}
)";

template <class T>
std::string table_of(std::string_view type, std::string_view name, std::span<const T> values) {
  std::string text = fmt::format("static const {} {}[] = {{", type, name);
  std::string line = "\n   ";
  for (const T value : values) {
    const std::string item = fmt::format(" {},", value);
    if (line.size() + item.size() > kLineWidth) {
      text += line;
      line = "\n   ";
    }
    line += item;
  }
  return text + line + "\n};\n";
}

}  // namespace

std::string table(std::string_view name, std::span<const std::int8_t> values) {
  return table_of("int8_t", name, values);
}

std::string table(std::string_view name, std::span<const std::int16_t> values) {
  return table_of("int16_t", name, values);
}

std::string table(std::string_view name, std::span<const std::int32_t> values) {
  std::string text = fmt::format("static const int32_t {}[] = {{", name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % 8 == 0) text += "\n   ";
    // -2147483648 is no literal of C.
    text += values[i] == INT32_MIN ? " INT32_MIN," : fmt::format(" {},", values[i]);
  }
  return text + "\n};\n";
}

std::string copy_bytes(std::string_view to, std::string_view from, std::int64_t bytes) {
  if (copies_by_call(bytes)) return fmt::format("  mote_helium_copy({}, {}, {});\n", to, from, bytes);
  std::string text;
  std::int64_t done = 0;
  const auto copy = [&](std::int64_t at, std::int64_t width) {
    text += fmt::format("  mote_helium_copy_{}({} + {}, {} + {});\n", width, to, at, from, at);
    done = at + width;
  };
  for (std::int64_t width = kLanes; width >= 4; width /= 2) {
    while (bytes - done >= width) copy(done, width);
    if (done > 0 && done < bytes && bytes >= width) copy(bytes - width, width);
  }
  for (; done < bytes; ++done) text += fmt::format("  ({})[{}] = ({})[{}];\n", to, done, from, done);
  return text;
}

std::int64_t copy_instructions(std::int64_t bytes, std::int64_t to_offset, std::int64_t from_offset) {
  constexpr std::int64_t kReach = 127;
  if (copies_by_call(bytes)) return 15 + 3 * ((bytes + kLanes - 1) / kLanes);
  const std::int64_t width = bytes >= 16 ? 16 : bytes >= 8 ? 8 : bytes >= 4 ? 4 : 1;
  std::int64_t count = 0;
  for (std::int64_t at = 0; at < bytes; at += width) {
    count += 2 + (to_offset + at > kReach ? 1 : 0) + (from_offset + at > kReach ? 1 : 0);
  }
  return count;
}

std::string function_assembly(std::string_view name, std::string_view body) {
  std::string assembly = fmt::format(
      " .pushsection .text.{0},\\\"ax\\\",%progbits\n .syntax unified\n .thumb\n .balign 4\n .global {0}\n"
      " .thumb_func\n .type {0},%function\n{0}:{1}\n .size {0},.-{0}\n .popsection\n",
      name, body);
  std::string text = "__asm__(\n";
  for (std::size_t start = 0; start < assembly.size();) {
    const std::size_t end = assembly.find('\n', start);
    text += fmt::format("    \"{}\\n\"\n", assembly.substr(start, end - start));
    start = end + 1;
  }
  return text + ");\n";
}

const Core& base_core() {
  static const Core core{"mote_helium_base", std::string(kBaseHeader), "#include \"mote_helium_base.h\"\n"};
  return core;
}

const Core& copy_core() {
  static const Core core{"mote_helium_copy", std::string(kCopyHeader), std::string(kCopySource)};
  return core;
}

const Core& patch_core() {
  static const Core core{"mote_helium_patch", std::string(kPatchHeader), std::string(kPatchSource)};
  return core;
}

}  // namespace mote::codegen::helium
