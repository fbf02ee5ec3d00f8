// Float activations for whoever needs them (calibration, range search, FP32 evaluation) without knowing the trainer.
// The trainer implements it; the pipeline hands it in.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "mote/graph/graph.h"

namespace mote::graph {

class FloatRunner {
 public:
  // One activation tensor of the graph for all samples, sample-major. The span lives during the call.
  using Observer = std::function<void(TensorId tensor, std::span<const float> values)>;

  // The same, and free to change the values before the nodes that read them run: what if this tensor were quantized?
  using Editor = std::function<void(TensorId tensor, std::span<float> values)>;

  virtual ~FloatRunner() = default;

  // Runs a kFloat graph of one input on `samples` inputs laid one after the other (samples × elements of the input) and
  // shows the input and every node's output to `observe`, in execution order. Numbers do not depend on how samples are
  // grouped.
  virtual void run(const Graph& graph, std::span<const float> inputs, std::int64_t samples,
                   const Observer& observe) = 0;
  // The same with every activation handed to `edit` instead.
  virtual void run_edited(const Graph& graph, std::span<const float> inputs, std::int64_t samples,
                          const Editor& edit) = 0;
};

}  // namespace mote::graph
