#include "gemm_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "assembly.h"
#include "gemm_fallback.h"

namespace mote::codegen {
namespace {

// What the assembly keeps on the stack, bytes from sp; 44 bytes and the nine saved registers keep sp a multiple of 8.
enum Frame : int {
  kOutput = 0,
  kPitch = 4,
  kStreamEnd = 8,
  kPatch = 12,
  kPatchEnd = 16,
  kEntry = 20,
  kShape = 24,
  kAddend = 28,
  kEnds = 32,
  kFrameBytes = 44
};

constexpr int kLoopedPairs = 8;     // pairs of inputs a turn of the loop over any depth
constexpr int kUnrolledPairs = 32;  // most pairs without a loop where the depth is built in

const char* const kIncludes =
    "#include <stdint.h>\n"
    "#ifndef MOTE_GEMM_SHAPE\n"
    "#define MOTE_GEMM_SHAPE\n"
    "typedef struct mote_gemm_shape {\n"
    "  const uint32_t* stream_end;\n"
    "  uint32_t pairs;       /* of inputs */\n"
    "  uint32_t pitch;       /* bytes from one output plane to the next */\n"
    "  uint32_t above_high;  /* bounds of the output: 255 - high, 255 - high + low, low */\n"
    "  uint32_t above_span;\n"
    "  uint32_t low;\n"
    "  int32_t addend;       /* of short ends */\n"
    "} mote_gemm_shape;\n"
    "#endif\n";

bool packed(const GemmCore& core) {
  return core.carrier == Carrier::kPackedWeights;
}

// The sums of channel `c` of the two.
std::span<const char* const> sums(const GemmCore& core, int c) {
  static constexpr std::array<const char*, 8> kFour{"r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr"};
  static constexpr std::array<const char*, 6> kThree{"r8", "r9", "r10", "r11", "r12", "lr"};
  const std::span<const char* const> all = core.positions == 4 ? std::span<const char* const>(kFour) : kThree;
  const auto positions = static_cast<std::size_t>(core.positions);
  return all.subspan(static_cast<std::size_t>(c) * positions, positions);
}

// Depth of one turn of the loop.
int turn_pairs(const GemmCore& core) {
  if (core.built_in_pairs == 0) return kLoopedPairs;
  int pairs = std::min(core.built_in_pairs, kUnrolledPairs);
  while (core.built_in_pairs % pairs != 0) --pairs;
  return pairs;
}

bool loops(const GemmCore& core) {
  return core.built_in_pairs == 0 || turn_pairs(core) != core.built_in_pairs;
}

void multiply(Assembly& a, const std::string& sum, const std::string& values, const std::string& weights) {
  a.add(fmt::format("smlad {0}, {1}, {2}, {0}", sum, values, weights));
}

// One pair of inputs for four positions and two channels.
void add_pair_of_four(Assembly& a, const GemmCore& core) {
  const bool is_packed = packed(core);
  if (is_packed) {
    a.add("ldr r4, [r1], #4");
    a.add("sxtb16 r5, r4");
  } else {
    a.add("ldm r1!, {r4, r5}");
  }
  const std::array<const char*, 2> weights{is_packed ? "r5" : "r4", is_packed ? "r4" : "r5"};
  for (std::size_t half = 0; half < 2; ++half) {
    a.add("ldm r0!, {r2, r3}");
    for (int c = 0; c < 2; ++c) {
      multiply(a, sums(core, c)[2 * half], "r2", weights[static_cast<std::size_t>(c)]);
      multiply(a, sums(core, c)[2 * half + 1], "r3", weights[static_cast<std::size_t>(c)]);
    }
  }
}

// One pair of inputs for three positions and two channels, packed weights.
void add_packed_pair_of_three(Assembly& a, const GemmCore& core) {
  static constexpr std::array<const char*, 3> kPositions{"r2", "r3", "r4"};
  a.add("ldr r5, [r1], #4");
  a.add("sxtb16 r6, r5");
  a.add("ldm r0!, {r2, r3, r4}");
  for (std::size_t p = 0; p < 3; ++p) {
    multiply(a, sums(core, 0)[p], kPositions[p], "r6");
    multiply(a, sums(core, 1)[p], kPositions[p], "r5");
  }
}

void add_pair(Assembly& a, const GemmCore& core) {
  core.positions == 4 ? add_pair_of_four(a, core) : add_packed_pair_of_three(a, core);
}

// `pairs` pairs of inputs for three positions, int16 weights: two weight words a pair, loaded three at a time.
void add_pairs_of_three(Assembly& a, const GemmCore& core, int pairs) {
  static constexpr std::array<const char*, 3> kWeights{"r5", "r6", "r7"};
  static constexpr std::array<const char*, 3> kPositions{"r2", "r3", "r4"};
  static constexpr std::array<const char*, 3> kLoads{"ldr r5, [r1], #4", "ldm r1!, {r5, r6}", "ldm r1!, {r5, r6, r7}"};
  for (int word = 0; word < 2 * pairs; ++word) {
    if (word % 2 == 0) a.add("ldm r0!, {r2, r3, r4}");
    if (word % 3 == 0) a.add(kLoads[static_cast<std::size_t>(std::min(3, 2 * pairs - word) - 1)]);
    for (std::size_t p = 0; p < 3; ++p)
      multiply(a, sums(core, word % 2)[p], kPositions[p], kWeights[static_cast<std::size_t>(word % 3)]);
  }
}

void add_turn(Assembly& a, const GemmCore& core) {
  const int pairs = turn_pairs(core);
  if (core.positions == 4 || packed(core)) {
    a.repeat(pairs, [&] { add_pair(a, core); });
    return;
  }
  if (pairs >= 3) a.repeat(pairs / 3, [&] { add_pairs_of_three(a, core, 3); });
  if (pairs % 3 != 0) add_pairs_of_three(a, core, pairs % 3);
}

// A depth that is no whole number of turns enters the loop in its midst: the first turn does the remainder.
void add_entry_address(Assembly& a, const GemmCore& core) {
  Assembly pair;
  add_pair(pair, core);
  a.add("rsb r5, r5, #0");
  a.add(fmt::format("and r5, r5, #{}", kLoopedPairs - 1));
  a.add("adr.w r6, 2f");
  a.add(fmt::format("movs r7, #{}", pair.bytes()));
  a.add("mla r5, r5, r7, r6");
  a.add("orr r5, r5, #1");
  a.add(fmt::format("str r5, [sp, #{}]", kEntry + 0));
}

void add_prologue(Assembly& a, const GemmCore& core) {
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add(fmt::format("sub sp, sp, #{}", kFrameBytes + 0));
  a.add("ldm r3, {r4, r5, r6}");
  a.add(fmt::format("strd r2, r6, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("strd r4, r0, [sp, #{}]", kStreamEnd + 0));
  if (core.is_bounded) a.add(fmt::format("str r3, [sp, #{}]", kShape + 0));
  if (core.has_short_ends) {
    a.add("ldr r6, [r3, #24]");
    a.add(fmt::format("str r6, [sp, #{}]", kAddend + 0));
  }
  if (!loops(core)) return;
  if (core.positions == 4) {
    a.add("add r7, r0, r5, lsl #4");
  } else {
    a.add("add r7, r5, r5, lsl #1");
    a.add("add r7, r0, r7, lsl #2");
  }
  a.add(fmt::format("str r7, [sp, #{}]", kPatchEnd + 0));
  if (core.built_in_pairs == 0) add_entry_address(a, core);
}

void add_biases(Assembly& a, const GemmCore& core) {
  if (core.replicates_biases()) {
    a.add(core.positions == 4 ? "ldm r1!, {r6, r7, r8, r9, r10, r11, r12, lr}"
                              : "ldm r1!, {r8, r9, r10, r11, r12, lr}");
    return;
  }
  a.add(fmt::format("ldrd {}, {}, [r1], #8", sums(core, 0)[0], sums(core, 1)[0]));
  if (core.has_short_ends) {
    a.add(fmt::format("strd {}, {}, [sp, #{}]", sums(core, 0)[0], sums(core, 1)[0], kEnds + 0));
    a.add(fmt::format("sbfx {0}, {0}, #0, #24", sums(core, 0)[0]));
    a.add(fmt::format("add {1}, {0}, {1}, lsl #8", sums(core, 0)[0], sums(core, 1)[0]));
  }
  for (int c = 0; c < 2; ++c) {
    for (std::size_t p = 1; p < sums(core, c).size(); ++p)
      a.add(fmt::format("mov {}, {}", sums(core, c)[p], sums(core, c)[0]));
  }
}

// From 256·S1 + S0 to what the form takes: 2^8 times the sums, or twice.
void add_unpacking(Assembly& a, const GemmCore& core) {
  for (std::size_t p = 0; p < sums(core, 0).size(); ++p) {
    const char* first = sums(core, 0)[p];
    const char* second = sums(core, 1)[p];
    a.add(fmt::format("sub {0}, {0}, {1}", second, first));
    a.add(fmt::format("lsl {0}, {0}, #{1}", first, core.form == EndForm::kPrescaled ? 8 : 1));
    if (core.form != EndForm::kPrescaled) a.add(fmt::format("asr {0}, {0}, #7", second));
  }
}

void add_prescaled_ends(Assembly& a, const GemmCore& core) {
  if (core.has_short_ends) {
    a.add("ldm r1!, {r2, r4}");
    a.add(fmt::format("ldr r0, [sp, #{}]", kAddend + 0));
    a.add(fmt::format("ldrd r3, r5, [sp, #{}]", kEnds + 0));
    a.add("add r3, r0, r3, asr #24");
    a.add("add r5, r0, r5, asr #24");
  } else {
    a.add("ldm r1!, {r2, r3, r4, r5}");
  }
  for (const char* sum : sums(core, 0)) a.add(fmt::format("smmla {0}, {0}, r2, r3", sum));
  for (const char* sum : sums(core, 1)) a.add(fmt::format("smmla {0}, {0}, r4, r5", sum));
}

void add_doubled_ends(Assembly& a, const GemmCore& core) {
  for (int c = 0; c < 2; ++c) {
    a.add("ldm r1!, {r2, r3, r4}");
    for (const char* sum : sums(core, c)) {
      const bool is_masked = core.form == EndForm::kMasked;
      if (is_masked) a.add(fmt::format("and r5, {}, r4", sum));
      a.add(fmt::format("add r5, r3, {}, asr #31", is_masked ? "r5" : sum));
      a.add(fmt::format("smmlar {0}, {0}, r2, r5", sum));
      a.add(fmt::format("asr {0}, {0}, r4", sum));
    }
  }
}

// A byte of the output in `sum`.
void add_saturation(Assembly& a, const GemmCore& core, const char* sum) {
  const bool is_nhwc = core.output == plan::Layout::kNhwc;
  const std::string shift = core.form == EndForm::kPrescaled ? fmt::format(", asr #{}", core.final_shift) : "";
  a.add(fmt::format("{1} {0}, #8, {0}{2}", sum, is_nhwc && !core.is_bounded ? "ssat" : "usat", shift));
  if (!core.is_bounded) return;
  a.add(fmt::format("uqadd8 {0}, {0}, r4", sum));
  a.add(fmt::format("uqsub8 {0}, {0}, r5", sum));
  a.add(fmt::format("uqadd8 {0}, {0}, r0", sum));
  if (is_nhwc) a.add(fmt::format("eor {0}, {0}, #128", sum));
}

void add_plane_stores(Assembly& a, const GemmCore& core) {
  const bool known_pitch = core.built_in_pitch > 0;
  a.add(known_pitch ? fmt::format("ldr r2, [sp, #{}]", kOutput + 0)
                    : fmt::format("ldrd r2, r3, [sp, #{}]", kOutput + 0));
  for (int c = 0; c < 2; ++c) {
    for (std::size_t p = 0; p < sums(core, c).size(); ++p) {
      const char* sum = sums(core, c)[p];
      add_saturation(a, core, sum);
      a.add(fmt::format("strb {}, [r2, #{}]", sum, static_cast<std::int32_t>(p) + c * core.built_in_pitch));
    }
    if (!known_pitch) a.add("add r2, r2, r3");
  }
  if (known_pitch) a.add(fmt::format("add r2, r2, #{}", 2 * core.built_in_pitch));
  a.add(fmt::format("str r2, [sp, #{}]", kOutput + 0));
}

void add_nhwc_stores(Assembly& a, const GemmCore& core) {
  a.add(fmt::format("ldrd r2, r3, [sp, #{}]", kOutput + 0));
  a.add("add r2, r2, #2");
  a.add(fmt::format("str r2, [sp, #{}]", kOutput + 0));
  for (std::size_t p = 0; p < sums(core, 0).size(); ++p) {
    if (p > 0) a.add("add r2, r2, r3");
    for (int c = 0; c < 2; ++c) {
      add_saturation(a, core, sums(core, c)[p]);
      a.add(fmt::format("strb {}, [r2, #{}]", sums(core, c)[p], c - 2));
    }
  }
}

void add_stores(Assembly& a, const GemmCore& core) {
  if (core.is_bounded) {
    a.add(fmt::format("ldr r2, [sp, #{}]", kShape + 0));
    a.add("ldrd r4, r5, [r2, #12]");
    a.add("ldr r0, [r2, #20]");
  }
  core.output == plan::Layout::kNhwc ? add_nhwc_stores(a, core) : add_plane_stores(a, core);
}

// One turn of the outer loop: two channels. Returns what a further turn of the loop over inputs executes.
std::int64_t add_channel_pair(Assembly& a, const GemmCore& core) {
  a.label(1);
  add_biases(a, core);
  if (core.built_in_pairs == 0) a.add(fmt::format("ldr pc, [sp, #{}]", kEntry + 0));
  const std::int64_t before = a.instructions();
  if (loops(core)) a.label(2);
  add_turn(a, core);
  if (loops(core)) {
    a.add(fmt::format("ldr r2, [sp, #{}]", kPatchEnd + 0));
    a.add("cmp r0, r2");
    a.add("bne 2b");
  }
  const std::int64_t turn = a.instructions() - before;
  if (packed(core)) add_unpacking(a, core);
  core.form == EndForm::kPrescaled ? add_prescaled_ends(a, core) : add_doubled_ends(a, core);
  add_stores(a, core);
  a.add(fmt::format("ldrd r3, r0, [sp, #{}]", kStreamEnd + 0));
  a.add("cmp r1, r3");
  a.add("bne.w 1b");
  return turn;
}

struct Parts {
  Assembly assembly;
  std::int64_t once = 0;          // instructions a call
  std::int64_t channel_pair = 0;  // a pair of channels, one turn over the inputs included
  std::int64_t turn = 0;
};

Parts assemble(const GemmCore& core) {
  Parts parts;
  Assembly& a = parts.assembly;
  add_prologue(a, core);
  const std::int64_t prologue = a.instructions();
  parts.turn = add_channel_pair(a, core);
  parts.channel_pair = a.instructions() - prologue;
  a.add(fmt::format("add sp, sp, #{}", kFrameBytes + 0));
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - parts.channel_pair;
  return parts;
}

}  // namespace

// Offsets of 12 bits; immediates of 12 bits, or 8 bits anywhere.
bool can_build_in(std::int64_t pitch) {
  constexpr std::int64_t kLargestOffset = 4095;
  const std::int64_t two = 2 * pitch;
  const bool is_byte_shifted = two < 256 * (two & -two);
  return pitch + 3 <= kLargestOffset && (two <= kLargestOffset || is_byte_shifted);
}

std::string gemm_core_name(const GemmCore& core) {
  std::string name = fmt::format("mote_gemm_{}x2_{}", core.positions, packed(core) ? "s8" : "s16");
  if (core.built_in_pairs > 0) name += fmt::format("_k{}", 2 * core.built_in_pairs);
  if (core.built_in_pitch > 0) name += fmt::format("_p{}", core.built_in_pitch);
  if (core.output == plan::Layout::kNhwc) name += "_nhwc";
  if (core.has_short_ends) name += "_short";
  name += core.form == EndForm::kPrescaled ? fmt::format("_shift{}", core.final_shift)
          : core.form == EndForm::kDoubled ? "_any"
                                           : "_mixed";
  return name + (core.is_bounded ? "_bounded" : "");
}

Core gemm_core_text(const GemmCore& core) {
  return arm_dsp_core({gemm_core_name(core), kIncludes, gemm_declaration(core), gemm_fallback(core)},
                      assemble(core).assembly);
}

std::int64_t gemm_core_bytes(const GemmCore& core) {
  return assemble(core).assembly.bytes();
}

std::int64_t gemm_core_instructions(const GemmCore& core, std::int64_t pairs, std::int64_t channel_pairs) {
  const Parts parts = assemble(core);
  const std::int64_t turn_inputs = turn_pairs(core);
  const std::int64_t further = (pairs + turn_inputs - 1) / turn_inputs - 1;
  std::int64_t skipped = 0;  // of a first turn that enters in the midst
  if (pairs % turn_inputs != 0) {
    Assembly pair;
    add_pair(pair, core);
    skipped = (turn_inputs - pairs % turn_inputs) * pair.instructions();
  }
  return parts.once + channel_pairs * (parts.channel_pair + further * parts.turn - skipped);
}

std::string gemm_shape_type() {
  return kIncludes;
}

std::string gemm_shape(const GemmCore& core, const std::string& stream_end, std::int64_t pairs, std::int64_t pitch,
                       const Requantization& form) {
  const std::int32_t above = 255 - form.high;
  const std::int32_t addend =
      core.has_short_ends ? common_addend(form) - core.addend_offset() * (1 << core.final_shift) : 0;
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}}}", stream_end, pairs, pitch, above, above + form.low, form.low,
                     addend);
}

}  // namespace mote::codegen
