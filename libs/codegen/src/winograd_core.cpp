#include "winograd_core.h"

#include <fmt/format.h>

#include <array>

#include "assembly.h"

namespace mote::codegen {
namespace {

// What the assembly keeps on the stack, bytes from sp; 44 bytes and the nine saved registers keep sp a multiple of 8.
enum Frame : int {
  kOutput = 0,
  kRow = 4,
  kStream = 8,
  kRoomAt = 12,
  kRoomEnd = 16,
  kValues = 20,
  kRoom = 24,
  kTurnEnd = 28,
  kStreamEnd = 32,
  kPitch = 36,
  kShape = 40,
  kFrameBytes = 44
};

constexpr int kPlaces = 16;
constexpr int kPlaceBytes = 32;  // of the room: two channels, four tiles

const char* const kIncludes =
    "#include <stdint.h>\n"
    "#ifndef MOTE_WINOGRAD_SHAPE\n"
    "#define MOTE_WINOGRAD_SHAPE\n"
    "typedef struct mote_winograd_shape {\n"
    "  const uint32_t* stream_end;\n"
    "  uint32_t row;         /* bytes from one row of the output to the next */\n"
    "  uint32_t pitch;       /* bytes from one output plane to the next */\n"
    "  uint32_t above_high;  /* bounds of the output: 255 - high, 255 - high + low, low */\n"
    "  uint32_t above_span;\n"
    "  uint32_t low;\n"
    "} mote_winograd_shape;\n"
    "#endif\n";

void add_prologue(Assembly& a, const WinogradCore& core) {
  a.add("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}");
  a.add(fmt::format("sub sp, sp, #{}", kFrameBytes + 0));
  a.add("ldm r3, {r4, r5, r6}");
  a.add(fmt::format("strd r2, r5, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("strd r4, r6, [sp, #{}]", kStreamEnd + 0));
  a.add(fmt::format("add r7, r0, #{}", kPlaces * 16 * core.pairs));
  a.add(fmt::format("strd r0, r7, [sp, #{}]", kValues + 0));
  a.add(fmt::format("add r4, r7, #{}", kPlaceBytes));
  a.add(fmt::format("str r4, [sp, #{}]", kTurnEnd + 0));
  a.add(fmt::format("add r4, r7, #{}", kWinogradRoomBytes));
  a.add(fmt::format("str r4, [sp, #{}]", kRoomEnd + 0));
  if (core.is_bounded) a.add(fmt::format("str r3, [sp, #{}]", kShape + 0));
}

// One pair of inputs for four tiles and two channels.
void add_pair(Assembly& a, bool is_first) {
  static constexpr std::array<const char*, 8> kSums{"r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr"};
  a.add("ldm r1!, {r4, r5}");
  for (std::size_t half = 0; half < 2; ++half) {
    a.add("ldm r0!, {r2, r3}");
    for (std::size_t i = 0; i < 4; ++i) {
      const char* sum = kSums[4 * (i / 2) + 2 * half + i % 2];
      const std::string product = fmt::format("{}, r{}, r{}", sum, 2 + i % 2, 4 + i / 2);
      a.add(is_first ? "smuad " + product : fmt::format("smlad {}, {}", product, sum));
    }
  }
}

// The products of one place.
void add_place(Assembly& a, const WinogradCore& core) {
  a.label(2);
  add_pair(a, true);
  if (core.pairs > 1) a.repeat(core.pairs - 1, [&] { add_pair(a, false); });
  a.add(fmt::format("ldrd r2, r3, [sp, #{}]", kRoomAt + 0));
  a.add("stm r2!, {r6, r7, r8, r9, r10, r11, r12, lr}");
  a.add(fmt::format("str r2, [sp, #{}]", kRoomAt + 0));
  a.add("cmp r2, r3");
  a.add("bne.w 2b");
}

// Reads the room for the two tiles that lie `tile_bytes` into a place.
class OutputSide {
 public:
  OutputSide(Assembly& a, int tile_bytes) : a_(a), tile_bytes_(tile_bytes) {}

  void add() {
    a_.add(fmt::format("ldr r0, [sp, #{}]", kRoomAt + 0));
    add_first_column();
    add_second_column();
    add_third_column();
    add_fourth_column();
  }

 private:
  int at(int row, int column) const { return tile_bytes_ + kPlaceBytes * (4 * row + column); }
  void load(const char* two, int row, int column) { a_.add(fmt::format("ldrd {}, [r0, #{}]", two, at(row, column))); }
  // "add", "r2", "r10": r2 += r10
  void into(const char* operation, const char* to, const char* from) {
    a_.add(fmt::format("{0} {1}, {1}, {2}", operation, to, from));
  }
  void middle_rows(int column) {
    load("r10, r11", 1, column);
    load("r12, lr", 2, column);
  }
  void upper(int column, const char* first, const char* second) {
    load(fmt::format("{}, {}", first, second).c_str(), 0, column);
    into("add", first, "r10");
    into("add", second, "r11");
    into("add", first, "r12");
    into("add", second, "lr");
  }
  void lower(int column, const char* first, const char* second) {
    a_.add(fmt::format("sub {}, r10, r12", first));
    a_.add(fmt::format("sub {}, r11, lr", second));
    load("r10, r11", 3, column);
    into("sub", first, "r10");
    into("sub", second, "r11");
  }

  void add_first_column() {
    middle_rows(0);
    upper(0, "r2", "r3");
    lower(0, "r6", "r7");
  }
  void add_second_column() {
    middle_rows(1);
    a_.add(fmt::format("ldr r1, [sp, #{}]", kStream + 0));
    a_.add("ldr r1, [r1]");
    into("add", "r10", "r1");
    into("add", "r11", "r1");
    upper(1, "r4", "r5");
    into("add", "r2", "r4");
    into("add", "r3", "r5");
    lower(1, "r8", "r9");
    into("add", "r6", "r8");
    into("add", "r7", "r9");
  }
  void add_third_column() {
    middle_rows(2);
    a_.add("add r1, r10, r12");
    a_.add("sub r12, r10, r12");
    a_.add("add r10, r11, lr");
    a_.add("sub lr, r11, lr");
    a_.add(fmt::format("ldr r11, [r0, #{}]", at(0, 2)));
    into("add", "r1", "r11");
    into("add", "r2", "r1");
    into("sub", "r4", "r1");
    a_.add(fmt::format("ldr r11, [r0, #{}]", at(0, 2) + 4));
    into("add", "r10", "r11");
    into("add", "r3", "r10");
    into("sub", "r5", "r10");
    load("r10, r11", 3, 2);
    into("sub", "r12", "r10");
    into("sub", "lr", "r11");
    into("add", "r6", "r12");
    into("add", "r7", "lr");
    into("sub", "r8", "r12");
    into("sub", "r9", "lr");
  }
  void add_fourth_column() {
    middle_rows(3);
    for (const char* from : {"r10", "r12"}) into("sub", "r4", from);
    for (const char* from : {"r11", "lr"}) into("sub", "r5", from);
    into("sub", "r8", "r10");
    into("sub", "r9", "r11");
    into("add", "r8", "r12");
    into("add", "r9", "lr");
    load("r10, r11", 0, 3);
    into("sub", "r4", "r10");
    into("sub", "r5", "r11");
    load("r10, r11", 3, 3);
    into("add", "r8", "r10");
    into("add", "r9", "r11");
  }

  Assembly& a_;
  int tile_bytes_;
};

// The outputs of two tiles: upper row, lower row.
constexpr std::array<const char*, 8> kOutputs{"r2", "r4", "r3", "r5", "r6", "r8", "r7", "r9"};

// The sums are four times what the forms take: with the prescaled form the weights carry 2^(k-2), else they are halved.
void add_ends(Assembly& a, const WinogradCore& core) {
  a.add(fmt::format("ldr r0, [sp, #{}]", kStream + 0));
  a.add("ldrd r10, r11, [r0, #4]");
  if (core.form == EndForm::kPrescaled) {
    for (const char* sum : kOutputs) a.add(fmt::format("smmla {0}, {0}, r10, r11", sum));
    return;
  }
  a.add("ldr.w r12, [r0, #12]");
  for (const char* sum : kOutputs) {
    a.add(fmt::format("asr {0}, {0}, #1", sum));
    a.add(fmt::format("add r1, r11, {}, asr #31", sum));
    a.add(fmt::format("smmlar {0}, {0}, r10, r1", sum));
    a.add(fmt::format("asr {0}, {0}, r12", sum));
  }
}

void add_stores(Assembly& a, const WinogradCore& core, int first_column) {
  a.add(fmt::format("ldrd r0, r1, [sp, #{}]", kOutput + 0));
  a.add("add r1, r0, r1");
  if (core.is_bounded) {
    a.add(fmt::format("ldr r12, [sp, #{}]", kShape + 0));
    a.add("ldrd r10, r11, [r12, #12]");
    a.add("ldr r12, [r12, #20]");
  }
  const std::string shift = core.form == EndForm::kPrescaled ? fmt::format(", asr #{}", core.final_shift) : "";
  for (std::size_t i = 0; i < kOutputs.size(); ++i) {
    const char* value = kOutputs[i];
    a.add(fmt::format("usat {0}, #8, {0}{1}", value, shift));
    if (core.is_bounded) {
      a.add(fmt::format("uqadd8 {0}, {0}, r10", value));
      a.add(fmt::format("uqsub8 {0}, {0}, r11", value));
      a.add(fmt::format("uqadd8 {0}, {0}, r12", value));
    }
    a.add(fmt::format("strb {}, [{}, #{}]", value, i < 4 ? "r0" : "r1", first_column + static_cast<int>(i % 4)));
  }
}

// The outputs of one channel.
void add_channel(Assembly& a, const WinogradCore& core) {
  a.label(3);
  for (const int half : {0, 1}) {
    OutputSide(a, 8 * half).add();
    add_ends(a, core);
    add_stores(a, core, 4 * half);
  }
  a.add(fmt::format("ldrd r1, r0, [sp, #{}]", kStream + 0));
  a.add(fmt::format("add.w r1, r1, #{}", 4 * core.end_words()));
  a.add("add.w r0, r0, #16");
  a.add(fmt::format("strd r1, r0, [sp, #{}]", kStream + 0));
  a.add(fmt::format("ldr r2, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("ldr r3, [sp, #{}]", kPitch + 0));
  a.add("add r2, r2, r3");
  a.add(fmt::format("str r2, [sp, #{}]", kOutput + 0));
  a.add(fmt::format("ldr r2, [sp, #{}]", kTurnEnd + 0));
  a.add("cmp r0, r2");
  a.add("bne.w 3b");
}

struct Parts {
  Assembly assembly;
  std::int64_t once = 0;          // instructions a call
  std::int64_t channel_pair = 0;  // two channels
};

Parts assemble(const WinogradCore& core) {
  Parts parts;
  Assembly& a = parts.assembly;
  add_prologue(a, core);
  const std::int64_t prologue = a.instructions();
  a.label(1);
  a.add(fmt::format("ldrd r0, r2, [sp, #{}]", kValues + 0));
  a.add(fmt::format("str r2, [sp, #{}]", kRoomAt + 0));
  const std::int64_t before = a.instructions();
  add_place(a, core);
  const std::int64_t place = a.instructions() - before;
  a.add(fmt::format("sub r2, r2, #{}", kWinogradRoomBytes));
  a.add(fmt::format("strd r1, r2, [sp, #{}]", kStream + 0));
  const std::int64_t placed = a.instructions();
  add_channel(a, core);
  const std::int64_t channel = a.instructions() - placed;
  a.add(fmt::format("ldr r3, [sp, #{}]", kStreamEnd + 0));
  a.add("cmp r1, r3");
  a.add("bne.w 1b");
  const std::int64_t all = a.instructions() - prologue;
  parts.channel_pair = all + (kPlaces - 1) * place + channel;
  a.add(fmt::format("add sp, sp, #{}", kFrameBytes + 0));
  a.add("pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}");
  parts.once = a.instructions() - all;
  return parts;
}

}  // namespace

std::string winograd_core_name(const WinogradCore& core) {
  const std::string end =
      core.form == EndForm::kPrescaled ? fmt::format("shift{}", core.final_shift) : std::string("any");
  return fmt::format("mote_winograd_k{}_{}{}", 2 * core.pairs, end, core.is_bounded ? "_bounded" : "");
}

Core winograd_core_text(const WinogradCore& core) {
  return arm_dsp_core({winograd_core_name(core), kIncludes, winograd_declaration(core), winograd_fallback(core)},
                      assemble(core).assembly);
}

std::int64_t winograd_core_bytes(const WinogradCore& core) {
  return assemble(core).assembly.bytes();
}

std::int64_t winograd_core_instructions(const WinogradCore& core, std::int64_t channel_pairs) {
  const Parts parts = assemble(core);
  return parts.once + channel_pairs * parts.channel_pair;
}

}  // namespace mote::codegen
