// A depthwise layer of one input channel is a convolution of one input channel: the same weights in another order. It
// is offered what codegen has for that convolution, whose proof is made on its actual constants.
#include "../generator.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"

namespace mote::codegen {
namespace {

// [1,KH,KW,O] to [O,KH,KW,1].
graph::Tensor convolution_weights(const graph::Tensor& weights) {
  const auto from = graph::values<std::int8_t>(weights);
  const auto outputs = static_cast<std::size_t>(weights.shape[3]);
  const std::size_t taps = from.size() / outputs;
  std::vector<std::int8_t> to(from.size());
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t tap = 0; tap < taps; ++tap) to[o * taps + tap] = from[tap * outputs + o];
  }
  graph::Tensor result = weights;
  result.shape = {weights.shape[3], weights.shape[1], weights.shape[2], 1};
  result.data = graph::make_buffer(std::span<const std::int8_t>(to));
  if (result.quant.per_channel()) result.quant.axis = 0;
  return result;
}

graph::Graph as_convolution(const Layer& layer, const graph::DepthwiseConv2d& op) {
  graph::Graph graph;
  graph.name = layer.graph.name;
  graph.tensors = {layer.input(0), convolution_weights(layer.input(1))};
  graph::Node node{
      graph::Conv2d{op.stride_h, op.stride_w, op.dilation_h, op.dilation_w, op.padding, op.activation}, {0, 1}, {}};
  if (layer.node.inputs.size() > 2) {
    graph.tensors.push_back(layer.input(2));
    node.inputs.push_back(2);
  }
  graph.tensors.push_back(layer.output());
  node.outputs = {static_cast<graph::TensorId>(graph.tensors.size()) - 1};
  graph.inputs = {0};
  graph.outputs = node.outputs;
  graph.nodes = {std::move(node)};
  return graph;
}

// Helium's convolution takes such layers by itself.
const graph::DepthwiseConv2d* one_channel(const Layer& layer) {
  if (layer.set == InstructionSet::kHelium) return nullptr;
  const auto* op = std::get_if<graph::DepthwiseConv2d>(&layer.node.op);
  return op != nullptr && layer.input(0).shape[3] == 1 ? op : nullptr;
}

class DepthwiseAsConv : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    const graph::DepthwiseConv2d* op = one_channel(layer);
    return op == nullptr ? std::vector<plan::KernelOption>{}
                         : options(as_convolution(layer, *op), 0, layer.set, layer.pad_top);
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    return codegen::emit(as_convolution(layer, *one_channel(layer)), 0, layer.set, call);
  }
};

}  // namespace

const Generator& depthwise_as_conv_generator() {
  static const DepthwiseAsConv generator;
  return generator;
}

}  // namespace mote::codegen
