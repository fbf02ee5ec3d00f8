// Optimizers over the flat array of parameters: one pass a step.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mote/trainer/settings.h"
#include "program.h"

namespace mote::trainer {

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  // Moves the parameters by the gradients (same length). `update` counts the steps done before this one.
  virtual void step(double rate, std::uint64_t update, std::span<float> parameters,
                    std::span<const float> gradients) = 0;

  // All that it remembers from step to step, for checkpoints. Zeros at the start.
  virtual std::span<float> state() = 0;
};

// sgd       u = momentum·u + g;  p -= rate·u (Sutskever et al. 2013)
//
// nesterov  the same with p -= rate·(g + momentum·u)
//
// adam      m, v: moving means of g and g²;  p -= rate·m̂/(√v̂ + epsilon), both divided by their bias
//           (Kingma and Ba 2015)
//
// adamw     adam with p -= rate·weight_decay·p (Loshchilov and Hutter 2019)
//
// Weight decay acts on the slots that decay; with all but adamw it is added to the gradient: g + weight_decay·p.
std::unique_ptr<Optimizer> make_optimizer(const TrainSettings& settings, const std::vector<ParameterSlot>& slots);

// Scales the gradients so that their norm is at most `greatest_norm` (> 0). Returns the norm before.
double clip_gradients(std::span<float> gradients, double greatest_norm);

}  // namespace mote::trainer
