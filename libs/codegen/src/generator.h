// One way to make a kernel. generators.def lists them; each has a source file of its name with its register plan in the
// head comment, its C fallback and its proof.
#pragma once

#include <memory>
#include <vector>

#include "mote/codegen/layer_kernels.h"
#include "mote/plan/kernel_call.h"

namespace mote::codegen {

struct RequantizationMemo;
std::shared_ptr<RequantizationMemo> make_requantization_memo();

// A node with what the planner's lowering knows of it: window, offsets, multipliers.
struct Layer {
  const graph::Graph& graph;
  const graph::Node& node;
  plan::KernelCall call;
  InstructionSet set;
  std::int32_t pad_top = plan::kPadByRule;
  std::shared_ptr<RequantizationMemo> memo = make_requantization_memo();  // of requantization_of()

  const graph::Tensor& input(std::size_t index) const { return graph.tensor(node.inputs[index]); }
  const graph::Tensor& output() const { return graph.tensor(node.outputs.front()); }
};

class Generator {
 public:
  Generator() = default;
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;
  virtual ~Generator() = default;

  // Type of the activations that it knows. It is asked for layers of them alone.
  virtual graph::DType activations() const { return graph::DType::kInt8; }
  // Whether it stores weights of less than a byte as such. Only then is it asked for convolutions and dense layers of
  // them.
  virtual bool packs_weights() const { return false; }
  // What it can do for the layer; nothing where it does not apply. Names are unique over all generators.
  virtual std::vector<plan::KernelOption> offer(const Layer& layer) const = 0;
  // The text of one of the options that offer() gave.
  virtual LayerText emit(const Layer& layer, const LayerCall& call) const = 0;
};

// const Generator& <stem>_generator() for each line of generators.def.
#define MOTE_GENERATOR(stem) const Generator& stem##_generator();
#include "generators.def"

}  // namespace mote::codegen
