// What only moves values, on planes: concat along channels (planes one behind the other), pad around height and width
// (rows into a field of the zero point), reshape (nothing where positions and channels stay, else a change of layout:
// NHWC is the order of elements that a reshape keeps).
#include <fmt/format.h>

#include <variant>

#include "../copy_core.h"
#include "../generator.h"
#include "../word_moves.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kConcat = "mote_concat_planes";
constexpr std::string_view kPad = "mote_pad_planes";
constexpr std::string_view kReshape = "mote_reshape_planes";
constexpr std::string_view kReshapeToNhwc = "mote_reshape_planes_to_nhwc";
constexpr std::string_view kReshapeToPlanes = "mote_reshape_nhwc_to_planes";
constexpr std::int64_t kCopyBytes = 38;  // of a copy in a layer's function
constexpr std::int64_t kPadBytes = 76;
constexpr std::string_view kPadRows = "mote_pad_rows";
constexpr std::int64_t kPadRowsBytes = 52;
constexpr std::int64_t kPadRowsPlaneInstructions = 6;  // of a loop over rows
constexpr std::int64_t kPadRowsInstructions = 4;       // a row, beside its bytes
constexpr std::int64_t kMostUnrolledRowBytes = 32;
constexpr std::int64_t kCallInstructions = 18;

plan::KernelOption planes_option(std::string_view name, std::size_t inputs, std::string_view reason) {
  plan::KernelOption option;
  option.name = name;
  option.inputs.assign(inputs, plan::Layout::kPlanes);
  option.output = plan::Layout::kPlanes;
  option.cores = {copy_core().name};
  option.core_flash_bytes = kCopyCoreBytes;
  option.reason = reason;
  return option;
}

std::int64_t planes_bytes(const graph::Tensor& tensor) {
  return plan::stored_bytes(tensor, plan::Layout::kPlanes);
}

std::vector<plan::KernelOption> concat_options(const Layer& layer, const graph::Concat& op) {
  if (static_cast<std::size_t>(op.axis) + 1 != layer.output().shape.size()) return {};
  plan::KernelOption option = planes_option(kConcat, layer.node.inputs.size(), "planes one behind the other");
  option.overlaps = {{0, 0, 4}};
  for (std::size_t i = 0; i < layer.node.inputs.size(); ++i) {
    option.flash_bytes += kCopyBytes;
    option.instructions += kCallInstructions + copy_instructions(1, planes_bytes(layer.input(i)));
  }
  return {option};
}

std::string copy_text(const std::string& name, std::int64_t rows, std::int64_t bytes, std::int64_t input_step,
                      std::int64_t output_step) {
  return fmt::format("static const mote_copy_plan {} = {{{}, {}, {}, {}}};\n\n", name, rows, bytes, input_step,
                     output_step);
}

LayerText concat_text(const Layer& layer, const LayerCall& call) {
  std::string plans;
  std::string calls;
  std::int64_t at = call.output.offset_bytes;
  for (std::size_t i = 0; i < layer.node.inputs.size(); ++i) {
    const std::int64_t bytes = planes_bytes(layer.input(i));
    const std::string name = fmt::format("{}_part{}", call.symbol, i);
    plans += copy_text(name, 1, bytes, 0, 0);
    calls += fmt::format("  mote_copy_bytes(&{}, arena + {}, arena + {});\n", name, call.inputs[i].offset_bytes, at);
    at += bytes;
  }
  return {fmt::format("{}static void {}(uint8_t* arena) {{\n{}}}\n", plans, call.symbol, calls), {copy_core()}};
}

// Rows that are padded beside, moved by words.
plan::KernelOption pad_rows_option(const Layer& layer) {
  const plan::PlaneGeometry from = plan::plane_geometry(layer.input(0));
  const std::int64_t beside = plan::plane_geometry(layer.output()).width - from.width;
  plan::KernelOption option = planes_option(kPadRows, 1, "short rows, a zero point beside them");
  option.cores.clear();
  option.core_flash_bytes = 0;
  option.flash_bytes = kPadRowsBytes + word_move_flash_bytes(from.width) + 4 * beside;
  option.instructions =
      kCallInstructions +
      from.channels * ((from.height > 1 ? kPadRowsPlaneInstructions : 0) +
                       from.height * (kPadRowsInstructions + word_move_instructions(from.width) + beside));
  return option;
}

std::vector<plan::KernelOption> pad_options(const Layer& layer, const graph::Pad& op) {
  const bool channels = op.before.back() != 0 || op.after.back() != 0;
  if (layer.output().shape.size() != 4 || channels) return {};
  const plan::PlaneGeometry from = plan::plane_geometry(layer.input(0));
  const plan::PlaneGeometry to = plan::plane_geometry(layer.output());
  plan::KernelOption option = planes_option(kPad, 1, "rows into a field of the zero point");
  option.flash_bytes = kPadBytes;
  option.instructions = from.channels * (kCallInstructions + fill_instructions(to.pitch_bytes()) +
                                         copy_instructions(from.height, from.width));
  if (from.height != to.height || to.width > kMostUnrolledRowBytes) return {option};
  return {option, pad_rows_option(layer)};
}

LayerText pad_rows_text(const Layer& layer, const graph::Pad& op, const LayerCall& call) {
  const plan::PlaneGeometry from = plan::plane_geometry(layer.input(0));
  const plan::PlaneGeometry to = plan::plane_geometry(layer.output());
  const std::int32_t zero_point = layer.input(0).quant.zero_points.front() + 128;
  const WordMove row{"to", op.before[2], "from", 0, from.width};
  std::string zeros;
  for (std::int32_t x = 0; x < to.width; ++x) {
    const bool is_inside = x >= op.before[2] && x < op.before[2] + from.width;
    if (!is_inside) zeros += fmt::format("      to[{}] = {};\n", x, zero_point);
  }
  const std::string text = fmt::format(
      "{0}static void {1}(uint8_t* arena) {{\n  const uint8_t* input = arena + {2};\n  uint8_t* output = arena + {3};\n"
      "  for (int32_t c = 0; c < {4}; ++c, input += {5}, output += {6}) {{\n"
      "    const uint8_t* from = input;\n    uint8_t* to = output;\n"
      "    for (int32_t y = 0; y < {7}; ++y, from += {8}, to += {9}) {{\n{10}{11}    }}\n  }}\n}}\n",
      word_function(call.symbol), call.symbol, call.inputs.front().offset_bytes, call.output.offset_bytes,
      from.channels, from.pitch_bytes(), to.pitch_bytes(), from.height, from.width, to.width,
      word_moves(call.symbol, row, "      "), zeros);
  return {text, {}};
}

LayerText pad_text(const Layer& layer, const graph::Pad& op, const LayerCall& call) {
  const plan::PlaneGeometry from = plan::plane_geometry(layer.input(0));
  const plan::PlaneGeometry to = plan::plane_geometry(layer.output());
  const std::int64_t first = std::int64_t{op.before[1]} * to.width + op.before[2];
  const std::string text = fmt::format(
      "{0}static void {1}(uint8_t* arena) {{\n  const uint8_t* input = arena + {2};\n  uint8_t* output = arena + {3};\n"
      "  int32_t c;\n  for (c = 0; c < {4}; ++c, input += {5}, output += {6}) {{\n"
      "    mote_copy_bytes_fill(output, {6}, {7});\n    mote_copy_bytes(&{1}_plan, input, output + {8});\n  }}\n}}\n",
      copy_text(call.symbol + "_plan", from.height, from.width, from.width, to.width), call.symbol,
      call.inputs.front().offset_bytes, call.output.offset_bytes, from.channels, from.pitch_bytes(), to.pitch_bytes(),
      layer.input(0).quant.zero_points.front() + 128, first);
  return {text, {copy_core()}};
}

std::vector<plan::KernelOption> reshape_options(const Layer& layer) {
  if (layer.input(0).type != graph::DType::kInt8) return {};
  const plan::PlaneGeometry from = plan::plane_geometry(layer.input(0));
  const plan::PlaneGeometry to = plan::plane_geometry(layer.output());
  std::vector<plan::KernelOption> options;
  if (from.positions() == to.positions() && from.channels == to.channels) {
    plan::KernelOption option = planes_option(kReshape, 1, "the same planes");
    option.overlaps = {{0, 0, 4}};
    option.flash_bytes = kCopyBytes;
    option.instructions = kCallInstructions + copy_instructions(1, planes_bytes(layer.input(0)));
    options.push_back(std::move(option));
  }
  options.push_back(layout_change(layer.input(0), plan::Layout::kPlanes, plan::Layout::kNhwc, layer.set));
  options.back().name = kReshapeToNhwc;
  options.push_back(layout_change(layer.output(), plan::Layout::kNhwc, plan::Layout::kPlanes, layer.set));
  options.back().name = kReshapeToPlanes;
  for (plan::KernelOption& option : options) {
    if (option.name != kReshape) option.reason = "a reshape keeps the order of NHWC";
  }
  return options;
}

LayerText reshape_text(const Layer& layer, const LayerCall& call) {
  if (call.option == kReshapeToNhwc) return emit_layout_change(layer.input(0), layer.set, call);
  if (call.option == kReshapeToPlanes) return emit_layout_change(layer.output(), layer.set, call);
  const std::string text = fmt::format(
      "{0}static void {1}(uint8_t* arena) {{\n  mote_copy_bytes(&{1}_plan, arena + {2}, arena + {3});\n}}\n",
      copy_text(call.symbol + "_plan", 1, planes_bytes(layer.input(0)), 0, 0), call.symbol,
      call.inputs.front().offset_bytes, call.output.offset_bytes);
  return {text, {copy_core()}};
}

class MovePlanes : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kArmDsp) return {};
    if (const auto* concat = std::get_if<graph::Concat>(&layer.node.op)) return concat_options(layer, *concat);
    if (const auto* pad = std::get_if<graph::Pad>(&layer.node.op)) return pad_options(layer, *pad);
    if (std::holds_alternative<graph::Reshape>(layer.node.op)) return reshape_options(layer);
    return {};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    if (call.option == kConcat) return concat_text(layer, call);
    if (call.option == kPadRows) return pad_rows_text(layer, std::get<graph::Pad>(layer.node.op), call);
    if (call.option == kPad) return pad_text(layer, std::get<graph::Pad>(layer.node.op), call);
    return reshape_text(layer, call);
  }
};

}  // namespace

const Generator& move_planes_generator() {
  static const MovePlanes generator;
  return generator;
}

}  // namespace mote::codegen
