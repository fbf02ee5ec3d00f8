#include "int16_taps_core.h"

#include <fmt/format.h>

#include <array>

#include "windowed_layer.h"

namespace mote::codegen {
namespace {

// What the assembly keeps on the stack, bytes from sp; with the nine saved registers sp stays a multiple of 8.
enum Frame : int {
  kOutput = 0,
  kStep = 4,  // bytes to the next four channels
  kInput = 8,
  kEnds = 12,
  kEntry = 16,
  kCell = 20,
  kFrameBytes = 28
};

constexpr std::array<const char*, 4> kSums{"r4", "r5", "r6", "r7"};

// {0} name. The fields of a cell are read by the assembly, in this order.
constexpr std::string_view kIncludes = R"(#include "mote/runtime/types.h"

#ifndef MOTE_INT16_TAPS_SHAPE
#define MOTE_INT16_TAPS_SHAPE
typedef struct mote_int16_taps_shape {
  mote_window window;
  int32_t channels;     /* four or more */
  const uint32_t* stream_end;
  int32_t above, below; /* bounds of the output: 32767 - greatest, -32768 - least */
} mote_int16_taps_shape;

/* One output position: its taps inside the input. */
typedef struct mote_int16_cell {
  const uint32_t* stream_end;
  uint32_t taps_bytes; /* of all taps of four channels in the stream */
  uint32_t rows;
  uint32_t columns;
  uint32_t skipped_bytes; /* of taps before the first */
  uint32_t column_bytes;  /* from a tap to the next of its row */
  uint32_t row_bytes;     /* from behind a row of taps to the next */
  uint32_t row_skip_bytes; /* the same in the stream */
  uint32_t first_step;     /* bytes from the first four channels to the next: 2·(channels % 4), or 8 */
  int32_t above, below;
} mote_int16_cell;
#endif

)";

struct Parts {
  Assembly assembly;
  std::int64_t once = 0;      // instructions of a call
  std::int64_t channels = 0;  // of four channels, without rows
  std::int64_t row = 0;       // of a row, without taps
  std::int64_t tap = 0;
};

void add_tap(Assembly& a, const Int16TapsCore& core) {
  if (core.has_odd_channels) {
    a.add("ldr r8, [r0]");
    a.add("ldr r9, [r0, #4]");
  } else {
    a.add("ldrd r8, r9, [r0]");
  }
  a.add("add r0, r0, r10");
  a.add("ldm r1!, {r2, r3}");
  a.add("smlabb r4, r8, r2, r4");
  a.add("smlatt r5, r8, r2, r5");
  a.add("smlabb r6, r9, r3, r6");
  a.add("smlatt r7, r9, r3, r7");
}

void add_prologue(Assembly& a, const Int16TapsCore& core) {
  Assembly tap;
  add_tap(tap, core);
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add(fmt::format("sub sp, sp, #{}", kFrameBytes + 0));
  a.add("ldr r4, [r3, #32]");
  a.add(fmt::format("strd r2, r4, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("str r0, [sp, #{}]", kInput + 0));
  a.add("ldr r4, [r3, #12]");
  a.add(fmt::format("rsb r4, r4, #{}", core.kernel_w));
  a.add("adr.w r5, 3f");
  a.add(fmt::format("movs r6, #{}", tap.bytes()));
  a.add("mla r4, r4, r6, r5");
  a.add("orr r4, r4, #1");
  a.add(fmt::format("strd r4, r3, [sp, #{}]", kEntry + 0));
  a.add("ldrd r10, r11, [r3, #20]");
  a.add("ldr r12, [r3, #28]");
}

void add_ends(Assembly& a, const Int16TapsCore& core) {
  static constexpr std::array<const char*, 4> kMultipliers{"r2", "r3", "r8", "r9"};
  a.add(fmt::format("ldr r1, [sp, #{}]", kEnds + 0));
  a.add("ldm.w r1!, {r2, r3, r8, r9}");
  for (std::size_t c = 0; c < 4; ++c) a.add(fmt::format("smmulr {0}, {0}, {1}", kSums[c], kMultipliers[c]));
  if (core.bounds == Int16Bounds::kAny) {
    a.add(fmt::format("ldr r0, [sp, #{}]", kCell + 0));
    a.add("ldrd r2, r3, [r0, #36]");
  }
  for (const char* sum : kSums) add_bounds(a, core.bounds, sum, "r2", "r3");
  a.add(fmt::format("ldrd r2, r3, [sp, #{}]", kOutput + 0));
  for (std::size_t c = 0; c < 4; ++c) a.add(fmt::format("strh.w {}, [r2, #{}]", kSums[c], 2 * c));
  a.add(fmt::format("ldr r0, [sp, #{}]", kInput + 0));
  a.add("add r0, r0, r3");
  a.add(fmt::format("str r0, [sp, #{}]", kInput + 0));
  a.add("add r2, r2, r3");
  a.add("movs r3, #8");
  a.add(fmt::format("strd r2, r3, [sp, #{}]", kOutput + 0));
}

Parts assemble(const Int16TapsCore& core) {
  Parts parts;
  Assembly& a = parts.assembly;
  add_prologue(a, core);
  const std::int64_t prologue = a.instructions();
  a.label(1);
  a.add("ldm r1!, {r4, r5, r6, r7}");
  a.add(fmt::format("ldr r3, [sp, #{}]", kCell + 0));
  a.add("ldrd r2, lr, [r3, #4]");
  a.add("ldr r3, [r3, #16]");
  a.add("add r2, r2, r1");
  a.add(fmt::format("str r2, [sp, #{}]", kEnds + 0));
  a.add("add r1, r1, r3");
  a.add(fmt::format("ldr r0, [sp, #{}]", kInput + 0));
  const std::int64_t before = a.instructions();
  a.label(2);
  a.add(fmt::format("ldr pc, [sp, #{}]", kEntry + 0));
  a.label(3);
  a.repeat(core.kernel_w, [&] { add_tap(a, core); });
  a.add("add r0, r0, r11");
  a.add("add r1, r1, r12");
  a.add("subs.w lr, lr, #1");
  a.add("bne 2b");
  const std::int64_t rows = a.instructions() - before;
  Assembly tap;
  add_tap(tap, core);
  parts.tap = tap.instructions();
  parts.row = rows - core.kernel_w * parts.tap;
  add_ends(a, core);
  a.add(fmt::format("ldr r3, [sp, #{}]", kCell + 0));
  a.add("ldr r3, [r3]");
  a.add("cmp r1, r3");
  a.add("bne.w 1b");
  parts.channels = a.instructions() - prologue - rows;
  a.add(fmt::format("add sp, sp, #{}", kFrameBytes + 0));
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - parts.channels - rows;
  return parts;
}

// {0} name.
constexpr std::string_view kFallback = R"({0} {{
  uint32_t step = cell->first_step;
  while (stream != cell->stream_end) {{
    const uint32_t* const ends = stream + 4 + cell->taps_bytes / 4;
    for (uint32_t c = 0; c < 4; ++c) {{
      const int16_t* in = input + c;
      const uint32_t* weights = stream + 4 + cell->skipped_bytes / 4 + c / 2;
      uint32_t sum = stream[c];
      for (uint32_t i = 0; i < cell->rows; ++i) {{
        for (uint32_t j = 0; j < cell->columns; ++j) {{
          sum += (uint32_t)(*in * (int16_t)(uint16_t)(*weights >> (c % 2 * 16)));
          in += cell->column_bytes / 2;
          weights += 2;
        }}
        in += (int32_t)cell->row_bytes / 2;
        weights += cell->row_skip_bytes / 4;
      }}
      output[c] = {1}_end((int32_t)sum, (int32_t)ends[c], cell->above, cell->below);
    }}
    stream = ends + 4;
    input += step / 2;
    output += step / 2;
    step = 8;
  }}
}}
)";

// {0} name.
constexpr std::string_view kPositions = R"(
/* Taps of one axis inside the input. */
typedef struct {0}_taps {{
  int32_t first, count;
}} {0}_taps;

static {0}_taps {0}_clip(int32_t begin, int32_t taps, int32_t dilation, int32_t extent) {{
  const int32_t first = begin >= 0 ? 0 : (dilation - 1 - begin) / dilation;
  const int32_t end = (extent - begin + dilation - 1) / dilation;
  const {0}_taps inside = {{first, (end < taps ? end : taps) - first}};
  return inside;
}}

void {0}(const int16_t* input, const uint32_t* stream, int16_t* output, const mote_int16_taps_shape* shape) {{
  const mote_window* const w = &shape->window;
  const int32_t channels = shape->channels;
  mote_int16_cell cell;
  cell.stream_end = shape->stream_end;
  cell.taps_bytes = 8 * (uint32_t)(w->kernel_h * w->kernel_w);
  cell.column_bytes = 2 * (uint32_t)(w->dilation_w * channels);
  cell.first_step = channels % 4 == 0 ? 8 : 2 * (uint32_t)(channels % 4);
  cell.above = shape->above;
  cell.below = shape->below;
  for (int32_t y = 0; y < w->output_h; ++y) {{
    const int32_t top = y * w->stride_h - w->pad_top;
    const {0}_taps rows = {0}_clip(top, w->kernel_h, w->dilation_h, w->input_h);
    const int16_t* const line = input + (top + rows.first * w->dilation_h) * w->input_w * channels;
    cell.rows = (uint32_t)rows.count;
    for (int32_t x = 0; x < w->output_w; ++x, output += channels) {{
      const int32_t left = x * w->stride_w - w->pad_left;
      const {0}_taps columns = {0}_clip(left, w->kernel_w, w->dilation_w, w->input_w);
      const int32_t row_cells = w->dilation_h * w->input_w - columns.count * w->dilation_w;
      cell.columns = (uint32_t)columns.count;
      cell.skipped_bytes = 8 * (uint32_t)(rows.first * w->kernel_w + columns.first);
      cell.row_bytes = (uint32_t)(2 * row_cells * channels);
      cell.row_skip_bytes = 8 * (uint32_t)(w->kernel_w - columns.count);
      {0}_cell(line + (left + columns.first * w->dilation_w) * channels, stream, output, &cell);
    }}
  }}
}}
)";

constexpr std::int64_t kPositionsBytes = 345;
constexpr double kPerCall = 60;
constexpr double kPerRow = 40;
constexpr double kPerPosition = 45;

std::int64_t blocks_of(std::int64_t channels) {
  return (channels + 3) / 4;
}

}  // namespace

std::string int16_taps_core_name(const Int16TapsCore& core) {
  return fmt::format("mote_int16_taps_{}{}{}", core.kernel_w, core.has_odd_channels ? "_odd" : "",
                     bounds_suffix(core.bounds));
}

Core int16_taps_core_text(const Int16TapsCore& core) {
  const std::string name = int16_taps_core_name(core);
  const std::string declaration = fmt::format(
      "void {}_cell(const int16_t* input, const uint32_t* stream, int16_t* output, const mote_int16_cell* cell)", name);
  const std::string fallback =
      int16_end_text(name, core.bounds) + fmt::format(fmt::runtime(kFallback), declaration, name);
  Core text = arm_dsp_core({name + "_cell", std::string(kIncludes), declaration, fallback}, assemble(core).assembly);
  text.name = name;
  text.header += fmt::format(
      "void {}(const int16_t* input, const uint32_t* stream, int16_t* output, const mote_int16_taps_shape* shape);\n",
      name);
  text.source += fmt::format(fmt::runtime(kPositions), name);
  return text;
}

std::int64_t int16_taps_core_bytes(const Int16TapsCore& core) {
  return assemble(core).assembly.bytes() + kPositionsBytes;
}

std::int64_t int16_taps_core_instructions(const Int16TapsCore& core, const mote_window& w, std::int64_t channels) {
  const Parts parts = assemble(core);
  std::int64_t sum = 0;
  for (std::int32_t y = 0; y < w.output_h; ++y) {
    const std::int64_t rows = taps_inside(y * w.stride_h - w.pad_top, w.kernel_h, w.dilation_h, w.input_h);
    for (std::int32_t x = 0; x < w.output_w; ++x) {
      const std::int64_t columns = taps_inside(x * w.stride_w - w.pad_left, w.kernel_w, w.dilation_w, w.input_w);
      sum += parts.once + blocks_of(channels) * (parts.channels + rows * (parts.row + columns * parts.tap));
    }
  }
  const double around = kPerCall + w.output_h * (kPerRow + kPerPosition * w.output_w);
  return sum + static_cast<std::int64_t>(around);
}

std::vector<std::uint32_t> int16_taps_stream(std::span<const std::int8_t> weights, const Int16End& end,
                                             std::int64_t taps) {
  const auto channels = static_cast<std::int64_t>(end.biases.size());
  const auto half = [&](std::int64_t tap, std::int64_t channel) {
    const std::int8_t weight = weights[static_cast<std::size_t>(tap * channels + channel)];
    return static_cast<std::uint32_t>(static_cast<std::uint16_t>(weight));
  };
  std::vector<std::uint32_t> stream;
  const auto four = [&](const std::vector<std::int32_t>& values, std::int64_t first) {
    for (std::int64_t c = first; c < first + 4; ++c)
      stream.push_back(static_cast<std::uint32_t>(values[static_cast<std::size_t>(c)]));
  };
  for (std::int64_t block = 0; block < blocks_of(channels); ++block) {
    const std::int64_t first = block == 0 ? 0 : channels - 4 * (blocks_of(channels) - block);
    four(end.biases, first);
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      for (std::int64_t c = first; c < first + 4; c += 2) stream.push_back(half(tap, c) | half(tap, c + 1) << 16);
    }
    four(end.multipliers, first);
  }
  return stream;
}

std::string int16_taps_shape(const std::string& stream_end, const mote_window& window, const Int16End& end) {
  return fmt::format("{{{}, {}, {}, {}, {}}}", window_text(window), end.biases.size(), stream_end, bounds_above(end),
                     bounds_below(end));
}

}  // namespace mote::codegen
