// The network of a recipe as a kTrain graph: a named architecture or the layers that the recipe lists.
#pragma once

#include "mote/graph/graph.h"
#include "mote/pipeline/recipe.h"

namespace mote::pipeline {

// Errors: kInvalid for shapes that do not fit, with the layer; unknown ops and keys with the nearest known one and the
// line.
graph::Graph model_graph(const Recipe& recipe, std::int32_t classes);

}  // namespace mote::pipeline
