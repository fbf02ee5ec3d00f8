// From a trained graph to the float and the int8 inference graph.
#pragma once

#include <memory>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/quant/quantize.h"
#include "mote/quant/repair.h"
#include "mote/trainer/qat.h"
#include "stages/context.h"
#include "stages/training_source.h"

namespace mote::pipeline {

struct InferenceGraphs {
  graph::Graph float_graph;
  graph::Graph int8_graph;
};

// Training clips to calibrate on, and what runs float networks on them.
class Calibration {
 public:
  Calibration(const Context& context, const TrainingSource& source);

  // Refers to this object.
  quant::MeasuringSet set() const { return {*runner_, inputs_, samples_}; }
  // A folded network on its way to int8, before any repair.
  quant::Draft draft(const graph::Graph& folded, const quant::QuantizeSettings& settings) const;

 private:
  const quant::CalibrationSettings& settings_;
  std::vector<float> inputs_;
  std::int64_t samples_;
  std::unique_ptr<graph::FloatRunner> runner_;
};

// A trained graph without batch norms and dropout, dense layers in the form that the recipe asks for.
graph::Graph lower(const Recipe& recipe, const graph::Graph& trained);

// The same of what a step left.
graph::Graph folded_model(const Context& context, StepKind step);

// What the recipe says of number formats, for the nodes of the float graph that is quantized. Errors: kNotFound for a
// layer of quantize.int8_layers that the graph does not have.
quant::QuantizeSettings quantize_settings(const Recipe& recipe, const graph::Graph& lowered);
// The same errors before any work.
void check_layer_types(const Recipe& recipe, std::int32_t classes);

// The same of what `step` left, with the types that the step mixed chose, if the network went through it.
quant::QuantizeSettings quantize_settings(const Context& context, StepKind step, const graph::Graph& lowered);

// What training of `trained` with simulated quantization aims at; what `context` refers to must outlive it.
trainer::QatTarget qat_target(const Context& context, const graph::Graph& trained);

// Of what a step of the recipe made: calibrated and repaired, or as they were trained.
InferenceGraphs inference_graphs(const Context& context, const TrainingSource& source, StepKind step);

// Those of the last step, as cache/float.graph and cache/int8.graph.
void quantize_model(const Context& context, const TrainingSource& source);

}  // namespace mote::pipeline
