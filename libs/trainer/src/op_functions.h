// What src/ops/<stem>.cpp supplies for each op: its parameters, forward() and backward() side by side. Straightforward
// and unfused: the definition of each op's float maths, the oracle of the fused program's tests, and the engine of FP32
// inference.
//
// Every op works on whole samples, one after the other, so that numbers do not depend on how samples are grouped. The
// exception is BatchNorm in training, which sees the whole batch at once (kSeesWholeBatch).
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "dropout_mask.h"
#include "mote/graph/graph.h"

namespace mote::trainer {

// Memory of one worker for the time of one call; grows during the first step and is then reused.
class Scratch {
 public:
  // Values are whatever was there before.
  std::span<float> take(std::int64_t count);
  void release_all() { used_ = 0; }

 private:
  std::deque<std::vector<float>> blocks_;
  std::size_t used_ = 0;
};

// One tensor of a node: a row of values for each sample if it is an activation, the values themselves if it is a
// constant.
struct Operand {
  const graph::Tensor* tensor = nullptr;
  float* values = nullptr;
  float* gradient = nullptr;  // laid out like values; backward() adds to it; null where nobody wants it

  const graph::Shape& shape() const { return tensor->shape; }
  std::int64_t elements() const { return tensor->elements(); }
  // Elements from one sample to the next.
  std::int64_t stride() const { return tensor->constant ? 0 : elements(); }
  float* row(std::int64_t sample) const { return values + sample * stride(); }
  float* gradient_row(std::int64_t sample) const { return gradient + sample * stride(); }
};

enum class RunMode : std::uint8_t { kTraining, kInference };

// A node at work on some samples of a batch.
struct NodeCall {
  std::int64_t samples = 0;
  std::int64_t first_sample = 0;  // place of the first of them in the batch
  std::span<const Operand> inputs;
  std::span<const Operand> outputs;
  RunMode mode = RunMode::kInference;
  bool frozen_norms = false;  // in training too, batch norms use the moving statistics and leave them alone
  DropoutKey dropout;         // names the mask of this node in this step
  Scratch* scratch = nullptr;

  bool has_input(std::size_t index) const { return index < inputs.size(); }
};

enum class ParameterKind : std::uint8_t {
  kWeight,     // starts at random; weight decay pulls it to zero
  kPlain,      // starts at one value: biases, gammas, betas, slopes
  kStatistic,  // not trained: forward() updates it in training
};

// A constant that the trainer changes, as the input of a node.
struct ParameterUse {
  std::size_t input = 0;
  ParameterKind kind = ParameterKind::kPlain;
  float start = 0.0F;        // kPlain, kStatistic
  std::int64_t fan_in = 0;   // kWeight: values that one output sums up
  std::int64_t fan_out = 0;  // kWeight: outputs that one input feeds
};

inline ParameterUse weight(std::size_t input, std::int64_t fan_in, std::int64_t fan_out) {
  return {input, ParameterKind::kWeight, 0.0F, fan_in, fan_out};
}
inline ParameterUse plain(std::size_t input, float start) {
  return {input, ParameterKind::kPlain, start};
}
inline ParameterUse statistic(std::size_t input, float start) {
  return {input, ParameterKind::kStatistic, start};
}

// parameters: the constants that training changes; {} for an op without any.
// forward: outputs from inputs. backward: adds to the gradients of the inputs, from those of the outputs.
#define MOTE_TRAINABLE_OP(Type, stem)                                                                        \
  std::vector<ParameterUse> parameters(const graph::Type& op, std::span<const graph::Tensor* const> inputs); \
  void forward(const graph::Type& op, const NodeCall& call);                                                 \
  void backward(const graph::Type& op, const NodeCall& call);
#define MOTE_TRAINONLY_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#include "mote/graph/ops.def"

// True for ops whose samples are not independent in training.
template <class Attributes>
inline constexpr bool kSeesWholeBatch = false;
template <>
inline constexpr bool kSeesWholeBatch<graph::BatchNorm> = true;

}  // namespace mote::trainer
