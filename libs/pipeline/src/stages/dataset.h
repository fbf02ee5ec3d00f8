// The recipe's data set as a manifest that can be trained on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mote/data/manifest.h"
#include "mote/data/summary.h"
#include "stages/context.h"

namespace mote::pipeline {

struct Dataset {
  data::Manifest manifest;
  std::string hash;
  std::vector<Notice> notices;
};

// Lists the clips; reads no audio. Errors: those of data::load_layout; kInvalid when a split leaks or a class has no
// clips.
Dataset load_dataset(const Recipe& recipe, int processes);

// That the training clips that quantization calibrates on have every class. Errors: kInvalid naming the class and a
// quantize.samples that is enough.
void check_calibration(const Recipe& recipe, const data::Manifest& manifest);

// Reads every clip once, drops the unreadable ones from the manifest, and tells about the rest. For generated speech
// nothing is read: it takes minutes and cannot surprise.
data::DatasetSummary examine(Dataset& dataset, ThreadPool& pool, LogSink& log);

// Takes the entries of these ids out of the manifest.
void leave_out(data::Manifest& manifest, const std::vector<std::string>& ids);

// Layout settings of the recipe for the folder `root`.
data::LayoutSettings layout_settings(const Recipe& recipe, const std::filesystem::path& root, data::Layout layout);

// Samples of a clip of the recipe: clip_ms at the features' rate.
std::int64_t clip_samples(const Recipe& recipe);

}  // namespace mote::pipeline
