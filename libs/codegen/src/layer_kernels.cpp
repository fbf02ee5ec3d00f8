#include "mote/codegen/layer_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "append_frames.h"
#include "generator.h"
#include "mote/base/error.h"
#include "mote/plan/plan.h"

namespace mote::codegen {
namespace {

std::vector<const Generator*> generators() {
  return {
#define MOTE_GENERATOR(stem) &stem##_generator(),
#include "generators.def"
  };
}

Layer layer_of(const graph::Graph& graph, std::size_t node, InstructionSet set, std::int32_t pad_top) {
  return {graph, graph.nodes[node], plan::plain_kernel_call(graph, node, pad_top), set, pad_top};
}

// Weights of a depthwise layer are few: kernels may hold a byte or more for each. Elsewhere that would give away what
// narrow weights are for.
bool wants_packed(const graph::Graph& graph, const graph::Node& node) {
  if (std::holds_alternative<graph::DepthwiseConv2d>(node.op)) return false;
  return std::any_of(node.inputs.begin(), node.inputs.end(),
                     [&](graph::TensorId id) { return graph::stored_bits(graph.tensor(id).type) < 8; });
}

// The generators that know the layer's number formats.
std::vector<const Generator*> generators_for(const Layer& layer) {
  std::vector<const Generator*> all = generators();
  const bool packed = wants_packed(layer.graph, layer.node);
  std::erase_if(all, [&](const Generator* generator) {
    return generator->activations() != layer.output().type || (packed && !generator->packs_weights());
  });
  return all;
}

}  // namespace

std::vector<plan::KernelOption> options(const graph::Graph& graph, std::size_t node, InstructionSet set,
                                        std::int32_t pad_top) {
  std::vector<plan::KernelOption> all;
  if (set == InstructionSet::kPortable) return all;
  const Layer layer = layer_of(graph, node, set, pad_top);
  for (const Generator* generator : generators_for(layer)) {
    std::vector<plan::KernelOption> offered = generator->offer(layer);
    std::move(offered.begin(), offered.end(), std::back_inserter(all));
  }
  return all;
}

LayerText emit(const graph::Graph& graph, std::size_t node, InstructionSet set, const LayerCall& call) {
  if (is_append(call.option)) return emit_append(graph, graph.nodes[node], call);
  const Layer layer = layer_of(graph, node, set, call.pad_top);
  for (const Generator* generator : generators_for(layer)) {
    const std::vector<plan::KernelOption> offered = generator->offer(layer);
    const bool is_its = std::any_of(offered.begin(), offered.end(),
                                    [&](const plan::KernelOption& option) { return option.name == call.option; });
    if (is_its) return generator->emit(layer, call);
  }
  throw Error(ErrorCode::kInvalid, fmt::format("[codegen] layer {} '{}': no kernel '{}' on {}", node,
                                               graph.node_name(layer.node), call.option, enum_name(set)));
}

}  // namespace mote::codegen
