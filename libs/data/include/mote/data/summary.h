// What `mote data` tells about a data set: counts, durations, and every clip that deserves a look.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mote/base/log.h"
#include "mote/base/thread_pool.h"
#include "mote/data/inspect.h"
#include "mote/data/manifest.h"

namespace mote::data {

// Of one class in one split.
struct ClassCount {
  std::int64_t clips = 0;   // readable ones
  std::int64_t groups = 0;  // different speakers, persons, devices, …
  double duration_s = 0;
};

// Two entries with the same samples.
struct Duplicate {
  std::string id;
  std::string copy_of;  // the first entry with these samples
  std::string label;
  std::string label_of_original;  // another label means that one of the two is wrong
  Split split = Split::kTrain;
  Split split_of_original = Split::kTrain;  // another split means that the test set is not unseen
};

struct DatasetSummary {
  std::string name;
  std::string split_rule;
  std::vector<std::string> labels;
  std::vector<std::array<ClassCount, 3>> counts;  // [label][split]
  std::int64_t clips = 0;
  double duration_s = 0;
  double shortest_s = 0;
  double longest_s = 0;
  std::vector<std::string> clipped;  // ids, in the order of the manifest, as are all lists here
  std::vector<std::string> silent;   // without those labelled _silence_
  std::vector<Duplicate> duplicates;
  std::vector<ReadFailure> unreadable;      // with those met while the manifest was made
  std::vector<std::string> unreadable_ids;  // the entries among them
  std::map<std::string, std::int64_t> skipped;

  std::int64_t duplicates_across_splits() const;
};

// Reads every entry once. The same on any number of threads. Progress is reported as task "data".
DatasetSummary summarize(const Manifest& manifest, const InspectSettings& settings, ThreadPool& threads, LogSink& log);

}  // namespace mote::data
