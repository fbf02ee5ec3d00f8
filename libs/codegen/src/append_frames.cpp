#include "append_frames.h"

#include <fmt/format.h>

#include "word_moves.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kBytes = "mote_append_bytes";
constexpr std::string_view kPlanes = "mote_append_planes";

constexpr std::string_view kHeader = R"(#include <stdint.h>

/* Window of `kept` + `added` bytes: what lies behind the first `added` moves to its start, `frames` behind that. */
void mote_append_bytes(uint8_t* window, int32_t kept, const uint8_t* frames, int32_t added);
)";

constexpr std::string_view kSource = R"(#include "mote_append_bytes.h"

static void mote_append_bytes_move(uint8_t* to, const uint8_t* from, int32_t bytes) {
  for (; bytes >= 4; bytes -= 4, to += 4, from += 4) {
    const uint8_t a = from[0];
    const uint8_t b = from[1];
    const uint8_t c = from[2];
    const uint8_t d = from[3];
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
  }
  for (; bytes > 0; --bytes) *to++ = *from++;
}

void mote_append_bytes(uint8_t* window, int32_t kept, const uint8_t* frames, int32_t added) {
  mote_append_bytes_move(window, window + added, kept);
  mote_append_bytes_move(window + kept, frames, added);
}
)";

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr std::int64_t kCoreBytes = 84;
constexpr std::int64_t kCallBytes = 24;
constexpr std::int64_t kCallInstructions = 40;
constexpr std::int64_t kWordInstructions = 6;
constexpr std::int64_t kLoopBytes = 32;
constexpr std::int64_t kLoopInstructions = 10;
constexpr std::int64_t kPlaneInstructions = 4;
// Longer planes are not worth their unrolled moves.
constexpr std::int64_t kMostPlaneBytes = 256;

struct Frames {
  const graph::Tensor& window;
  const graph::Tensor& added;
};

Frames frames_of(const graph::Graph& graph, const graph::Node& node) {
  return {graph.tensor(node.outputs.front()), graph.tensor(node.inputs.back())};
}

struct PlaneMoves {
  plan::PlaneGeometry window;
  plan::PlaneGeometry added;
  std::int64_t added_bytes = 0;  // up to a whole word where the plane has room: nobody writes there afterwards

  std::int64_t kept_bytes() const { return window.positions() - added.positions(); }
};

std::int64_t whole_words(std::int64_t bytes) {
  return (bytes + 3) / 4 * 4;
}

PlaneMoves plane_moves(const Frames& frames) {
  PlaneMoves moves{plan::plane_geometry(frames.window), plan::plane_geometry(frames.added)};
  const std::int64_t added = moves.added.positions();
  const bool has_room = moves.kept_bytes() + whole_words(added) <= moves.window.pitch_bytes();
  moves.added_bytes = has_room ? whole_words(added) : added;
  return moves;
}

plan::KernelOption planes_option(const Frames& frames) {
  const PlaneMoves moves = plane_moves(frames);
  plan::KernelOption option;
  option.name = kPlanes;
  option.inputs = {plan::Layout::kPlanes};
  option.output = plan::Layout::kPlanes;
  option.flash_bytes =
      kLoopBytes + word_move_flash_bytes(moves.kept_bytes()) + word_move_flash_bytes(moves.added_bytes);
  option.instructions =
      kLoopInstructions + moves.window.channels * (kPlaneInstructions + word_move_instructions(moves.kept_bytes()) +
                                                   word_move_instructions(moves.added_bytes));
  option.reason = "new frames behind those that stay, plane by plane";
  return option;
}

plan::KernelOption bytes_option(const Frames& frames) {
  plan::KernelOption option;
  option.name = kBytes;
  option.inputs = {plan::Layout::kNhwc};
  option.cores = {option.name};
  option.core_flash_bytes = kCoreBytes;
  option.flash_bytes = kCallBytes;
  option.instructions = kCallInstructions + kWordInstructions * (frames.window.bytes() / 4);
  option.reason = "new frames behind those that stay";
  return option;
}

LayerText planes_text(const Frames& frames, const LayerCall& call) {
  const PlaneMoves moves = plane_moves(frames);
  const WordMove kept{"window", 0, "window", moves.added.positions(), moves.kept_bytes()};
  const WordMove added{"window", moves.kept_bytes(), "frames", 0, moves.added_bytes};
  const std::string text = fmt::format(
      "{0}static void {1}(uint8_t* arena) {{\n  uint8_t* window = arena + {2};\n"
      "  const uint8_t* frames = arena + {3};\n"
      "  for (int32_t c = 0; c < {4}; ++c, window += {5}, frames += {6}) {{\n{7}{8}  }}\n}}\n",
      word_function(call.symbol), call.symbol, call.output.offset_bytes, call.inputs.front().offset_bytes,
      moves.window.channels, moves.window.pitch_bytes(), moves.added.pitch_bytes(),
      word_moves(call.symbol, kept, "    "), word_moves(call.symbol, added, "    "));
  return {text, {}};
}

LayerText bytes_text(const Frames& frames, const LayerCall& call) {
  const std::int64_t added = frames.added.bytes();
  const std::string text = fmt::format(
      "static void {}(uint8_t* arena) {{\n  mote_append_bytes(arena + {}, {}, arena + {}, {});\n}}\n", call.symbol,
      call.output.offset_bytes, frames.window.bytes() - added, call.inputs.front().offset_bytes, added);
  return {text, {{std::string(kBytes), std::string(kHeader), std::string(kSource)}}};
}

}  // namespace

bool is_append(std::string_view option) {
  return option == kBytes || option == kPlanes;
}

LayerText emit_append(const graph::Graph& graph, const graph::Node& node, const LayerCall& call) {
  const Frames frames = frames_of(graph, node);
  return call.option == kPlanes ? planes_text(frames, call) : bytes_text(frames, call);
}

std::vector<plan::KernelOption> append_options(const graph::Graph& graph, std::size_t node, InstructionSet set) {
  const Frames frames = frames_of(graph, graph.nodes[node]);
  std::vector<plan::KernelOption> options{bytes_option(frames)};
  const bool has_planes = set == InstructionSet::kArmDsp && frames.window.shape.size() == 4 &&
                          plan::plane_geometry(frames.window).pitch_bytes() <= kMostPlaneBytes;
  if (has_planes) options.push_back(planes_option(frames));
  return options;
}

}  // namespace mote::codegen
