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

// A trained graph without batch norms and dropout, dense layers in the form that the recipe asks for.
graph::Graph lower(const Recipe& recipe, const graph::Graph& trained);

// The same of what a step left.
graph::Graph folded_model(const Context& context, StepKind step);

// What the recipe says of number formats, for the nodes of the float graph that is quantized. Errors: kNotFound for a
// layer of quantize.int8_layers that the graph does not have.
quant::QuantizeSettings quantize_settings(const Recipe& recipe, const graph::Graph& lowered);
// The same errors before any work.
void check_layer_types(const Recipe& recipe, std::int32_t classes);

// What training of `trained` with simulated quantization aims at; `recipe` and `pool` must outlive it.
trainer::QatTarget qat_target(const Recipe& recipe, const graph::Graph& trained, ThreadPool& pool);

// Of what a step of the recipe made: calibrated and repaired, or as they were trained.
InferenceGraphs inference_graphs(const Context& context, const TrainingSource& source, StepKind step);

// Those of the last step, as cache/float.graph and cache/int8.graph.
void quantize_model(const Context& context, const TrainingSource& source);

}  // namespace mote::pipeline
