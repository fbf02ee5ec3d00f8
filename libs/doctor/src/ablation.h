// The network with some layers quantized and the others in float. Private to this library.
#pragma once

#include <vector>

#include "mote/doctor/diagnosis.h"
#include "mote/quant/simulate.h"

namespace mote::doctor {

// What became of one tensor: sums over all values of all samples.
struct Noise {
  double signal = 0;  // Σ x²
  double error = 0;   // Σ (y - x)²

  // 10·log10(signal / error); 200 where there is no error, 0 where there is no signal.
  double sqnr_db() const;
};

struct Ablation {
  std::vector<float> scores;
  Noise noise;  // of the output of the layer in question
};

// Layer -1 is the input of the graph.
class Ablations {
 public:
  Ablations(const graph::Graph& reference, const quant::Simulation& simulation, const quant::MeasuringSet& set)
      : reference_(reference), simulation_(simulation), set_(set) {}

  // Only this layer's weights and output are quantized.
  Ablation only(std::int32_t layer) const;
  // Everything else is.
  Ablation all_but(std::int32_t layer) const;

 private:
  graph::TensorId output_of(std::int32_t layer) const;

  const graph::Graph& reference_;
  const quant::Simulation& simulation_;
  quant::MeasuringSet set_;
};

}  // namespace mote::doctor
