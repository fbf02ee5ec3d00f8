// THE model representation: the only one that passes between the libraries of mote.
//
// A graph is a list of tensors and a list of nodes in execution order. Tensors are named by their index. Weights are
// constants in it. Gradients, optimizer state, memory maps and kernels live beside a graph, never in it. Ownership: a
// Graph is a value; copies share constant buffers, which never change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mote/graph/op.h"
#include "mote/graph/tensor.h"

namespace mote::graph {

using TensorId = std::int32_t;

// Reads and writes tensors by id. Known to people by the name of its first output.
struct Node {
  Op op;
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;
};

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;  // every node comes after those whose outputs it reads
  std::vector<TensorId> inputs;
  std::vector<TensorId> outputs;

  const Tensor& tensor(TensorId id) const { return tensors[static_cast<std::size_t>(id)]; }
  Tensor& tensor(TensorId id) { return tensors[static_cast<std::size_t>(id)]; }
  const std::string& node_name(const Node& node) const { return tensor(node.outputs.front()).name; }
};

// What a graph may contain at each stage of its life.
enum class Stage : std::uint8_t {
  kTrain,  // float ops, BatchNorm, Dropout; weights may be uninitialized   made by recipes, read by the trainer
  kFloat,  // folded float inference ops                                    made by quant, read by FP32 evaluation and
           // quant
  kInt8,   // int8 activations, int8 or narrower weights, int32 biases; or   made by quant and import, read by plan and
           // int16 activations, int8 weights, int64 biases                 export
};

std::string_view to_string(Stage stage);  // "train", "float", "int8"

// Checks a whole graph at a library border and after every pass: ids in range, every tensor written once and before it
// is read, extents >= 1 and at most 2^31 - 1 elements, constants as large as their shapes say, ops legal in the stage,
// shapes as the ops infer them, quantization as the ops demand. Errors: kInvalid with the context "graph 'name', stage
// int8" and "layer 3 'conv1'".
void verify(const Graph& graph, Stage stage);

// The output shapes of an op for the given inputs. Errors: kInvalid, "[conv2d] wanted …, got …".
std::vector<Shape> infer_shapes(const Op& op, const std::vector<const Tensor*>& inputs);

// Index of the node that writes `tensor`, or -1 for inputs and constants.
std::int32_t producer(const Graph& graph, TensorId tensor);
// Indices of the nodes that read `tensor`, ascending.
std::vector<std::int32_t> consumers(const Graph& graph, TensorId tensor);

// Removes tensors that nothing reads or writes and renumbers the rest in order. Passes end with it.
Graph compact(const Graph& graph);
// The same; `renamed` receives the new id of each tensor, -1 for those that went.
Graph compact(const Graph& graph, std::vector<TensorId>& renamed);

// Multiply-accumulates of one inference; ops without products count none.
std::int64_t multiply_accumulates(const Graph& graph, const Node& node);
std::int64_t multiply_accumulates(const Graph& graph);
// Elements of the constants that the node reads.
std::int64_t parameter_count(const Graph& graph, const Node& node);

}  // namespace mote::graph
