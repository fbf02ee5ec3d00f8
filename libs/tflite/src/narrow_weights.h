// Ternary and binary weights in a format that has neither: stored as INT8, with a metadata entry that tells which
// constants they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::tflite {

inline constexpr const char* kNarrowWeightsMetadata = "mote.weights";

// A line "<tensor> <type>" for each ternary or binary constant; "" where there is none.
std::string narrow_weights_text(const graph::Graph& graph);

// Gives the tensors of a file the types that `text` tells. Errors: kCorrupt for a tensor that is no INT8 constant and
// for a text of another form. Values that do not fit are found by graph::verify.
void restore_narrow_weights(std::string_view text, std::vector<graph::Tensor>& tensors);

}  // namespace mote::tflite
