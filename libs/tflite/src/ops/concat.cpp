#include "mote/graph/ops/concat.h"

#include <fmt/format.h>

#include "op_functions.h"

namespace mote::tflite {
namespace {

constexpr std::size_t kMostInputs = 64;

}  // namespace

std::optional<Decoded> decode(Tag<graph::Concat>, const OperatorView& view) {
  if (view.code() != format::BuiltinOperator::CONCATENATION) return std::nullopt;
  view.check_input_count(1, kMostInputs);
  const auto& options = view.required_options<format::ConcatenationOptions>();
  if (view.activation(options.fused_activation_function()) != graph::Activation::kNone) {
    view.fail(ErrorCode::kUnsupported, "a fused activation behind a concatenation; make it a layer of its own");
  }
  const auto rank = static_cast<std::int32_t>(view.output().shape.size());
  if (options.axis() < -rank || options.axis() >= rank) {
    view.fail(ErrorCode::kCorrupt, fmt::format("wanted an axis of {}..{}, got {}", -rank, rank - 1, options.axis()));
  }
  std::vector<graph::TensorId> inputs;
  for (std::size_t i = 0; i < view.input_count(); ++i) inputs.push_back(view.input(i));
  return Decoded{graph::Concat{options.axis() < 0 ? options.axis() + rank : options.axis()}, inputs};
}

Encoded encode(const graph::Concat& op, const graph::NodeView& node, flatbuffers::FlatBufferBuilder& builder) {
  const auto options = format::CreateConcatenationOptions(builder, op.axis);
  return {format::BuiltinOperator::CONCATENATION,
          version_by_type(node, 2, 3),
          format::BuiltinOptions::ConcatenationOptions,
          options.Union(),
          {}};
}

}  // namespace mote::tflite
