// Writes what leaves the house: model.tflite, model_data.h/.cc, labels.txt; reads the model file back and holds both
// equal.
#pragma once

#include "mote/pipeline/feature_metadata.h"
#include "stages/features.h"

namespace mote::pipeline {

// Errors: kInvalid when the file that was written does not read back as the graph.
void export_model(const Context& context, const FeatureMetadata& metadata);

}  // namespace mote::pipeline
