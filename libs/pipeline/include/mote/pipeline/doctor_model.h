// Where a finished model loses accuracy on its way to int8, and what can be done about it. What `mote doctor` does.
//
// A run directory is examined layer by layer against its float network, on clips that did not train it: validation, or
// `data`. Other clips judge what the repairs give back: the test split, or, where there is none and of `data`, one half
// of the clips by group, which then is not looked at before. From a lone .tflite only what its integers show can be
// said.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mote/base/log.h"
#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

enum class DoctorWork : std::uint8_t { kExamine, kApply };

struct DoctorOptions {
  std::filesystem::path model;  // a run directory, or a .tflite that mote exported
  std::filesystem::path data;   // other clips; empty: the run's own
  DoctorWork work = DoctorWork::kExamine;
  // Where the repaired model goes, a copy of the run directory; empty: into the run directory itself.
  std::filesystem::path out;
  std::int64_t weight_bytes = 0;  // mixed precision: types of weights that fit into so many bytes; 0: not asked
  std::int64_t clips = 500;       // looked at, at most, evenly spread; >= 1
  int threads = 0;
  LogSink* log = &null_log();
  const std::atomic<bool>* stop = nullptr;
};

struct DoctorOutcome {
  DoctorFindings findings;
  // kApply: the clips that judge, and their evaluation before and after. Empty where all clips are of one group.
  std::vector<std::string> judged_clips;
  std::optional<Evaluation> before;
  std::optional<Evaluation> after;
  std::filesystem::path folder;  // where the repaired model lies; empty: nothing was changed
};

// Writes its findings into report.json and report.html of the run directory (of `out`, when it repairs into it). With
// kApply the proposals are tried; if they help, the recipe in the directory gets their settings and its stages from
// quantization on are done again. Errors: kNotFound for a missing model or data; kInvalid for a directory whose
// training is not done, a lone .tflite with kApply, or weight_bytes that cannot be met (with the nearest that can);
// those of load_recipe() and run().
DoctorOutcome doctor_model(const DoctorOptions& options);

}  // namespace mote::pipeline
