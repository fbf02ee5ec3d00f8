// From the labels on disk to the labels that are wanted.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <unordered_map>

#include "clip_files.h"
#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "mote/base/text.h"

namespace mote::data {
namespace {

using SplitCounts = std::array<std::int64_t, kSplits.size()>;

// FNV-1a: names the random stream of a clip. Fowler, Noll, Vo.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

bool contains(const std::vector<std::string>& labels, std::string_view label) {
  return std::ranges::find(labels, label) != labels.end();
}

std::int64_t share_of(double share, std::int64_t count) {
  return count == 0 ? 0 : std::max<std::int64_t>(1, std::llround(share * static_cast<double>(count)));
}

SplitCounts count_by_split(const std::vector<Entry>& entries) {
  SplitCounts counts{};
  for (const Entry& entry : entries) ++counts[static_cast<std::size_t>(entry.split)];
  return counts;
}

// Keeps the entries of each split that come first in an order drawn from the seed and their ids: a clip more or less
// changes little of the choice.
std::vector<Entry> sample(const std::vector<Entry>& entries, const SplitCounts& wanted, std::uint64_t seed,
                          Manifest& manifest) {
  std::unordered_map<std::string_view, std::uint64_t> rank;
  for (const Entry& entry : entries) rank[entry.id] = Rng::derive(seed, "unknown", {hash_of(entry.id)}).next();
  std::vector<const Entry*> order;
  for (const Entry& entry : entries) order.push_back(&entry);
  std::ranges::sort(order, {},
                    [&](const Entry* entry) { return std::pair(rank[entry->id], std::string_view(entry->id)); });

  std::set<std::string_view> kept;
  SplitCounts counts{};
  for (const Entry* entry : order) {
    const auto split = static_cast<std::size_t>(entry->split);
    if (counts[split]++ < wanted[split])
      kept.insert(entry->id);
    else
      ++manifest.skipped[entry->label];
  }
  std::vector<Entry> result;
  for (const Entry& entry : entries) {
    if (kept.contains(entry.id)) result.push_back(entry);
  }
  return result;
}

// The entries whose words are not wanted: dropped, or turned into _unknown_.
std::vector<Entry> as_unknown(std::vector<Entry> others, const SplitCounts& wanted_clips,
                              const LayoutSettings& settings, Manifest& manifest) {
  if (!contains(settings.labels, kUnknownLabel)) {
    for (const Entry& entry : others) ++manifest.skipped[entry.label];
    return {};
  }
  if (settings.unknown_share > 0) {
    SplitCounts counts{};
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = share_of(settings.unknown_share, wanted_clips[i]);
    others = sample(others, counts, settings.seed, manifest);
  }
  for (Entry& entry : others) entry.label = kUnknownLabel;
  return others;
}

std::vector<Entry> silence(const Manifest& manifest, const SplitCounts& wanted_clips, const LayoutSettings& settings) {
  AudioSettings audio = settings.audio;
  if (audio.length_samples == 0) audio.length_samples = audio.rate_hz;
  const auto source = silence_clips(manifest.noise_files, audio, settings.seed);
  std::vector<Entry> entries;
  for (const Split split : kSplits) {
    const std::int64_t count = share_of(settings.silence_share, wanted_clips[static_cast<std::size_t>(split)]);
    for (std::int64_t i = 0; i < count; ++i) {
      Entry entry;
      entry.id = fmt::format("{}/{}/{:06}", kSilenceLabel, to_string(split), i);
      entry.label = kSilenceLabel;
      entry.group = fmt::format("{}/{}", kSilenceLabel, to_string(split));
      entry.split = split;
      entry.source = source;
      entry.item = static_cast<std::uint64_t>(i);
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

void check_missing(const Manifest& manifest, const std::set<std::string>& found, const LayoutSettings& settings) {
  if (settings.missing_labels == MissingLabels::kAllow) return;
  std::set<std::string_view> present;
  for (const Entry& entry : manifest.entries) present.insert(entry.label);
  const std::vector<std::string> known(found.begin(), found.end());
  for (const std::string& label : manifest.labels) {
    if (present.contains(label)) continue;
    throw Error(ErrorCode::kNotFound,
                fmt::format("[data] wanted clips of '{}' at {}, got clips of {}{}: correct the labels or add clips",
                            label, settings.root.string(), join(known, ", "), did_you_mean(label, known)));
  }
}

}  // namespace

void select_labels(Manifest& manifest, const LayoutSettings& settings) {
  std::set<std::string> found;
  for (const Entry& entry : manifest.entries) found.insert(entry.label);
  manifest.labels = settings.labels.empty() ? std::vector<std::string>(found.begin(), found.end()) : settings.labels;

  std::vector<Entry> wanted;
  std::vector<Entry> others;
  for (Entry& entry : manifest.entries) {
    auto& list = contains(manifest.labels, entry.label) ? wanted : others;
    list.push_back(std::move(entry));
  }
  const SplitCounts counts = count_by_split(wanted);
  manifest.entries = std::move(wanted);
  std::ranges::move(as_unknown(std::move(others), counts, settings, manifest), std::back_inserter(manifest.entries));
  const bool silence_on_disk = found.contains(std::string(kSilenceLabel));
  if (contains(manifest.labels, kSilenceLabel) && !silence_on_disk) {
    std::ranges::move(silence(manifest, counts, settings), std::back_inserter(manifest.entries));
  }
  std::ranges::sort(manifest.entries, {}, &Entry::id);
  check_missing(manifest, found, settings);
}

}  // namespace mote::data
