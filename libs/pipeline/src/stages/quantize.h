// From a trained graph to the float and the int8 inference graph.
#pragma once

#include "mote/graph/graph.h"
#include "mote/quant/quantize.h"
#include "mote/trainer/qat.h"
#include "stages/features.h"
#include "stages/training_source.h"

namespace mote::pipeline {

struct InferenceGraphs {
  graph::Graph float_graph;
  graph::Graph int8_graph;
};

// The folded graph in the form that is quantized, and how: what [quantize] says.
graph::Graph lower(const Recipe& recipe, const graph::Graph& trained);
quant::QuantizeSettings quantize_settings(const Recipe& recipe);

// What training with simulated quantization aims at; `pool` must outlive it.
trainer::QatTarget qat_target(const Recipe& recipe, ThreadPool& pool);

// Of what a step of the recipe made.
InferenceGraphs inference_graphs(const Context& context, const TrainingSource& source, StepKind step);

// Those of the last step, as cache/float.graph and cache/int8.graph.
void quantize_model(const Context& context, const TrainingSource& source);

}  // namespace mote::pipeline
