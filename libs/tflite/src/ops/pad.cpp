#include "mote/graph/ops/pad.h"

#include <fmt/format.h>

#include "op_functions.h"

namespace mote::tflite {

std::optional<Decoded> decode(Tag<graph::Pad>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::PAD) return std::nullopt;
  view.check_input_count(2, 2);
  const std::vector<std::int32_t> pairs = view.numbers(1);
  const std::size_t rank = view.input_tensor(0).shape.size();
  if (pairs.size() != 2 * rank) {
    view.fail(ErrorCode::kCorrupt, fmt::format("wanted {} pairs of padding, got {} numbers", rank, pairs.size()));
  }
  graph::Pad op;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    op.before.push_back(pairs[2 * axis]);
    op.after.push_back(pairs[2 * axis + 1]);
  }
  return Decoded{op, {view.input(0)}};
}

Encoded encode(const graph::Pad& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  Operand paddings{"paddings", {static_cast<std::int32_t>(op.before.size()), 2}, {}};
  for (std::size_t axis = 0; axis < op.before.size(); ++axis) {
    paddings.values.push_back(op.before[axis]);
    paddings.values.push_back(op.after[axis]);
  }
  const auto options = format::CreatePadOptions(builder);
  return {format::BuiltinOperator::PAD,
          version_by_type(node, 2, 3),
          format::BuiltinOptions::PadOptions,
          options.Union(),
          {paddings}};
}

}  // namespace mote::tflite
