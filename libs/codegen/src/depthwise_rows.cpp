// Registers of the plane kernel:
//   r0 input, moved down the plane           r7 multiplier     r9, r10 even and odd columns of a word
//   r1 output                                r8 addend         r11, r12, lr sums
//   r2-r4 weights (w0, w2) of the three kernel rows
//   r5 (w1 of row 0, w1 of row 1), r6 (w1 of row 2, a counter)
// UXTB16 of a word gives columns (0, 2), after a rotation (1, 3): both neighbours of an output in one register, so that
// three taps cost SMLAD and SMLAxB. Frame: biases left, inner, right; the next set of weights; end of the sets; rows;
// r of the masked form.
#include "depthwise_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

namespace mote::codegen {
namespace {

constexpr std::int32_t kKernel = 3;
constexpr std::int32_t kWordColumns = 4;
constexpr std::size_t kLeastLoop = 6;  // blocks; shorter runs are written out
constexpr std::array<const char*, 3> kSums{"r11", "r12", "lr"};
constexpr std::int32_t kBiasLeft = 0;
constexpr std::int32_t kBiasInner = 4;
constexpr std::int32_t kBiasRight = 8;
constexpr std::int32_t kShift = 24;

std::int32_t first_column(const mote_window& window, std::int32_t output) {
  return output * window.stride_w - window.pad_left;
}

std::int32_t base_row(const mote_window& window, std::int32_t output) {
  return std::clamp(output * window.stride_h - window.pad_top, 0, window.input_h - kKernel);
}

bool is_left(const mote_window& window, std::int32_t output) {
  return first_column(window, output) < 0;
}

bool is_right(const mote_window& window, std::int32_t output) {
  return first_column(window, output) + kKernel > window.input_w;
}

// Blocks [begin, begin + count) that differ by their place only.
struct Run {
  std::size_t begin = 0;
  std::size_t count = 0;
  std::size_t unroll = 1;
};

bool follows(const mote_window& window, const RowBlock& a, const RowBlock& b) {
  const bool inner = !is_left(window, a.first) && !is_right(window, b.first + b.count - 1);
  return inner && a.count == b.count && a.extra_byte == b.extra_byte && b.first - a.first == a.count &&
         b.column - a.column == a.count * window.stride_w;
}

Run longest_run(const mote_window& window, const std::vector<RowBlock>& blocks) {
  Run best;
  for (std::size_t begin = 0; begin < blocks.size();) {
    std::size_t end = begin + 1;
    while (end < blocks.size() && follows(window, blocks[end - 1], blocks[end])) ++end;
    if (end - begin > best.count) best = {begin, end - begin, 1};
    begin = end;
  }
  if (best.count < kLeastLoop) return {};
  if (best.count % 2 != 0 && best.count % 3 != 0) {
    ++best.begin;
    --best.count;
  }
  best.unroll = best.count % 3 == 0 ? 3 : best.count % 4 == 0 ? 4 : 2;
  return best;
}

class Writer {
 public:
  Writer(const mote_window& window, const DepthwiseEnd& end) : window_(window), end_(end) {}

  template <class... Args>
  void op(fmt::format_string<Args...> format, Args&&... args) {
    assembly_.add(fmt::format(format, std::forward<Args>(args)...));
  }
  void label(int number) { assembly_.label(number); }
  std::int64_t count() const { return assembly_.instructions(); }
  Assembly take() { return std::move(assembly_); }

  // `moved`: columns by which r0 is ahead of the row's start.
  void block(const RowBlock& block, std::int32_t moved) {
    load_biases(block);
    for (std::int32_t row = 0; row < kKernel; ++row) {
      const std::int32_t at = row * window_.input_w + block.column - moved;
      op("ldr r9,[r0,#{}]", at);
      op("uxtb16 r10,r9,ror #8");
      op("uxtb16 r9,r9");
      for (std::int32_t i = 0; i < block.count; ++i) taps(block, i, row);
      if (!block.extra_byte) continue;
      const char* sum = kSums[static_cast<std::size_t>(block.count - 1)];
      op("ldrb r9,[r0,#{}]", at + kWordColumns);
      op("smlabt {0},r9,r{1},{0}", sum, 2 + row);
    }
    finish(block);
  }

 private:
  std::int32_t bias_of(std::int32_t output) const {
    if (is_left(window_, output)) return kBiasLeft;
    return is_right(window_, output) ? kBiasRight : kBiasInner;
  }

  // The last of the outputs with one bias holds it until its own first product.
  void load_biases(const RowBlock& block) {
    for (std::int32_t i = 0; i < block.count; ++i) {
      const std::int32_t bias = bias_of(block.first + i);
      holder_[static_cast<std::size_t>(i)] = i;
      for (std::int32_t later = i + 1; later < block.count; ++later) {
        if (bias_of(block.first + later) == bias) holder_[static_cast<std::size_t>(i)] = later;
      }
      if (holder_[static_cast<std::size_t>(i)] == i) op("ldr {},[sp,#{}]", kSums[static_cast<std::size_t>(i)], bias);
    }
  }

  void multiply(const char* what, std::int32_t sum, const std::string& operands) {
    const auto index = static_cast<std::size_t>(sum);
    const auto from = static_cast<std::size_t>(holder_[index]);
    op("{} {},{},{}", what, kSums[index], operands, kSums[from]);
    holder_[index] = sum;
  }

  // The taps of output i in one kernel row, as far as they lie inside the input and the word.
  void taps(const RowBlock& block, std::int32_t i, std::int32_t row) {
    const std::int32_t first = first_column(window_, block.first + i) - block.column;
    const auto exists = [&](std::int32_t tap) {
      const std::int32_t column = first + tap;
      return column >= 0 && column < kWordColumns && block.column + column < window_.input_w;
    };
    const auto word = [](std::int32_t column) { return column % 2 == 0 ? "r9" : "r10"; };
    const auto half = [](std::int32_t column) { return column < 2 ? 'b' : 't'; };
    if (exists(0) && exists(2)) {
      multiply("smlad", i, fmt::format("{},r{}", word(first), 2 + row));
    } else {
      for (const std::int32_t tap : {0, 2}) {
        if (!exists(tap)) continue;
        const std::string name = fmt::format("smla{}{}", half(first + tap), tap == 0 ? 'b' : 't');
        multiply(name.c_str(), i, fmt::format("{},r{}", word(first + tap), 2 + row));
      }
    }
    if (!exists(1)) return;
    const std::string name = fmt::format("smla{}{}", half(first + 1), row == 1 ? 't' : 'b');
    multiply(name.c_str(), i, fmt::format("{},{}", word(first + 1), row == 2 ? "r6" : "r5"));
  }

  void finish(const RowBlock& block) {
    const std::span<const char* const> sums(kSums.data(), static_cast<std::size_t>(block.count));
    end_.form == EndForm::kPrescaled ? scale_prescaled(sums) : scale_masked(sums);
    if (end_.is_bounded()) bound(sums);
    for (const char* sum : sums) op("strb {},[r1],#1", sum);
  }

  void scale_prescaled(std::span<const char* const> sums) {
    for (const char* sum : sums) op("smmla {0},{0},r7,r8", sum);
    for (const char* sum : sums) op("usat {0},#8,{0},asr #{1}", sum, end_.final_shift);
  }

  void scale_masked(std::span<const char* const> sums) {
    op("ldr r10,[sp,#{}]", kShift);
    for (const char* sum : sums) {
      op("and r9,{},r10", sum);
      op("add r9,r8,r9,asr #31");
      op("smmlar {0},{0},r7,r9", sum);
      op("asr {0},{0},r10", sum);
      op("usat {0},#8,{0}", sum);
    }
  }

  // Saturating sums of bytes: up by what is above the upper bound, down to the lower one, back up.
  void bound(std::span<const char* const> sums) {
    const std::int32_t above = 255 - end_.high;
    const auto each = [&](const char* name, std::int32_t amount) {
      if (amount == 0) return;
      op("movw r9,#{}", amount);
      for (const char* sum : sums) op("{0} {1},{1},r9", name, sum);
    };
    each("uqadd8", above);
    each("uqsub8", above + end_.low);
    each("uqadd8", end_.low);
  }

  const mote_window& window_;
  const DepthwiseEnd& end_;
  Assembly assembly_;
  std::array<std::int32_t, 3> holder_{};
};

// One row; returns the instructions that it executes.
std::int64_t write_row(Writer& writer, const mote_window& window) {
  const std::vector<RowBlock> blocks = row_blocks(window);
  const Run run = longest_run(window, blocks);
  const std::int64_t before = writer.count();
  const std::int32_t advance = window.stride_h * window.input_w;
  if (run.count == 0) {
    for (const RowBlock& block : blocks) writer.block(block, 0);
    writer.op("add r0,r0,#{}", advance);
    writer.op("subs r6,r6,#0x10000");
    writer.op("bpl 2b");
    return writer.count() - before;
  }
  const auto turns = static_cast<std::int64_t>(run.count / run.unroll);
  const std::int32_t step = blocks[run.begin].count * window.stride_w;
  const std::int32_t moved = step * static_cast<std::int32_t>(run.count);
  for (std::size_t i = 0; i < run.begin; ++i) writer.block(blocks[i], 0);
  writer.op("add r6,r6,#{}", (turns - 1) << 16);
  writer.label(3);
  const std::int64_t loop = writer.count();
  for (std::size_t i = 0; i < run.unroll; ++i) writer.block(blocks[run.begin + i], 0);
  writer.op("add r0,r0,#{}", step * static_cast<std::int32_t>(run.unroll));
  writer.op("subs r6,r6,#0x10000");
  writer.op("bpl 3b");
  const std::int64_t turn = writer.count() - loop;
  writer.op("add r6,r6,#0x10000");
  for (std::size_t i = run.begin + run.count; i < blocks.size(); ++i) writer.block(blocks[i], moved);
  writer.op("add r0,r0,#{}", advance - moved);
  writer.op("ldr r9,[sp,#20]");
  writer.op("subs r9,#1");
  writer.op("str r9,[sp,#20]");
  writer.op("bpl 2b");
  return writer.count() - before + turn * (turns - 1);
}

}  // namespace

std::vector<RowBlock> row_blocks(const mote_window& window) {
  assert(window.kernel_h == kKernel && window.kernel_w == kKernel);
  std::vector<RowBlock> blocks;
  const std::int32_t last_word = std::max(window.input_w - kWordColumns, 0);
  for (std::int32_t output = 0; output < window.output_w;) {
    RowBlock block{std::clamp(first_column(window, output), 0, last_word), output, 0, false};
    while (output < window.output_w && block.count < static_cast<std::int32_t>(kSums.size()) && !block.extra_byte) {
      const std::int32_t end = first_column(window, output) + kKernel;
      const std::int32_t last = std::min(end, window.input_w) - 1 - block.column;
      const bool is_third_tap = window.stride_w == 2 && last == kWordColumns && end <= window.input_w;
      if (last >= kWordColumns && !is_third_tap) break;
      block.extra_byte = is_third_tap;
      ++block.count;
      ++output;
    }
    assert(block.count > 0);
    blocks.push_back(block);
  }
  return blocks;
}

RowCounts row_counts(const mote_window& window) {
  RowCounts counts;
  for (std::int32_t y = 0; y < window.output_h; ++y) {
    const std::int32_t first = y * window.stride_h - window.pad_top;
    std::int32_t& count = first < 0 ? counts.top : first + kKernel > window.input_h ? counts.bottom : counts.inner;
    ++count;
  }
  return counts;
}

std::int64_t least_distance_bytes(const mote_window& window) {
  const std::vector<RowBlock> blocks = row_blocks(window);
  const std::int64_t plane = std::int64_t{window.input_h} * window.input_w;
  std::vector<std::int64_t> last_read(static_cast<std::size_t>(plane), -1);  // in outputs done
  for (std::int32_t y = 0; y < window.output_h; ++y) {
    for (const RowBlock& block : blocks) {
      const std::int64_t time = std::int64_t{y} * window.output_w + block.first + block.count - 1;
      const std::int32_t columns = std::min(kWordColumns + (block.extra_byte ? 1 : 0), window.input_w - block.column);
      for (std::int32_t row = 0; row < kKernel; ++row) {
        const std::int64_t at = std::int64_t{base_row(window, y) + row} * window.input_w + block.column;
        for (std::int32_t i = 0; i < columns; ++i) last_read[static_cast<std::size_t>(at + i)] = time;
      }
    }
  }
  std::int64_t least = 0;
  const std::int64_t outputs = std::int64_t{window.output_h} * window.output_w;
  for (std::int64_t i = 0; i < plane; ++i) {
    // Output j is written after j outputs are done: it must not lie on a byte that is read later.
    const std::int64_t latest = std::min(last_read[static_cast<std::size_t>(i)] - 1, outputs - 1);
    if (latest >= 0) least = std::max(least, latest - i + 1);
  }
  return (least + 3) / 4 * 4;
}

PlaneKernel plane_kernel(const mote_window& window, const DepthwiseEnd& end) {
  Writer writer(window, end);
  const bool is_masked = end.form == EndForm::kMasked;
  const bool looped = longest_run(window, row_blocks(window)).count > 0;
  writer.op("push {{r4-r11,lr}}");
  writer.op("sub sp,#28");
  writer.op("ldm r2!,{{r7-r9}}");
  if (is_masked) writer.op("str r9,[sp,#{}]", kShift);
  writer.op("str r3,[sp,#16]");
  writer.op("mov r12,r2");
  writer.label(1);
  const std::int64_t before_set = writer.count();
  writer.op("ldm r12!,{{r2-r6,r9-r11}}");
  writer.op("stm sp,{{r9-r11}}");
  writer.op("str r12,[sp,#12]");
  writer.op("sub r0,r0,#{}", window.input_w);
  if (looped) {
    writer.op("asr r9,r6,#16");
    writer.op("str r9,[sp,#20]");
    writer.op("uxth r6,r6");
  }
  writer.label(2);
  const std::int64_t set = writer.count() - before_set + 4;
  const std::int64_t row = write_row(writer, window);
  writer.op("ldr r12,[sp,#12]");
  writer.op("ldr r9,[sp,#16]");
  writer.op("cmp r12,r9");
  writer.op("bne 1b");
  writer.op("add sp,#28");
  writer.op("pop {{r4-r11,pc}}");
  PlaneKernel kernel;
  kernel.plane_instructions = 7 + (is_masked ? 1 : 0) + set * row_counts(window).sets() + row * window.output_h;
  kernel.assembly = writer.take();
  return kernel;
}

}  // namespace mote::codegen
