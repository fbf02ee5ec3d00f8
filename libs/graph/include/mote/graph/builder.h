// Builds a graph node by node with shapes inferred. Used by recipes, importers, passes and tests.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "mote/graph/op_functions.h"

namespace mote::graph {

class GraphBuilder {
 public:
  explicit GraphBuilder(std::string name);

  TensorId input(std::string name, Shape shape, DType type = DType::kFloat32, Quant quant = {});
  // A weight with no values yet (kTrain).
  TensorId weight(std::string name, Shape shape);
  TensorId constant(std::string name, Shape shape, std::span<const float> values);
  TensorId constant(Tensor tensor);
  // Appends a node with one output of the inferred shape. Errors: kInvalid from the op, with "layer 'name'" as context.
  TensorId node(std::string name, Op op, std::vector<TensorId> inputs);
  // The same with the type and quantization of the output given (kInt8).
  TensorId node(std::string name, Op op, std::vector<TensorId> inputs, DType type, Quant quant);
  // Appends a layer with the new weights that its op asks for, named after it.
  TensorId layer(const std::string& name, const Op& op, std::vector<TensorId> inputs, const LayerSize& size = {});
  void output(TensorId tensor);

  const Shape& shape(TensorId tensor) const { return graph_.tensor(tensor).shape; }
  const Graph& graph() const { return graph_; }
  Graph build() { return std::move(graph_); }

 private:
  Graph graph_;
};

}  // namespace mote::graph
