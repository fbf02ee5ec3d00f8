#include "mote/graph/ops/unary.h"

#include <array>

#include "op_functions.h"

namespace mote::tflite {
namespace {

struct Row {
  graph::UnaryKind kind;
  format::BuiltinOperator code;
  std::int32_t version;
};
constexpr std::array kRows{Row{graph::UnaryKind::kRelu, format::BuiltinOperator::RELU, 2},
                           Row{graph::UnaryKind::kRelu6, format::BuiltinOperator::RELU6, 2}};

}  // namespace

std::optional<Decoded> decode(Tag<graph::Unary>, const OperatorView& view) {
  for (const Row& row : kRows) {
    if (row.code != view.code()) continue;
    view.check_input_count(1, 1);
    return Decoded{graph::Unary{row.kind}, {view.input(0)}};
  }
  return std::nullopt;
}

Encoded encode(const graph::Unary& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder&) {
  const Row& row = kRows[static_cast<std::size_t>(op.kind)];
  return {row.code, version_by_type(node, row.version, 3), format::BuiltinOptions::NONE, {}, {}};
}

}  // namespace mote::tflite
