// The files of a data set before they become entries: what the three layouts have in common.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mote/data/layouts.h"

namespace mote::data {

struct ClipFile {
  std::string path;  // relative to the root, '/' between folders
  std::string label;
  std::string group;           // given by a list; empty: by the rule
  std::optional<Split> split;  // given by a list
};

struct ClipFiles {
  std::filesystem::path root;  // what paths are relative to
  std::vector<ClipFile> files;
  std::vector<std::filesystem::path> noise_files;
  std::string split_rule;  // in words, when lists decide; else empty
  std::vector<ReadFailure> failures;
};

// Files with a suffix that `kind` reads, below `root`, sorted. Hidden files and folders are passed over; links are
// followed. Error(kNotFound) when `root` is not a folder.
std::vector<std::string> walk(const std::filesystem::path& root, ClipKind kind);

ClipFiles find_in_folders(const LayoutSettings& settings);
ClipFiles find_speech_commands(const LayoutSettings& settings);
ClipFiles find_in_lists(const LayoutSettings& settings);

// Whether the first row of a CSV file names the columns "file" and "label".
bool is_clip_list(const std::filesystem::path& path);

// Makes `manifest.entries` hold wanted labels only: other words become _unknown_ or are counted as skipped; _silence_
// is added. Sets manifest.labels. Splits must be assigned.
void select_labels(Manifest& manifest, const LayoutSettings& settings);

// Time series below `root`: read once, kept in memory, cut into windows.
struct SeriesEntries {
  std::vector<Entry> entries;  // labels from the file's spans, else empty; id "path@begin"
  std::vector<ReadFailure> failures;
};
SeriesEntries cut_series(const ClipFiles& files, const LayoutSettings& settings);

}  // namespace mote::data
