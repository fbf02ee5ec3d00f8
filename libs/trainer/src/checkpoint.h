// The whole state of a training between two steps, in a file. With the settings and the source, which the key stands
// for, it decides everything that follows.
//
// Format, little-endian: "mote-ckp", version (u32), key, position, sums, history, arrays; then the SHA-256 of all that
// in hex. Texts and arrays are preceded by their length (u64). Random streams need no state: they are named by epoch
// and step.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mote/base/log.h"
#include "mote/trainer/train.h"

namespace mote::trainer {

// What an epoch has seen so far.
struct EpochSums {
  double loss = 0;  // Σ batch loss · samples
  std::int64_t correct = 0;
  std::int64_t samples = 0;
};

struct TrainState {
  std::int32_t epoch = 0;     // that the next step belongs to
  std::int64_t batch = 0;     // of the epoch, that the next step takes
  std::uint64_t updates = 0;  // steps done in all
  EpochSums sums;
  std::vector<EpochRecord> history;
  std::vector<float> parameters, statistics;
  std::vector<float> optimizer;
  std::vector<float> hooks;                                   // what the hooks remember; empty without any
  std::vector<float> average_parameters, average_statistics;  // empty without averaging
  std::vector<float> best_parameters, best_statistics;        // of the best epoch so far; empty before the first
};

// Written atomically. Errors: kIo.
void save_checkpoint(const std::filesystem::path& path, const std::string& key, const TrainState& state);

// Nothing when there is no file, or one of another key or version: that is said. Errors: kCorrupt for a file that is
// cut, damaged or no checkpoint.
std::optional<TrainState> load_checkpoint(const std::filesystem::path& path, const std::string& key, LogSink& log);

}  // namespace mote::trainer
