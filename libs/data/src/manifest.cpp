#include "mote/data/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "mote/base/error.h"
#include "mote/base/hash.h"
#include "mote/base/text.h"

namespace mote::data {
namespace {

// What both hashes share: everything but the files.
void add_facts(Hasher& hasher, const Manifest& manifest) {
  hasher.add(manifest.name).add(static_cast<std::uint64_t>(manifest.labels.size()));
  for (const std::string& label : manifest.labels) hasher.add(label);
  for (const auto& file : manifest.noise_files) hasher.add(file.filename().string());
  hasher.add(static_cast<std::uint64_t>(manifest.entries.size()));

  const ClipSource* last = nullptr;
  for (const Entry& entry : manifest.entries) {
    if (entry.source.get() != last) hasher.add(entry.source->settings_text());
    last = entry.source.get();
    hasher.add(entry.id).add(entry.label).add(entry.group).add(static_cast<std::uint64_t>(entry.split)).add(entry.item);
    hasher.add(static_cast<std::uint64_t>(entry.begin_sample)).add(static_cast<std::uint64_t>(entry.end_sample));
  }
}

}  // namespace

std::string_view to_string(Split split) {
  switch (split) {
    case Split::kTrain:
      return "train";
    case Split::kValidation:
      return "validation";
    case Split::kTest:
      return "test";
  }
  return "train";
}

Result<Recording> Entry::read() const {
  Result<Recording> result = source->read(*this);
  if (!result) return result;
  result.value().label = label;
  result.value().group = group;
  return result;
}

std::int64_t label_index(const Manifest& manifest, std::string_view label) {
  const auto found = std::ranges::find(manifest.labels, label);
  if (found != manifest.labels.end()) return found - manifest.labels.begin();
  throw Error(ErrorCode::kNotFound,
              fmt::format("[data] wanted one of the labels {}, got '{}'{}", join(manifest.labels, ", "), label,
                          did_you_mean(label, manifest.labels)));
}

std::vector<std::size_t> entries_of(const Manifest& manifest, Split split) {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < manifest.entries.size(); ++i) {
    if (manifest.entries[i].split == split) positions.push_back(i);
  }
  return positions;
}

void append(Manifest& manifest, Manifest more) {
  if (manifest.labels != more.labels) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[data] wanted the labels {} in '{}' too, got {}: give both the same list",
                            join(manifest.labels, ", "), more.name, join(more.labels, ", ")));
  }
  std::unordered_set<std::string_view> ids;
  for (const Entry& entry : manifest.entries) ids.insert(entry.id);
  for (const Entry& entry : more.entries) {
    if (!ids.contains(entry.id)) continue;
    throw Error(ErrorCode::kInvalid,
                fmt::format("[data] wanted different clips in '{}' and '{}', got '{}' in both: remove one of "
                            "the two sources",
                            manifest.name, more.name, entry.id));
  }
  manifest.name += " + " + more.name;
  manifest.split_rule += "; " + more.split_rule;
  std::ranges::move(more.entries, std::back_inserter(manifest.entries));
  std::ranges::move(more.noise_files, std::back_inserter(manifest.noise_files));
  std::ranges::move(more.failures, std::back_inserter(manifest.failures));
  for (const auto& [label, count] : more.skipped) manifest.skipped[label] += count;
}

std::string manifest_key(const Manifest& manifest) {
  Hasher hasher;
  add_facts(hasher, manifest);
  for (const Entry& entry : manifest.entries) hasher.add(entry.source->version(entry));
  return hasher.finish();
}

std::string manifest_content_hash(const Manifest& manifest, ThreadPool& threads) {
  std::vector<std::string> hashes(manifest.entries.size());
  threads.run(static_cast<std::int64_t>(hashes.size()), [&](std::int64_t task) {
    const auto i = static_cast<std::size_t>(task);
    hashes[i] = manifest.entries[i].source->content_hash(manifest.entries[i]);
  });
  Hasher hasher;
  add_facts(hasher, manifest);
  for (const std::string& hash : hashes) hasher.add(hash);
  return hasher.finish();
}

}  // namespace mote::data
