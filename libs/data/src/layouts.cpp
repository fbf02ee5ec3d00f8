#include "mote/data/layouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "clip_files.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/data/range.h"

namespace mote::data {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, Layout>, 3> kLayouts = {
    {{"folders", Layout::kFolders}, {"speech-commands", Layout::kSpeechCommands}, {"csv", Layout::kCsv}}};

ClipFiles find_files(const LayoutSettings& settings) {
  switch (settings.layout) {
    case Layout::kFolders:
      return find_in_folders(settings);
    case Layout::kSpeechCommands:
      return find_speech_commands(settings);
    case Layout::kCsv:
      return find_in_lists(settings);
  }
  return {};
}

// Audio and series do not mix: the kind of the first clip decides, and all others must be of it.
ClipKind kind_of(const ClipFiles& files, ClipKind wanted) {
  if (wanted != ClipKind::kAuto) return wanted;
  const auto is_audio = [](const ClipFile& file) { return has_audio_suffix(file.path); };
  return std::ranges::any_of(files.files, is_audio) ? ClipKind::kAudio : ClipKind::kSeries;
}

std::vector<Entry> audio_entries(const ClipFiles& files, const LayoutSettings& settings) {
  const auto source = audio_files(files.root, settings.audio);
  std::vector<Entry> entries;
  for (const ClipFile& file : files.files) {
    Entry entry;
    entry.id = file.path;
    entry.source = source;
    entry.item = entries.size();
    entries.push_back(std::move(entry));
  }
  return entries;
}

// What a list or the path says of an entry; entry.item is the number of its file.
void complete(Entry& entry, const ClipFile& file, const GroupRule& rule) {
  if (entry.label.empty()) entry.label = file.label;
  entry.group = file.group.empty() ? group_of(file.path, rule) : file.group;
  entry.split = file.split.value_or(Split::kTrain);
}

void divide(Manifest& manifest, const ClipFiles& files, const SplitSettings& settings) {
  if (files.split_rule.empty()) {
    assign_splits(manifest, settings);
  } else {
    manifest.split_rule = fmt::format("{} (groups: {})", files.split_rule, describe(settings.group));
  }
  check_leaks(manifest);
}

}  // namespace

std::string_view to_string(Layout layout) {
  return std::ranges::find(kLayouts, layout, [](const auto& known) { return known.second; })->first;
}

Layout layout_from_name(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [known, layout] : kLayouts) {
    if (known == name) return layout;
    names.emplace_back(known);
  }
  throw Error(ErrorCode::kInvalid, fmt::format("[data] layout must be one of {}, got '{}'{}", join(names, ", "), name,
                                               did_you_mean(name, names)));
}

void LayoutSettings::validate() const {
  audio.validate();
  series.validate();
  window.validate();
  split.validate();
  check_number("dataset.unknown_share", unknown_share, 0, 1000);
  check_number("dataset.silence_share", silence_share, 0, 1000);
}

Manifest load_layout(const LayoutSettings& settings) {
  settings.validate();
  const ClipFiles files = find_files(settings);
  Manifest manifest;
  manifest.name = to_string(settings.layout);
  manifest.noise_files = files.noise_files;
  manifest.failures = files.failures;

  if (kind_of(files, settings.clips) == ClipKind::kSeries) {
    SeriesEntries series = cut_series(files, settings);
    manifest.entries = std::move(series.entries);
    std::ranges::move(series.failures, std::back_inserter(manifest.failures));
  } else {
    manifest.entries = audio_entries(files, settings);
  }
  for (Entry& entry : manifest.entries) complete(entry, files.files[entry.item], settings.split.group);
  divide(manifest, files, settings.split);
  select_labels(manifest, settings);
  return manifest;
}

Layout detect_layout(const fs::path& root) {
  if (fs::is_regular_file(root) && root.extension() == ".csv") return Layout::kCsv;
  const std::vector<std::string> clips = walk(root, ClipKind::kAuto);
  const auto exists = [&](std::string_view name) { return fs::exists(root / name); };
  if (exists("validation_list.txt") || exists("testing_list.txt") || exists(kNoiseFolder))
    return Layout::kSpeechCommands;

  const auto at_top = [](const std::string& path) { return path.find('/') == std::string::npos; };
  const auto is_list = [&](const std::string& path) { return at_top(path) && is_clip_list(root / path); };
  if (std::ranges::any_of(clips, is_list)) return Layout::kCsv;

  const auto has_take = [](const std::string& path) { return path.find("_nohash_") != std::string::npos; };
  if (std::ranges::any_of(clips, has_take)) return Layout::kSpeechCommands;
  if (!std::ranges::all_of(clips, at_top)) return Layout::kFolders;
  throw Error(
      ErrorCode::kUnsupported,
      fmt::format("[data] wanted label/clip.wav, Speech Commands (validation_list.txt, _background_noise_) or a CSV "
                  "list with the "
                  "columns file and label at {}, got {} clips without labels: arrange them so, or pass --layout",
                  root.string(), clips.size()));
}

}  // namespace mote::data
