#include "mote/data/splits.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <regex>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/data/range.h"

namespace mote::data {
namespace {

constexpr std::string_view kTakeMark = "_nohash_";
constexpr std::uint64_t kHashRange = std::uint64_t{1} << 27;  // Speech Commands' MAX_NUM_WAVS_PER_CLASS + 1
constexpr std::string_view kRegexPrefix = "regex:";

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string_view speaker_of(std::string_view path) {
  const std::string_view name = file_name(path);
  const std::size_t mark = name.find(kTakeMark);
  return name.substr(0, mark != std::string_view::npos ? mark : name.rfind('.'));
}

std::string first_match(std::string_view path, const std::string& pattern) {
  std::match_results<std::string_view::const_iterator> match;
  const bool found = std::regex_search(path.begin(), path.end(), match, std::regex(pattern));
  return found && match[1].matched ? match[1].str() : std::string(path);
}

// The last 27 bits of SHA-1: what is left of the 160-bit number modulo 2^27.
std::uint64_t sha1_modulo(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::uint64_t number = 0;
  for (unsigned i = size - 4; i < size; ++i) number = number << 8 | digest[i];
  return number % kHashRange;
}

void assign_by_hash(Manifest& manifest, const SplitSettings& settings) {
  for (Entry& entry : manifest.entries) entry.split = split_of_group(entry.group, settings);
}

// Files of one label in order of their path; windows of one file stay together.
void assign_by_order(Manifest& manifest, const SplitSettings& settings) {
  std::map<std::string, std::vector<std::string>> groups_of_label;
  for (const Entry& entry : manifest.entries) groups_of_label[entry.label].push_back(entry.group);
  std::map<std::pair<std::string, std::string>, Split> splits;
  for (auto& [label, groups] : groups_of_label) {
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    const auto count = static_cast<double>(groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const double share_behind = (count - static_cast<double>(i) - 0.5) / count;
      const bool test = share_behind < settings.test_share;
      const bool validation = share_behind < settings.test_share + settings.validation_share;
      splits[{label, groups[i]}] = test ? Split::kTest : validation ? Split::kValidation : Split::kTrain;
    }
  }
  for (Entry& entry : manifest.entries) entry.split = splits.at({entry.label, entry.group});
}

std::string shares_in_words(const SplitSettings& settings) {
  return fmt::format("validation {:g} %, test {:g} %", settings.validation_share * 100, settings.test_share * 100);
}

}  // namespace

GroupRule GroupRule::parse(std::string_view text) {
  static const std::vector<std::pair<std::string, Kind>> kNames = {
      {"auto", Kind::kAuto}, {"file", Kind::kFile}, {"speaker", Kind::kSpeaker}, {"folder", Kind::kFolder}};
  for (const auto& [name, kind] : kNames) {
    if (text == name) return {kind, {}};
  }
  if (!text.starts_with(kRegexPrefix)) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[split] group must be auto, file, speaker, folder or regex:PATTERN, got '{}'", text));
  }
  const std::string pattern(text.substr(kRegexPrefix.size()));
  try {
    if (std::regex(pattern).mark_count() > 0) return {Kind::kRegex, pattern};
  } catch (const std::regex_error& error) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[split] group wants a regular expression (ECMAScript), got '{}' ({}): check its "
                            "brackets and backslashes",
                            pattern, error.what()));
  }
  throw Error(ErrorCode::kInvalid,
              fmt::format("[split] group wants a pattern with a group in parentheses, got '{}': put the "
                          "speaker's part in ( )",
                          pattern));
}

void SplitSettings::validate() const {
  check_number("dataset.validation_share", validation_share, 0, 0.99);
  check_number("dataset.test_share", test_share, 0, 0.99);
  check_number("dataset.validation_share + dataset.test_share", validation_share + test_share, 0, 0.99);
}

std::string group_of(std::string_view path, const GroupRule& rule) {
  const bool has_mark = file_name(path).find(kTakeMark) != std::string_view::npos;
  switch (rule.kind) {
    case GroupRule::Kind::kAuto:
      return std::string(has_mark ? speaker_of(path) : path);
    case GroupRule::Kind::kFile:
      return std::string(path);
    case GroupRule::Kind::kSpeaker:
      return std::string(speaker_of(path));
    case GroupRule::Kind::kFolder:
      return std::string(path.substr(0, path.find('/')));
    case GroupRule::Kind::kRegex:
      return first_match(path, rule.pattern);
  }
  return std::string(path);
}

std::string describe(const GroupRule& rule) {
  switch (rule.kind) {
    case GroupRule::Kind::kAuto:
      return "speaker where the name has _nohash_, else by file";
    case GroupRule::Kind::kFile:
      return "file";
    case GroupRule::Kind::kSpeaker:
      return "speaker (file name up to _nohash_)";
    case GroupRule::Kind::kFolder:
      return "first folder of the path";
    case GroupRule::Kind::kRegex:
      return fmt::format("what ({}) finds in the path", rule.pattern);
  }
  return "file";
}

Split split_of_group(std::string_view group, const SplitSettings& settings) {
  const double share =
      static_cast<double>(sha1_modulo(settings.salt + std::string(group))) / static_cast<double>(kHashRange - 1);
  if (share < settings.validation_share) return Split::kValidation;
  return share < settings.validation_share + settings.test_share ? Split::kTest : Split::kTrain;
}

void assign_splits(Manifest& manifest, const SplitSettings& settings) {
  settings.validate();
  if (settings.method == SplitMethod::kOrder) {
    assign_by_order(manifest, settings);
    manifest.split_rule = fmt::format("by order: each label's files in order of their path, first train, then {}",
                                      shares_in_words(settings));
    return;
  }
  assign_by_hash(manifest, settings);
  manifest.split_rule = fmt::format("by {}: hash of its name, {}", describe(settings.group), shares_in_words(settings));
}

std::vector<Leak> find_leaks(const Manifest& manifest) {
  std::map<std::string_view, const Entry*> first;
  std::map<std::string_view, Leak> leaks;
  for (const Entry& entry : manifest.entries) {
    const Entry& known = *first.emplace(entry.group, &entry).first->second;
    if (known.split == entry.split) continue;
    leaks.emplace(entry.group, Leak{entry.group, known.id, known.split, entry.id, entry.split});
  }
  std::vector<Leak> result;
  for (auto& [group, leak] : leaks) result.push_back(std::move(leak));
  return result;
}

void check_leaks(const Manifest& manifest) {
  const std::vector<Leak> leaks = find_leaks(manifest);
  if (leaks.empty()) return;
  const Leak& leak = leaks.front();
  throw Error(
      ErrorCode::kInvalid,
      fmt::format(
          "[split] wanted every group in one split, got '{}' in {} ({}) and in {} ({}){}: move one of them in the "
          "lists, or change the group rule",
          leak.group, to_string(leak.first_split), leak.first_id, to_string(leak.second_split), leak.second_id,
          leaks.size() > 1 ? fmt::format(", and {} groups more", leaks.size() - 1) : ""));
}

void check_classes(const Manifest& manifest) {
  std::map<std::string_view, std::int64_t> clips;
  std::map<std::string_view, std::int64_t> training;
  std::int64_t validation = 0;
  for (const Entry& entry : manifest.entries) {
    ++clips[entry.label];
    training[entry.label] += entry.split == Split::kTrain ? 1 : 0;
    validation += entry.split == Split::kValidation ? 1 : 0;
  }
  for (const std::string& label : manifest.labels) {
    if (clips[label] == 0) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[data] wanted clips of '{}', got none: add some or take it off the labels", label));
    }
    if (training[label] == 0) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[data] wanted clips of '{}' to train on, got its {} clips in other splits only: add "
                              "clips, lower the shares or set another dataset.split_salt",
                              label, clips[label]));
    }
  }
  if (validation > 0) return;
  throw Error(ErrorCode::kInvalid, fmt::format("[split] wanted clips to validate on, got none of {} (split {}): raise "
                                               "dataset.validation_share or set another dataset.split_salt",
                                               manifest.entries.size(), manifest.split_rule));
}

}  // namespace mote::data
