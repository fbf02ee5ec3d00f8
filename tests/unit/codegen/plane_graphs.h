// Graphs of one layer for the tests of kernels on planes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "emitted_layer.h"
#include "int8_graphs.h"

namespace mote::test {

// An input whose real zero is the lowest raw value, as behind a ReLU, or anything.
enum class InputRange : std::uint8_t { kRectified, kAny };

inline graph::Graph depthwise_graph(const graph::Shape& input, std::int32_t multiplier, std::int32_t kernel_h,
                                    std::int32_t kernel_w, const graph::DepthwiseConv2d& op, InputRange range,
                                    std::uint64_t seed) {
  Int8GraphBuilder builder("depthwise", seed);
  const TensorId x = builder.input(input);
  graph::Graph graph = builder.build(builder.depthwise(x, multiplier, kernel_h, kernel_w, op));
  graph::Quant& in = graph.tensor(graph.inputs.front()).quant;
  if (range == InputRange::kRectified) in.zero_points.front() = -128;
  // A fused ReLU's output starts at its zero point.
  if (op.activation != graph::Activation::kNone) graph.tensor(graph.outputs.front()).quant.zero_points.front() = -128;
  return graph;
}

inline void add_options(std::vector<EmittedLayer>& layers, const std::string& name, const graph::Graph& graph,
                        codegen::InstructionSet set = codegen::InstructionSet::kArmDsp) {
  for (EmittedLayer& layer : all_options(name, graph, set)) layers.push_back(std::move(layer));
}

}  // namespace mote::test
