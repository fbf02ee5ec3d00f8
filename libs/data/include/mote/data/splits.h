// Train, validation and test, without leaks: all clips of one group (speaker, person, device, session) fall into one
// split.
//
// Which split a group falls into depends on its name alone, so that adding clips moves no other clip.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/data/manifest.h"

namespace mote::data {

// What of a clip's path below the root names its group.
struct GroupRule {
  enum class Kind : std::uint8_t {
    kAuto,     // the speaker where the name has "_nohash_", else the file
    kFile,     // every file on its own
    kSpeaker,  // the file name up to "_nohash_" (without suffix where it has none)
    kFolder,   // the first folder of the path
    kRegex,    // what the first group of `pattern` (ECMAScript) finds in the path
  };
  Kind kind = Kind::kAuto;
  std::string pattern;  // of kRegex

  // "auto", "file", "speaker", "folder" or "regex:([0-9]+)_NO". Error(kInvalid) for anything else, a pattern that does
  // not compile, or one without a group.
  static GroupRule parse(std::string_view text);
};

// How clips without a given list are divided.
enum class SplitMethod : std::uint8_t {
  kHash,   // each group by the hash of its name
  kOrder,  // each label's files in the order of their path: first train, then validation, then test. For recordings cut
           // out of one long session, where neighbours are nearly copies
};

struct SplitSettings {
  double validation_share = 0.1;  // [0, 1)
  double test_share = 0.1;        // [0, 1); both together < 1
  GroupRule group = {};
  SplitMethod method = SplitMethod::kHash;
  std::string salt = {};  // draws another division; empty is Speech Commands' own

  // Error(kInvalid) that names the setting.
  void validate() const;
};

// The group of a path below the root, with '/' between folders. A pattern that finds nothing gives the path itself.
std::string group_of(std::string_view relative_path, const GroupRule& rule);

// The rule in words: "speaker (text before _nohash_)".
std::string describe(const GroupRule& rule);

// SHA-1 of (salt + group), taken modulo 2^27, as a share of 2^27 - 1: below validation_share is validation, below
// validation_share + test_share test, the rest train. With an empty salt and a speaker as group this is which_set() of
// Speech Commands (its README.md; Warden 2018).
Split split_of_group(std::string_view group, const SplitSettings& settings);

// Sets the split of every entry and manifest.split_rule.
void assign_splits(Manifest& manifest, const SplitSettings& settings);

// A group with clips in more than one split.
struct Leak {
  std::string group;
  std::string first_id;  // a clip of it
  Split first_split = Split::kTrain;
  std::string second_id;  // another one, in another split
  Split second_split = Split::kTrain;
};

// Sorted by group.
std::vector<Leak> find_leaks(const Manifest& manifest);

// Error(kInvalid) that names the first group and two of its files when any group leaks.
void check_leaks(const Manifest& manifest);

// Error(kInvalid) when a label has no clip, or no clip to train on, or when there is nothing to validate on.
void check_classes(const Manifest& manifest);

}  // namespace mote::data
