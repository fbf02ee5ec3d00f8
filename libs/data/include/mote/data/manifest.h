// The list of all clips of a data set: where each comes from, what it is, which split it belongs to.
//
// A manifest holds no samples. `Entry::read` makes the recording, from a file or from a generator: whoever walks a
// manifest does not know which. Made by layouts.h and by the generators of synth.h and motion.h; `append` joins them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/thread_pool.h"
#include "mote/data/recording.h"

namespace mote::data {

enum class Split : std::uint8_t { kTrain, kValidation, kTest };
inline constexpr std::array<Split, 3> kSplits = {Split::kTrain, Split::kValidation, Split::kTest};

// "train", "validation", "test".
std::string_view to_string(Split split);

// Labels with a meaning of their own.
inline constexpr std::string_view kUnknownLabel = "_unknown_";  // none of the wanted words
inline constexpr std::string_view kSilenceLabel = "_silence_";  // background alone
inline constexpr std::string_view kNoiseFolder = "_background_noise_";

// Whether a clip was recorded or made; batches mix the two in a set share.
enum class Origin : std::uint8_t { kRecorded, kGenerated };

struct Entry;

// Makes the recordings of the entries that name it. Implementations are immutable and safe to call from many threads;
// the same entry gives the same samples each time.
class ClipSource {
 public:
  virtual ~ClipSource() = default;
  virtual Result<Recording> read(const Entry& entry) const = 0;
  // All settings that shape what read() gives, as text: part of the key of every cache.
  virtual std::string settings_text() const = 0;
  // For entries that stand for a file: what changes when the file does, without reading it (size, time of change), and
  // the SHA-256 of its bytes. Empty for generated clips and for files that are gone.
  virtual std::string version(const Entry&) const { return {}; }
  virtual std::string content_hash(const Entry&) const { return {}; }
};

struct Entry {
  std::string id;     // unique in the manifest and stable: the path below the root (with "@begin" for a window) or the
                      // generator's name for the clip
  std::string label;  // one of Manifest::labels
  std::string group;  // what a split must not tear apart; the id where there is nothing more
  Split split = Split::kTrain;
  Origin origin = Origin::kRecorded;
  std::shared_ptr<const ClipSource> source;
  std::uint64_t item = 0;         // the source's own number for the clip
  std::int64_t begin_sample = 0;  // the window [begin, end) of the recording; 0, 0 is all of it
  std::int64_t end_sample = 0;

  // source->read(*this), with label and group set.
  Result<Recording> read() const;
};

struct Manifest {
  std::string name;                 // of the layout or generator: "speech-commands"
  std::vector<std::string> labels;  // the classes, in the order of the model's outputs
  std::vector<Entry> entries;       // sorted by id within one layout
  std::string split_rule;           // in words: "by speaker (text before _nohash_), validation 10 %, test 10 %, …"
  std::vector<std::filesystem::path> noise_files;  // background recordings that came along
  std::map<std::string, std::int64_t> skipped;     // clips left out, by their label
  std::vector<ReadFailure> failures;               // files that could not be read while the list was made
};

// Number of the label in manifest.labels. Error(kNotFound) that lists the labels.
std::int64_t label_index(const Manifest& manifest, std::string_view label);

// Positions in manifest.entries of one split, ascending.
std::vector<std::size_t> entries_of(const Manifest& manifest, Split split);

// Puts the entries, noise files, skipped counts and failures of `more` behind those of `manifest` and joins the split
// rules. Error(kInvalid) when the labels differ or an id occurs in both.
void append(Manifest& manifest, Manifest more);

// SHA-256 over labels, entries (id, label, group, split, window), noise files and the sources' settings, with each
// file's version: cheap, for the keys of stages and caches on one machine.
std::string manifest_key(const Manifest& manifest);
// The same with each file's content in place of its version: equal on every machine, for provenance. Reads every file.
std::string manifest_content_hash(const Manifest& manifest, ThreadPool& threads);

}  // namespace mote::data
