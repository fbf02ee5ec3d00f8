#include "mote/graph/ops/reshape.h"

#include <fmt/format.h>

#include <algorithm>

#include "op_functions.h"

namespace mote::tflite {
namespace {

// The shape that was asked for, from the operand or the option; nothing when the file has neither.
std::optional<std::vector<std::int32_t>> asked_shape(const OperatorView& view) {
  if (view.has_input(1)) return view.numbers(1);
  const auto* options = view.options<format::ReshapeOptions>();
  if (options == nullptr || options->new_shape() == nullptr) return std::nullopt;
  return std::vector<std::int32_t>(options->new_shape()->begin(), options->new_shape()->end());
}

// One extent may be -1: the rest of the elements.
bool agrees(const std::vector<std::int32_t>& asked, const graph::Shape& shape) {
  return asked.size() == shape.size() &&
         std::equal(asked.begin(), asked.end(), shape.begin(), [](auto a, auto b) { return a == b || a == -1; });
}

}  // namespace

std::optional<Decoded> decode(Tag<graph::Reshape>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::RESHAPE) return std::nullopt;
  view.check_input_count(1, 2);
  const graph::Shape& shape = view.output().shape;
  const auto asked = asked_shape(view);
  if (asked && !agrees(*asked, shape)) {
    view.fail(ErrorCode::kUnsupported, fmt::format("asks for shape {}, but its output has {}", graph::to_string(*asked),
                                                   graph::to_string(shape)));
  }
  return Decoded{graph::Reshape{shape}, {view.input(0)}};
}

// Both the operand and the option: readers differ in which of them they look at.
Encoded encode(const graph::Reshape& op, const graph::NodeView&, flatbuffers::FlatBufferBuilder& builder) {
  const auto options = format::CreateReshapeOptionsDirect(builder, &op.shape);
  return {format::BuiltinOperator::RESHAPE,
          1,
          format::BuiltinOptions::ReshapeOptions,
          options.Union(),
          {Operand{"shape", {static_cast<std::int32_t>(op.shape.size())}, op.shape}}};
}

}  // namespace mote::tflite
