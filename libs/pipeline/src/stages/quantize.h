// From the trained graph to the float and the int8 inference graph.
#pragma once

#include "mote/quant/quantize.h"
#include "stages/features.h"
#include "stages/training_source.h"

namespace mote::pipeline {

// The trained graph without batch norms and dropout, dense layers in the form that the recipe asks for.
graph::Graph folded_model(const Context& context);

// What the recipe says of number formats.
quant::QuantizeSettings quantize_settings(const Recipe& recipe);

// Writes cache/float.graph and cache/int8.graph.
void quantize_model(const Context& context, const TrainingSource& source);

}  // namespace mote::pipeline
