// Trains the recipe's network on the cached features.
#pragma once

#include "mote/trainer/train.h"
#include "stages/features.h"
#include "stages/training_source.h"

namespace mote::pipeline {

// Writes checkpoints/trained.graph and log.jsonl.
void train_model(const Context& context, TrainingSource& source, std::int32_t classes, const std::string& key);

}  // namespace mote::pipeline
