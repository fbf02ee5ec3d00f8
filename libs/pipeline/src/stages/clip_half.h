// Clips cut in two between their groups: who chooses something by one half is judged by the other.
#pragma once

#include <vector>

#include "mote/data/manifest.h"
#include "mote/pipeline/evaluate_model.h"

namespace mote::pipeline {

// One half of the clips, in their order. The groups are dealt out in the order of their names' hashes, each to the half
// with fewer clips, so that the halves are as equal as whole groups allow.
std::vector<const data::Entry*> clip_half(const std::vector<const data::Entry*>& entries, ClipShare half);

}  // namespace mote::pipeline
