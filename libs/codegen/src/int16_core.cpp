#include "int16_core.h"

#include <fmt/format.h>

#include <array>

namespace mote::codegen {
namespace {

// What the assembly of four positions keeps on the stack, bytes from sp; with the nine saved registers sp stays a
// multiple of 8.
enum Frame : int {
  kOutput = 0,
  kStep = 4,  // bytes to the next two channels
  kStreamEnd = 8,
  kPatch = 12,
  kPatchEnd = 16,
  kEntry = 20,
  kPitch = 24,
  kShape = 28,
  kFrameBytes = 36
};

// Of one position: the first four as above.
enum RowFrame : int { kTurns = 16, kRest = 20, kRowShape = 24, kRowFrameBytes = 28 };

constexpr int kLoopedPairs = 8;  // pairs of inputs a turn of the loop over four positions
constexpr int kRowPairs = 4;     // and of that over one

constexpr std::array<const char*, 4> kFirstSums{"r6", "r7", "r8", "r9"};
constexpr std::array<const char*, 4> kSecondSums{"r10", "r11", "r12", "lr"};

const char* const kIncludes =
    "#include <stdint.h>\n"
    "#ifndef MOTE_INT16_SHAPE\n"
    "#define MOTE_INT16_SHAPE\n"
    "typedef struct mote_int16_shape {\n"
    "  const uint32_t* stream_end;\n"
    "  uint32_t pairs;      /* of inputs */\n"
    "  uint32_t channels;   /* of the output, at least two */\n"
    "  uint32_t first_step; /* bytes from the first two channels to the next: 2 if channels are odd, else 4 */\n"
    "  int32_t above;       /* bounds of the output: 32767 - greatest, -32768 - least */\n"
    "  int32_t below;\n"
    "} mote_int16_shape;\n"
    "#endif\n";

// Instructions of a straight run through a core, and of its loops.
struct Parts {
  Assembly assembly;
  std::int64_t once = 0;          // a call
  std::int64_t channel_pair = 0;  // two channels, without the loops
  std::int64_t turn = 0;          // of the loop over inputs
  std::int64_t rest = 0;          // of the loop over what is left of them, a pair
};

void add_pair(Assembly& a) {
  a.add("ldr r4, [r1], #4");
  a.add("sxtb16 r5, r4, ror #8");
  a.add("sxtb16 r4, r4");
  for (std::size_t p = 0; p < 4; p += 2) {
    a.add("ldm r0!, {r2, r3}");
    a.add(fmt::format("smlad {0}, r2, r4, {0}", kFirstSums[p]));
    a.add(fmt::format("smlad {0}, r3, r4, {0}", kFirstSums[p + 1]));
    a.add(fmt::format("smlad {0}, r2, r5, {0}", kSecondSums[p]));
    a.add(fmt::format("smlad {0}, r3, r5, {0}", kSecondSums[p + 1]));
  }
}

// A depth that is no whole number of turns enters the loop in its midst: the first turn does the remainder.
void add_prologue(Assembly& a, Int16Bounds bounds) {
  Assembly pair;
  add_pair(pair);
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add(fmt::format("sub sp, sp, #{}", kFrameBytes + 0));
  a.add("ldm r3, {r4, r5, r6, r7}");
  a.add(fmt::format("strd r2, r7, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("strd r4, r0, [sp, #{}]", kStreamEnd + 0));
  a.add("lsls r6, r6, #1");
  if (bounds == Int16Bounds::kAny) {
    a.add(fmt::format("strd r6, r3, [sp, #{}]", kPitch + 0));
  } else {
    a.add(fmt::format("str r6, [sp, #{}]", kPitch + 0));
  }
  a.add("add r7, r0, r5, lsl #4");
  a.add("rsb r5, r5, #0");
  a.add(fmt::format("and r5, r5, #{}", kLoopedPairs - 1));
  a.add("adr.w r6, 2f");
  a.add(fmt::format("movs r4, #{}", pair.bytes()));
  a.add("mla r5, r5, r4, r6");
  a.add("orr r5, r5, #1");
  a.add(fmt::format("strd r7, r5, [sp, #{}]", kPatchEnd + 0));
}

void add_ends_of_four(Assembly& a, Int16Bounds bounds) {
  a.add("ldm r1!, {r4, r5}");
  for (const char* sum : kFirstSums) a.add(fmt::format("smmulr {0}, {0}, r4", sum));
  for (const char* sum : kSecondSums) a.add(fmt::format("smmulr {0}, {0}, r5", sum));
  if (bounds == Int16Bounds::kAny) {
    a.add(fmt::format("ldr r0, [sp, #{}]", kShape + 0));
    a.add("ldrd r4, r5, [r0, #16]");
  }
  a.add(fmt::format("ldrd r2, r3, [sp, #{}]", kOutput + 0));
  a.add("add r0, r2, r3");
  a.add("movs r3, #4");
  a.add(fmt::format("strd r0, r3, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("ldr r3, [sp, #{}]", kPitch + 0));
  for (std::size_t p = 0; p < 4; ++p) {
    if (p > 0) a.add("add r2, r2, r3");
    for (const auto& [sum, offset] : {std::pair{kFirstSums[p], 0}, {kSecondSums[p], 2}}) {
      add_bounds(a, bounds, sum, "r4", "r5");
      a.add(fmt::format("strh.w {}, [r2, #{}]", sum, offset));
    }
  }
}

Parts assemble_four(Int16Bounds bounds) {
  Parts parts;
  Assembly& a = parts.assembly;
  add_prologue(a, bounds);
  const std::int64_t prologue = a.instructions();
  a.label(1);
  a.add("ldrd r6, r10, [r1], #8");
  for (std::size_t p = 1; p < 4; ++p) {
    a.add(fmt::format("mov {}, r6", kFirstSums[p]));
    a.add(fmt::format("mov {}, r10", kSecondSums[p]));
  }
  a.add(fmt::format("ldr pc, [sp, #{}]", kEntry + 0));
  const std::int64_t before = a.instructions();
  a.label(2);
  a.repeat(kLoopedPairs, [&] { add_pair(a); });
  a.add(fmt::format("ldr r2, [sp, #{}]", kPatchEnd + 0));
  a.add("cmp r0, r2");
  a.add("bne 2b");
  parts.turn = a.instructions() - before;
  add_ends_of_four(a, bounds);
  a.add(fmt::format("ldrd r3, r0, [sp, #{}]", kStreamEnd + 0));
  a.add("cmp r1, r3");
  a.add("bne.w 1b");
  parts.channel_pair = a.instructions() - prologue - parts.turn;
  a.add(fmt::format("add sp, sp, #{}", kFrameBytes + 0));
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - parts.channel_pair - parts.turn;
  return parts;
}

void add_row_prologue(Assembly& a, Int16Bounds bounds) {
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add(fmt::format("sub sp, sp, #{}", kRowFrameBytes + 0));
  a.add("ldm r3, {r4, r5, r6, r7}");
  a.add(fmt::format("strd r2, r7, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("strd r4, r0, [sp, #{}]", kStreamEnd + 0));
  a.add("lsr r6, r5, #2");
  a.add("and r7, r5, #3");
  a.add(fmt::format("strd r6, r7, [sp, #{}]", kTurns + 0));
  if (bounds == Int16Bounds::kAny) a.add(fmt::format("str r3, [sp, #{}]", kRowShape + 0));
}

void add_row_product(Assembly& a, const char* inputs, const char* weights) {
  a.add(fmt::format("sxtb16 r12, {}", weights));
  a.add(fmt::format("smlad r2, {}, r12, r2", inputs));
  a.add(fmt::format("sxtb16 r12, {}, ror #8", weights));
  a.add(fmt::format("smlad r3, {}, r12, r3", inputs));
}

// Loops over whole turns (labels 2, 3) and over the pairs that are left (4, 5).
void add_row_loops(Assembly& a, Parts& parts) {
  static constexpr std::array<const char*, 4> kInputs{"r4", "r5", "r6", "r7"};
  static constexpr std::array<const char*, 4> kWeights{"r8", "r9", "r10", "r11"};
  a.add(fmt::format("ldr.w lr, [sp, #{}]", kTurns + 0));
  a.add("cmp lr, #0");
  a.add("beq 3f");
  const std::int64_t turns = a.instructions();
  a.label(2);
  a.add("ldm r0!, {r4, r5, r6, r7}");
  a.add("ldm r1!, {r8, r9, r10, r11}");
  for (std::size_t i = 0; i < kInputs.size(); ++i) add_row_product(a, kInputs[i], kWeights[i]);
  a.add("subs.w lr, lr, #1");
  a.add("bne 2b");
  parts.turn = a.instructions() - turns;
  a.label(3);
  a.add(fmt::format("ldr.w lr, [sp, #{}]", kRest + 0));
  a.add("cmp lr, #0");
  a.add("beq 5f");
  const std::int64_t rests = a.instructions();
  a.label(4);
  a.add("ldr r4, [r0], #4");
  a.add("ldr r8, [r1], #4");
  add_row_product(a, "r4", "r8");
  a.add("subs.w lr, lr, #1");
  a.add("bne 4b");
  parts.rest = a.instructions() - rests;
  a.label(5);
}

void add_row_ends(Assembly& a, Int16Bounds bounds) {
  a.add("ldm r1!, {r4, r5}");
  a.add("smmulr r2, r2, r4");
  a.add("smmulr r3, r3, r5");
  if (bounds == Int16Bounds::kAny) {
    a.add(fmt::format("ldr r0, [sp, #{}]", kRowShape + 0));
    a.add("ldrd r4, r5, [r0, #16]");
  }
  add_bounds(a, bounds, "r2", "r4", "r5");
  add_bounds(a, bounds, "r3", "r4", "r5");
  a.add(fmt::format("ldrd r4, r5, [sp, #{}]", kOutput + 0));
  a.add("strh.w r2, [r4]");
  a.add("strh.w r3, [r4, #2]");
  a.add("add r4, r4, r5");
  a.add("movs r5, #4");
  a.add(fmt::format("strd r4, r5, [sp, #{}]", kOutput + 0));
}

Parts assemble_one(Int16Bounds bounds) {
  Parts parts;
  Assembly& a = parts.assembly;
  add_row_prologue(a, bounds);
  const std::int64_t prologue = a.instructions();
  a.label(1);
  a.add("ldrd r2, r3, [r1], #8");
  add_row_loops(a, parts);
  add_row_ends(a, bounds);
  a.add(fmt::format("ldrd r4, r0, [sp, #{}]", kStreamEnd + 0));
  a.add("cmp r1, r4");
  a.add("bne.w 1b");
  const std::int64_t loops = parts.turn + parts.rest;
  parts.channel_pair = a.instructions() - prologue - loops;
  a.add(fmt::format("add sp, sp, #{}", kRowFrameBytes + 0));
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - parts.channel_pair - loops;
  return parts;
}

Parts assemble(const Int16Core& core) {
  return core.positions == 4 ? assemble_four(core.bounds) : assemble_one(core.bounds);
}

std::string declaration(const Int16Core& core) {
  return fmt::format(
      "void {}(const int16_t* patch, const uint32_t* stream, int16_t* output, const mote_int16_shape* shape)",
      int16_core_name(core));
}

// {0} name, {1} positions, {2} the declaration.
constexpr std::string_view kFallback =
    R"(static int32_t {0}_byte(uint32_t word) {{ return (int32_t)(int8_t)(word & 0xFFu); }}
{2} {{
  uint32_t step = shape->first_step;
  while (stream != shape->stream_end) {{
    const uint32_t* const ends = stream + 2 + shape->pairs;
    for (uint32_t c = 0; c < 2; ++c) {{
      for (uint32_t p = 0; p < {1}; ++p) {{
        uint32_t sum = stream[c];
        for (uint32_t i = 0; i < shape->pairs; ++i) {{
          const uint32_t word = stream[2 + i] >> (8 * c);
          const int16_t* const values = patch + 2 * ({1} * i + p);
          sum += (uint32_t)(values[0] * {0}_byte(word) + values[1] * {0}_byte(word >> 16));
        }}
        output[p * shape->channels + c] = {0}_end((int32_t)sum, (int32_t)ends[c], shape->above, shape->below);
      }}
    }}
    stream = ends + 2;
    output += step / 2;
    step = 4;
  }}
}}
)";

std::string fallback(const Int16Core& core) {
  const std::string name = int16_core_name(core);
  return int16_end_text(name, core.bounds) +
         fmt::format(fmt::runtime(kFallback), name, core.positions, declaration(core));
}

std::int64_t channel_pairs(std::int64_t channels) {
  return (channels + 1) / 2;
}

}  // namespace

std::string int16_core_name(const Int16Core& core) {
  return fmt::format("mote_int16_{}x2{}", core.positions, bounds_suffix(core.bounds));
}

Core int16_core_text(const Int16Core& core) {
  return arm_dsp_core({int16_core_name(core), kIncludes, declaration(core), fallback(core)}, assemble(core).assembly);
}

std::int64_t int16_core_bytes(const Int16Core& core) {
  return assemble(core).assembly.bytes();
}

std::int64_t int16_core_instructions(const Int16Core& core, std::int64_t pairs, std::int64_t channels) {
  const Parts parts = assemble(core);
  std::int64_t inputs = 0;
  if (core.positions == 4) {
    Assembly pair;
    add_pair(pair);
    const std::int64_t turns = (pairs + kLoopedPairs - 1) / kLoopedPairs;
    inputs = turns * parts.turn - (turns * kLoopedPairs - pairs) * pair.instructions();
  } else {
    inputs = pairs / kRowPairs * parts.turn + pairs % kRowPairs * parts.rest;
  }
  return parts.once + channel_pairs(channels) * (parts.channel_pair + inputs);
}

std::vector<std::uint32_t> int16_stream(std::span<const std::int8_t> weights, const Int16End& end, std::int64_t depth) {
  const auto channels = static_cast<std::int64_t>(end.biases.size());
  const auto byte = [&](std::int64_t channel, std::int64_t k) {
    if (k >= depth) return 0U;
    return static_cast<std::uint32_t>(
        static_cast<std::uint8_t>(weights[static_cast<std::size_t>(channel * depth + k)]));
  };
  std::vector<std::uint32_t> stream;
  const auto both = [&](const std::vector<std::int32_t>& values, std::int64_t c) {
    stream.push_back(static_cast<std::uint32_t>(values[static_cast<std::size_t>(c)]));
    stream.push_back(static_cast<std::uint32_t>(values[static_cast<std::size_t>(c + 1)]));
  };
  for (std::int64_t pair = 0; pair < channel_pairs(channels); ++pair) {
    const std::int64_t c = pair == 0 ? 0 : 2 * pair - channels % 2;
    both(end.biases, c);
    for (std::int64_t k = 0; k < depth; k += 2)
      stream.push_back(byte(c, k) | byte(c + 1, k) << 8 | byte(c, k + 1) << 16 | byte(c + 1, k + 1) << 24);
    both(end.multipliers, c);
  }
  return stream;
}

std::string int16_shape(const std::string& stream_end, std::int64_t pairs, const Int16End& end) {
  const std::size_t channels = end.biases.size();
  return fmt::format("{{{}, {}, {}, {}, {}, {}}}", stream_end, pairs, channels, channels % 2 == 0 ? 4 : 2,
                     bounds_above(end), bounds_below(end));
}

}  // namespace mote::codegen
