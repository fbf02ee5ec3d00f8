// What every stage gets from the run.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/error.h"
#include "mote/base/hash.h"
#include "mote/base/log.h"
#include "mote/base/thread_pool.h"
#include "mote/pipeline/recipe.h"
#include "mote/pipeline/report_schema.h"
#include "mote/pipeline/run_directory.h"

namespace mote::pipeline {

struct Context {
  const Recipe& recipe;
  RunDirectory& directory;
  ThreadPool& pool;
  LogSink& log;
  const std::atomic<bool>* stop = nullptr;

  // Between pieces of work: ends the command when the user asked for it.
  void check_stop() const {
    if (stop != nullptr && stop->load()) {
      throw Error(ErrorCode::kInterrupted, "stopped; what is done is kept, and the same command goes on from there");
    }
  }
};

// The key of a stage: version, instruction set, the recipe's tables it depends on, and the keys of the stages before
// it.
std::string stage_key(const Recipe& recipe, std::string_view stage, const std::vector<std::string_view>& tables,
                      std::initializer_list<std::string_view> inputs);

// Names of the files in a run directory.
namespace files {
inline constexpr const char* kRecipe = "recipe.toml";
inline constexpr const char* kLabels = "labels.txt";
inline constexpr const char* kDataset = "cache/dataset.json";
inline constexpr const char* kDeviceCheck = "cache/device_check.json";
inline constexpr const char* kTrainFeatures = "cache/train.h5";
inline constexpr const char* kValidationFeatures = "cache/validation.h5";
inline constexpr const char* kStatistics = "cache/feature_statistics.json";
inline constexpr const char* kHistory = "log.jsonl";
inline constexpr const char* kFloatGraph = "cache/float.graph";
inline constexpr const char* kInt8Graph = "cache/int8.graph";
inline constexpr const char* kModel = "model.tflite";
inline constexpr const char* kModelHeader = "model_data.h";
inline constexpr const char* kModelSource = "model_data.cc";
inline constexpr const char* kReportJson = "report.json";
inline constexpr const char* kReportHtml = "report.html";
inline constexpr const char* kPredictions = "predictions.csv";
inline constexpr const char* kJunit = "gates.xml";
}  // namespace files

}  // namespace mote::pipeline
