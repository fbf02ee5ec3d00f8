// Evaluates a finished model, FP32 and INT8 side by side, on clips of its recipe or on any others. What `mote eval`
// does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mote/base/log.h"
#include "mote/data/layouts.h"
#include "mote/data/manifest.h"
#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

// Which of the clips: all, or one of two halves, cut between groups by their names alone. Who chooses something by the
// first half is judged by the second. Clips of one group alone are all in the first.
enum class ClipShare : std::uint8_t { kAll, kFirstHalf, kSecondHalf };

struct EvaluateOptions {
  std::filesystem::path model;         // a run directory, or a .tflite file that mote exported
  std::filesystem::path data;          // other clips; empty: those of the run's recipe
  std::optional<data::Layout> layout;  // of `data`; empty: detected
  std::optional<data::Split> split;    // empty: test, or validation where there is no test split; all of a folder
  ClipShare share = ClipShare::kAll;   // of these
  // Folder for what the int8 model was fed and answered, record by record: inputs.bin, outputs.bin, clips.txt (ids).
  // For comparison with other interpreters. Empty: none.
  std::filesystem::path dump;
  int threads = 0;
  LogSink* log = &null_log();
};

// Both models see the device path's features, clip by clip. FP32 needs the run directory: from a lone .tflite only INT8
// is evaluated. Words outside the labels become _unknown_ where the model has it, else they are skipped and counted.
// Errors: kNotFound for a missing model or data; kUnsupported for a .tflite without mote's metadata; kInvalid when no
// clip is left.
Evaluation evaluate_model(const EvaluateOptions& options);

// Ids of the clips that evaluate_model() would look at; none is no error.
std::vector<std::string> clip_ids(const EvaluateOptions& options);

}  // namespace mote::pipeline
