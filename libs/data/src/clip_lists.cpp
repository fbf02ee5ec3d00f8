// The csv layout: clips named by lists.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "clip_files.h"
#include "csv_rows.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"

namespace mote::data {
namespace {

namespace fs = std::filesystem;

struct SplitName {
  std::string_view name;
  Split split;
};
// Names of lists (without .csv) and values of a split column.
constexpr std::array<SplitName, 8> kSplitNames = {{{"train", Split::kTrain},
                                                   {"training", Split::kTrain},
                                                   {"val", Split::kValidation},
                                                   {"valid", Split::kValidation},
                                                   {"validation", Split::kValidation},
                                                   {"dev", Split::kValidation},
                                                   {"test", Split::kTest},
                                                   {"testing", Split::kTest}}};

std::optional<Split> split_of_name(std::string_view name) {
  const auto found = std::ranges::find(kSplitNames, name, &SplitName::name);
  return found == kSplitNames.end() ? std::nullopt : std::optional(found->split);
}

// Reads one list, row by row, into `found`.
class ListReader {
 public:
  ListReader(const fs::path& path, std::optional<Split> split)
      : path_(path), text_(read_text_file(path)), rows_(text_), split_(split) {}

  void read(ClipFiles& found) {
    const auto header = rows_.next().value_or(std::vector<std::string>{});
    file_ = column(header, "file");
    label_ = column(header, "label");
    split_column_ = column(header, "split");
    group_ = column(header, "group");
    if (file_ < 0 || label_ < 0) {
      throw Error(
          ErrorCode::kInvalid,
          fmt::format("[data] {}: wanted the columns 'file' and 'label' in the first row, got {}: add the header",
                      path_.string(), header.empty() ? "an empty file" : join(header, ", ")));
    }
    while (auto row = rows_.next()) found.files.push_back(clip(*row, header.size(), found.root));
  }

  bool has_split_column() const { return split_column_ >= 0; }

 private:
  static std::ptrdiff_t column(const std::vector<std::string>& header, std::string_view name) {
    const auto found = std::ranges::find(header, name);
    return found == header.end() ? -1 : found - header.begin();
  }

  std::string where() const { return fmt::format("{}:{}", path_.string(), rows_.line()); }

  ClipFile clip(const std::vector<std::string>& row, std::size_t cells, const fs::path& root) const {
    const auto cell = [&](std::ptrdiff_t at) { return row[static_cast<std::size_t>(at)]; };
    if (row.size() != cells) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[data] {}: wanted {} cells as in the first row, got {}: complete the row", where(),
                              cells, row.size()));
    }
    if (cell(file_).empty() || cell(label_).empty()) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[data] {}: wanted a file and a label, got '{}' and '{}': complete the row", where(),
                              cell(file_), cell(label_)));
    }
    if (!fs::exists(root / cell(file_))) {
      throw Error(
          ErrorCode::kNotFound,
          fmt::format(
              "[data] {}: wanted the clip {}, got no such file: correct the list, paths are relative to its folder",
              where(), cell(file_)));
    }
    return {cell(file_), cell(label_), group_ >= 0 ? cell(group_) : std::string(),
            split_column_ >= 0 ? split_cell(cell(split_column_)) : split_};
  }

  std::optional<Split> split_cell(const std::string& name) const {
    if (const auto split = split_of_name(name)) return split;
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("[data] {}: wanted train, validation or test in the column 'split', got '{}'", where(), name));
  }

  fs::path path_;
  std::string text_;
  CsvRows rows_;
  std::optional<Split> split_;
  std::ptrdiff_t file_ = -1;
  std::ptrdiff_t label_ = -1;
  std::ptrdiff_t split_column_ = -1;
  std::ptrdiff_t group_ = -1;
};

std::vector<fs::path> lists_below(const fs::path& root) {
  std::vector<fs::path> lists;
  for (const auto& item : fs::directory_iterator(root)) {
    if (item.is_regular_file() && is_clip_list(item.path())) lists.push_back(item.path());
  }
  std::ranges::sort(lists);
  return lists;
}

void check_unique(const ClipFiles& found) {
  std::map<std::string_view, const ClipFile*> known;
  for (const ClipFile& file : found.files) {
    if (known.emplace(file.path, &file).second) continue;
    throw Error(ErrorCode::kInvalid,
                fmt::format("[data] wanted each clip once in the lists of {}, got {} twice: remove one of the rows",
                            found.root.string(), file.path));
  }
}

// Lists named after splits, all together, or one list of another name.
void read_lists(const std::vector<fs::path>& lists, ClipFiles& found) {
  std::vector<std::string> names;
  for (const fs::path& list : lists) {
    const auto split = split_of_name(list.stem().string());
    const bool alone = lists.size() == 1;
    if (!split && !alone) continue;
    ListReader reader(list, split);
    reader.read(found);
    if (split || reader.has_split_column()) names.push_back(list.filename().string());
  }
  if (!names.empty()) found.split_rule = fmt::format("by the given {}", join(names, ", "));
}

}  // namespace

bool is_clip_list(const fs::path& path) {
  if (path.extension() != ".csv") return false;
  const std::string text = read_text_file(path);
  const auto header = CsvRows(text).next().value_or(std::vector<std::string>{});
  return std::ranges::find(header, "file") != header.end() && std::ranges::find(header, "label") != header.end();
}

ClipFiles find_in_lists(const LayoutSettings& settings) {
  ClipFiles found;
  if (!fs::exists(settings.root)) {
    throw Error(
        ErrorCode::kNotFound,
        fmt::format("[data] wanted lists of clips at {}, got no such path: set dataset.path", settings.root.string()));
  }
  const bool is_list = fs::is_regular_file(settings.root);
  found.root = is_list ? settings.root.parent_path() : settings.root;
  const auto lists = is_list ? std::vector<fs::path>{settings.root} : lists_below(settings.root);
  read_lists(lists, found);
  if (found.files.empty()) {
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("[data] wanted rows of file and label in train.csv, val.csv, test.csv or one other list in {}, got "
                    "{} lists and no row: write the lists or set dataset.layout",
                    found.root.string(), lists.size()));
  }
  check_unique(found);
  const fs::path noise = found.root / kNoiseFolder;
  if (!fs::is_directory(noise)) return found;
  for (const std::string& path : walk(noise, ClipKind::kAudio)) found.noise_files.push_back(noise / path);
  return found;
}

}  // namespace mote::data
