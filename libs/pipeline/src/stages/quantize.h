// From the trained graph to the float and the int8 inference graph.
#pragma once

#include "stages/features.h"
#include "stages/training_source.h"

namespace mote::pipeline {

// Writes cache/float.graph and cache/int8.graph.
void quantize_model(const Context& context, const TrainingSource& source);

}  // namespace mote::pipeline
