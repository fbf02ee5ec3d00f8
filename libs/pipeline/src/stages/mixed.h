// The step `mixed`: which type the weights of each layer get. The network of the step before stays as it is; what it
// loses and costs with each type is measured, and the types are chosen under the recipe's budgets.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/doctor/mixed_precision.h"
#include "mote/pipeline/report_types.h"
#include "stages/context.h"
#include "stages/training_source.h"

namespace mote::pipeline {

// Before any work, for what is known then: bytes of weights, where no step before makes the network narrower or
// sparser. Arena and instructions depend on the trained network. Errors: kInvalid for a budget that cannot be met, with
// the nearest that can.
void check_mixed_budget(const Recipe& recipe, std::int32_t classes);

// Measures and chooses for the network that stands as the step's own, and writes the table. Errors: kInvalid for a
// budget that cannot be met, with the nearest that can.
void choose_mixed_types(const Context& context, const TrainingSource& source);

// What a run with the step chose. Errors: kNotFound, kCorrupt.
MixedPrecision load_mixed(const RunDirectory& directory);
// The same for the nodes of the float graph that is quantized. Errors: those of load_mixed(); kCorrupt for a layer that
// the graph does not have.
std::vector<quant::WeightType> mixed_types(const RunDirectory& directory, const graph::Graph& lowered);

// The rows of a report.
std::vector<LayerTypes> layer_types(const doctor::TypeTable& table, const doctor::TypePlan& plan);

}  // namespace mote::pipeline
