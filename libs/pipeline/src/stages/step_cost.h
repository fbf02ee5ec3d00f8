// What a network costs on a device, for steps that make it smaller under a target.
#pragma once

#include "mote/pipeline/recipe.h"
#include "mote/plan/cost.h"
#include "mote/trainer/channel_pruning.h"

namespace mote::pipeline {

// Of an int8 graph on cortex-m4, all its channels counted.
plan::Cost cortex_m4_cost(const graph::Graph& int8_graph);

// RAM, flash or estimated instructions of the network on cortex-m4, as narrow.cost asks; nothing for MACs, which the
// trainer counts itself. Weights do not matter to it.
trainer::GraphCost graph_cost(const Recipe& recipe);

}  // namespace mote::pipeline
