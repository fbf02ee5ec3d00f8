#include "clip_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "csv_rows.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"

namespace mote::data {
namespace {

namespace fs = std::filesystem;

bool is_series_file(const fs::path& path) {
  return path.extension() == ".csv" || path.extension() == ".CSV";
}

bool is_clip(const fs::path& path, ClipKind kind) {
  const bool audio = kind != ClipKind::kSeries && has_audio_suffix(path);
  return audio || (kind != ClipKind::kAudio && is_series_file(path));
}

std::string first_folder(const std::string& path) {
  const std::size_t slash = path.find('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

// Clips in label folders and, apart from them, the background recordings.
ClipFiles find_labelled(const LayoutSettings& settings) {
  ClipFiles found;
  found.root = settings.root;
  std::vector<std::string> paths = walk(settings.root, settings.clips);
  // Tables that lie beside sound describe it.
  if (std::ranges::any_of(paths, has_audio_suffix)) std::erase_if(paths, is_series_file);
  for (const std::string& path : paths) {
    const std::string label = first_folder(path);
    if (label == kNoiseFolder)
      found.noise_files.push_back(settings.root / path);
    else if (!label.empty())
      found.files.push_back({path, label, {}, std::nullopt});
  }
  if (!found.files.empty()) return found;
  throw Error(ErrorCode::kInvalid,
              fmt::format("[data] wanted clips as label/clip below {}, got none: put the clips of each label into a "
                          "folder of its name, or set dataset.layout",
                          settings.root.string()));
}

// Paths named by a Speech Commands list; nothing when there is no such list.
std::optional<std::set<std::string>> read_path_list(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  std::set<std::string> paths;
  for (const std::string& line : split(read_text_file(path), '\n')) {
    if (!trim(line).empty()) paths.emplace(trim(line));
  }
  return paths;
}

struct PathList {
  const char* file;
  Split split;
};
constexpr PathList kPathLists[] = {{"validation_list.txt", Split::kValidation}, {"testing_list.txt", Split::kTest}};

// Gives the listed files their split. Says what is listed but not on disk.
void apply_list(ClipFiles& found, const fs::path& list, const std::set<std::string>& listed, Split split) {
  std::size_t met = 0;
  for (ClipFile& file : found.files) {
    if (!listed.contains(file.path)) continue;
    ++met;
    if (file.split) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[data] wanted each clip in one list, got {} in validation_list.txt and in "
                              "testing_list.txt: remove it from one",
                              file.path));
    }
    file.split = split;
  }
  if (met < listed.size()) {
    found.failures.push_back(
        {list.string(), fmt::format("wanted {} listed clips on disk, got {}: complete the download or ignore this",
                                    listed.size(), met)});
  }
}

}  // namespace

std::vector<std::string> walk(const fs::path& root, ClipKind kind) {
  if (!fs::exists(root)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("[data] wanted a data set at {}, got no such path: set dataset.path", root.string()));
  }
  if (!fs::is_directory(root)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("[data] wanted a folder of clips at {}, got a file: set dataset.path to the folder",
                            root.string()));
  }
  std::vector<std::string> paths;
  const auto options = fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied;
  for (auto it = fs::recursive_directory_iterator(root, options); it != fs::recursive_directory_iterator(); ++it) {
    const bool hidden = it->path().filename().string().starts_with('.');
    if (hidden && it->is_directory()) it.disable_recursion_pending();
    if (hidden || !it->is_regular_file() || !is_clip(it->path(), kind)) continue;
    paths.push_back(it->path().lexically_relative(root).generic_string());
  }
  std::ranges::sort(paths);
  return paths;
}

ClipFiles find_in_folders(const LayoutSettings& settings) {
  return find_labelled(settings);
}

ClipFiles find_speech_commands(const LayoutSettings& settings) {
  ClipFiles found = find_labelled(settings);
  std::vector<std::string> lists;
  for (const PathList& list : kPathLists) {
    const fs::path path = settings.root / list.file;
    const auto listed = read_path_list(path);
    if (!listed) continue;
    apply_list(found, path, *listed, list.split);
    lists.emplace_back(list.file);
  }
  if (lists.empty()) return found;
  for (ClipFile& file : found.files) file.split = file.split.value_or(Split::kTrain);
  found.split_rule = fmt::format("by the given {}; the rest trains", join(lists, " and "));
  return found;
}

}  // namespace mote::data
