// Generated clips as manifests: words spoken from the seed, motion made from the seed.
#pragma once

#include <vector>

#include "mote/data/manifest.h"
#include "mote/pipeline/recipe.h"
#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

// The words of dataset.labels, and _unknown_ where it is among them. Warnings go to `notices`.
data::Manifest speech_manifest(const Recipe& recipe, int processes, std::vector<Notice>& notices);

data::Manifest motion_manifest(const Recipe& recipe);

}  // namespace mote::pipeline
