#include "int16_gather.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "assembly.h"
#include "c_text.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kIntrinsics = R"(/* Two values, wherever they lie, by one word. */
static inline void {0}_move(int16_t* to, const int16_t* from) {{
  uint32_t word;
  __asm__("ldr %0, %1" : "=r"(word) : "m"(*(const int16_t(*)[2])from));
  __asm__("str %1, %0" : "=m"(*(int16_t(*)[2])to) : "r"(word));
}}
)";

constexpr std::string_view kFallback = R"(static inline void {0}_move(int16_t* to, const int16_t* from) {{
  to[0] = from[0];
  to[1] = from[1];
}}
)";

// {0} name; `step`: values of the patch from one pair of a position to the next.
constexpr std::string_view kGather = R"(
/* Puts `count` > 0 values at place `index` of a position. */
static inline void {0}_copy(int16_t* patch, int32_t step, int32_t index, const int16_t* from, int32_t count) {{
  int16_t* to = patch + (index >> 1) * step;
  if (index % 2 != 0) {{
    to[1] = *from++;
    to += step;
    --count;
  }}
  for (; count >= 8; count -= 8, from += 8) {{
    {0}_move(to, from);
    to += step;
    {0}_move(to, from + 2);
    to += step;
    {0}_move(to, from + 4);
    to += step;
    {0}_move(to, from + 6);
    to += step;
  }}
  for (; count >= 2; count -= 2, from += 2, to += step) {0}_move(to, from);
  if (count > 0) *to = *from;
}}

static inline int32_t {0}_between(int32_t value, int32_t least, int32_t greatest) {{
  const int32_t enough = value < least ? least : value;
  return enough > greatest ? greatest : enough;
}}

void {0}(const mote_window* window, int32_t channels, const int16_t* input, int32_t position, int16_t* patch,
    int32_t step) {{
  const mote_window* const w = window;
  const int32_t run = w->dilation_w == 1 ? w->kernel_w : 1;
  const int32_t top = position / w->output_w * w->stride_h - w->pad_top;
  const int32_t left = position % w->output_w * w->stride_w - w->pad_left;
  const int32_t first = top >= 0 ? 0 : (w->dilation_h - 1 - top) / w->dilation_h;
  const int32_t rows = {0}_between((w->input_h - top + w->dilation_h - 1) / w->dilation_h, first, w->kernel_h) - first;
  const int32_t right = left + (w->kernel_w - 1) * w->dilation_w;
  if (rows < w->kernel_h || left < 0 || right >= w->input_w) {{
    int16_t* to = patch;
    for (int32_t k = w->kernel_h * w->kernel_w * channels; k > 0; k -= 2, to += step) to[0] = to[1] = 0;
  }}
  for (int32_t j = 0; j < w->kernel_w; j += run) {{
    const int32_t column = left + j * w->dilation_w;
    const int32_t begin = {0}_between(-column, 0, run);
    const int32_t count = ({0}_between(w->input_w - column, begin, run) - begin) * channels;
    const int16_t* from = input + ((top + first * w->dilation_h) * w->input_w + column + begin) * channels;
    int32_t index = (first * w->kernel_w + j + begin) * channels;
    if (count == 0) continue;
    for (int32_t i = rows; i > 0; --i) {{
      {0}_copy(patch, step, index, from, count);
      from += w->dilation_h * w->input_w * channels;
      index += w->kernel_w * channels;
    }}
  }}
}}
)";

constexpr std::string_view kInterleave = "mote_int16_interleave";

struct Interleave {
  Assembly assembly;
  std::int64_t turn = 0;  // instructions of the loop over two pairs
  std::int64_t rest = 0;  // of one pair behind it
};

Interleave interleave() {
  static constexpr std::array<const char*, 4> kCells{"r0", "r3", "r6", "r7"};
  static constexpr std::array<const char*, 4> kFirst{"r4", "r5", "r8", "r9"};
  static constexpr std::array<const char*, 4> kSecond{"r10", "r11", "r12", "lr"};
  Interleave parts;
  Assembly& a = parts.assembly;
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add("add r6, r0, r3, lsl #1");
  a.add("add r7, r6, r3");
  a.add("add r3, r3, r0");
  a.add("subs r2, r2, #2");
  a.add("blt 2f");
  const std::int64_t before = a.instructions();
  a.label(1);
  for (std::size_t i = 0; i < kCells.size(); ++i)
    a.add(fmt::format("ldrd {}, {}, [{}], #8", kFirst[i], kSecond[i], kCells[i]));
  a.add("stm.w r1!, {r4, r5, r8, r9}");
  a.add("stm.w r1!, {r10, r11, r12, lr}");
  a.add("subs r2, r2, #2");
  a.add("bge 1b");
  parts.turn = a.instructions() - before;
  a.label(2);
  a.add("adds r2, r2, #2");
  a.add("beq 3f");
  const std::int64_t rest = a.instructions();
  for (std::size_t i = 0; i < kCells.size(); ++i) a.add(fmt::format("ldr.w {}, [{}]", kFirst[i], kCells[i]));
  a.add("stm.w r1!, {r4, r5, r8, r9}");
  parts.rest = a.instructions() - rest;
  a.label(3);
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  return parts;
}

constexpr std::string_view kInterleaveFallback = R"({0} {{
  for (uint32_t i = 0; i < 2 * pairs; ++i) {{
    for (uint32_t p = 0; p < 4; ++p) patch[(i / 2 * 4 + p) * 2 + i % 2] = input[p * (step_bytes / 2) + i];
  }}
}}
)";

}  // namespace

Core int16_gather() {
  Core core;
  core.name = "mote_int16_gather";
  core.header = fmt::format(
      "#include \"mote/runtime/types.h\"\n"
      "void {}(const mote_window* window, int32_t channels, const int16_t* input, int32_t position, int16_t* patch,\n"
      "    int32_t step);\n",
      core.name);
  core.source = with_fallback(fmt::format(fmt::runtime(kIntrinsics), core.name),
                              fmt::format(fmt::runtime(kFallback), core.name)) +
                fmt::format(fmt::runtime(kGather), core.name);
  return core;
}

// Fitted to windows of every kind on a Cortex-M4, gcc 12 -O2.
std::int64_t int16_gather_instructions(const WindowedLayer& layer, std::int64_t first) {
  constexpr double kPerPosition = 149;
  constexpr double kPerRun = 45.4;
  constexpr double kPerValue = 1.3;
  constexpr double kPerCleared = 2.5;
  const mote_window& w = layer.window;
  double sum = kPerPosition * static_cast<double>(layer.positions() - first);
  for (std::int64_t position = first; position < layer.positions(); ++position) {
    const auto y = static_cast<std::int32_t>(position / w.output_w);
    const auto x = static_cast<std::int32_t>(position % w.output_w);
    const std::int32_t rows = taps_inside(y * w.stride_h - w.pad_top, w.kernel_h, w.dilation_h, w.input_h);
    const std::int32_t columns = taps_inside(x * w.stride_w - w.pad_left, w.kernel_w, w.dilation_w, w.input_w);
    const std::int32_t runs = rows * (w.dilation_w == 1 ? std::min(columns, 1) : columns);
    sum += kPerRun * runs + kPerValue * static_cast<double>(std::int64_t{rows} * columns * layer.input_c);
    if (rows * columns < w.kernel_h * w.kernel_w) sum += kPerCleared * static_cast<double>(layer.depth());
  }
  return static_cast<std::int64_t>(sum);
}

Core int16_interleave() {
  const std::string declaration =
      fmt::format("void {}(const int16_t* input, int16_t* patch, uint32_t pairs, uint32_t step_bytes)", kInterleave);
  return arm_dsp_core({std::string(kInterleave), "#include <stdint.h>\n", declaration,
                       fmt::format(fmt::runtime(kInterleaveFallback), declaration)},
                      interleave().assembly);
}

std::int64_t int16_interleave_bytes() {
  return interleave().assembly.bytes();
}

std::int64_t int16_interleave_instructions(std::int64_t pairs) {
  const Interleave parts = interleave();
  return parts.assembly.instructions() - parts.turn - parts.rest + pairs / 2 * parts.turn + pairs % 2 * parts.rest;
}

}  // namespace mote::codegen
