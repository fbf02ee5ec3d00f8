#include "mote/graph/ops/reduce.h"

#include <fmt/format.h>

#include <algorithm>

#include "op_functions.h"

namespace mote::tflite {

// Axes may be negative, in any order and repeated, as in the format.
std::optional<Decoded> decode(Tag<graph::Reduce>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::MEAN) return std::nullopt;
  view.check_input_count(2, 2);
  const auto* options = view.options<format::ReducerOptions>();
  graph::Reduce op;
  op.keep_dims = options != nullptr && options->keep_dims() ? 1 : 0;
  op.axes = view.numbers(1);
  const auto rank = static_cast<std::int32_t>(view.input_tensor(0).shape.size());
  for (std::int32_t& axis : op.axes) {
    if (axis < -rank || axis >= rank) {
      view.fail(ErrorCode::kCorrupt, fmt::format("wanted axes of {}..{}, got {}", -rank, rank - 1, axis));
    }
    if (axis < 0) axis += rank;
  }
  std::sort(op.axes.begin(), op.axes.end());
  op.axes.erase(std::unique(op.axes.begin(), op.axes.end()), op.axes.end());
  return Decoded{op, {view.input(0)}};
}

Encoded encode(const graph::Reduce& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  const auto options = format::CreateReducerOptions(builder, op.keep_dims != 0);
  const graph::Shape shape{static_cast<std::int32_t>(op.axes.size())};
  return {format::BuiltinOperator::MEAN,
          version_by_type(node, 2, 3),
          format::BuiltinOptions::ReducerOptions,
          options.Union(),
          {Operand{"axes", shape, op.axes}}};
}

}  // namespace mote::tflite
