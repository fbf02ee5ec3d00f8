#include "mote/data/summary.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>

namespace mote::data {
namespace {

// What became of one entry.
struct Outcome {
  std::optional<Inspection> inspection;
  std::optional<ReadFailure> failure;
};

std::vector<Outcome> inspect_all(const Manifest& manifest, const InspectSettings& settings, ThreadPool& threads,
                                 LogSink& log) {
  constexpr std::int64_t kReportEvery = 256;
  std::vector<Outcome> outcomes(manifest.entries.size());
  const auto total = static_cast<std::int64_t>(outcomes.size());
  std::atomic<std::int64_t> done = 0;
  threads.run(total, [&](std::int64_t task) {
    const auto i = static_cast<std::size_t>(task);
    const Result<Recording> recording = manifest.entries[i].read();
    if (recording)
      outcomes[i].inspection = inspect(recording.value(), settings);
    else
      outcomes[i].failure = recording.failure();
    const std::int64_t count = ++done;
    if (count % kReportEvery == 0 || count == total) log.progress({"data", count, total, {}});
  });
  return outcomes;
}

// Adds one entry after another, in the order of the manifest.
class Adder {
 public:
  Adder(const Manifest& manifest, DatasetSummary& summary) : manifest_(manifest), summary_(summary) {
    summary_.counts.resize(manifest.labels.size());
    groups_.resize(manifest.labels.size());
    for (std::size_t i = 0; i < manifest.labels.size(); ++i) index_[manifest.labels[i]] = i;
  }

  void add(std::size_t position, const Inspection& found) {
    const Entry& entry = manifest_.entries[position];
    const std::size_t label = index_.at(entry.label);
    const auto split = static_cast<std::size_t>(entry.split);
    ClassCount& count = summary_.counts[label][split];
    ++count.clips;
    count.duration_s += found.duration_s;
    count.groups += groups_[label][split].insert(entry.group).second ? 1 : 0;
    summary_.shortest_s = summary_.clips == 0 ? found.duration_s : std::min(summary_.shortest_s, found.duration_s);
    summary_.longest_s = std::max(summary_.longest_s, found.duration_s);
    ++summary_.clips;
    summary_.duration_s += found.duration_s;
    if (found.clipped) summary_.clipped.push_back(entry.id);
    if (found.silent && entry.label != kSilenceLabel) summary_.silent.push_back(entry.id);
    const auto [first, is_new] = first_with_.emplace(found.content_hash, position);
    if (!is_new) add_duplicate(entry, manifest_.entries[first->second]);
  }

 private:
  void add_duplicate(const Entry& copy, const Entry& original) {
    summary_.duplicates.push_back({copy.id, original.id, copy.label, original.label, copy.split, original.split});
  }

  const Manifest& manifest_;
  DatasetSummary& summary_;
  std::unordered_map<std::string_view, std::size_t> index_;
  std::vector<std::array<std::set<std::string_view>, 3>> groups_;
  std::unordered_map<std::string, std::size_t> first_with_;
};

}  // namespace

std::int64_t DatasetSummary::duplicates_across_splits() const {
  return std::ranges::count_if(duplicates, [](const Duplicate& d) { return d.split != d.split_of_original; });
}

DatasetSummary summarize(const Manifest& manifest, const InspectSettings& settings, ThreadPool& threads, LogSink& log) {
  DatasetSummary summary;
  summary.name = manifest.name;
  summary.split_rule = manifest.split_rule;
  summary.labels = manifest.labels;
  summary.skipped = manifest.skipped;
  summary.unreadable = manifest.failures;

  const std::vector<Outcome> outcomes = inspect_all(manifest, settings, threads, log);
  Adder adder(manifest, summary);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].inspection) {
      adder.add(i, *outcomes[i].inspection);
      continue;
    }
    summary.unreadable.push_back(*outcomes[i].failure);
    summary.unreadable_ids.push_back(manifest.entries[i].id);
  }
  return summary;
}

}  // namespace mote::data
