// All stages of a recipe in order, each skipped when its result in the run directory is current.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/base/log.h"
#include "mote/data/summary.h"
#include "mote/pipeline/recipe.h"
#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

// In the order in which they run. A stage needs those before it.
// kTrain is the first step of compress.steps, kCompress the others.
enum class RunStage : std::uint8_t { kData, kFeatures, kTrain, kCompress, kQuantize, kExport, kVerify, kEvaluate };

struct RunOptions {
  std::filesystem::path out;            // the run directory; made when missing
  RunStage last = RunStage::kEvaluate;  // stop after this stage
  int threads = 0;                      // 0: one for each core
  LogSink* log = &null_log();
  const std::atomic<bool>* stop = nullptr;  // set by a signal handler: the run ends, what was done is kept
};

struct RunOutcome {
  std::vector<RunStage> done;    // stages that had work to do; empty: everything was current
  std::optional<Report> report;  // after kEvaluate
  bool gates_passed = true;
};

// Runs the recipe. Files of the run directory: docs/architecture.md. Errors: those of every stage, with the stage as
// context.
RunOutcome run(const Recipe& recipe, const RunOptions& options);

// Checks what can be checked before any work: data paths, labels, feature and model shapes, the budget of the gates
// that depend on the model's shape alone. Gives lines that describe what would be run.
std::vector<std::string> check(const Recipe& recipe, LogSink& log);

// What `mote data` shows: counts, durations, clips that deserve a look.
struct DataReport {
  data::DatasetSummary summary;
  std::vector<Notice> notices;
};
DataReport inspect_data(const Recipe& recipe, const RunOptions& options);

// mote's version, e.g. "0.1.0".
std::string_view version();

}  // namespace mote::pipeline

template <>
struct mote::EnumNames<mote::pipeline::RunStage> {
  static constexpr std::array<std::string_view, 8> kNames{"data",     "features", "train",  "compress",
                                                          "quantize", "export",   "verify", "evaluate"};
};
