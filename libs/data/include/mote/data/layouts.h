// Data sets on disk as manifests: folders, Speech Commands, CSV lists.
//
//   folders           label/…/clip.wav; split by the group rule
//   speech-commands   label/speaker_nohash_n.wav, _background_noise_/, validation_list.txt, testing_list.txt. If either
//   list
//                     is there, the lists alone decide and the rest trains; else the official hash of the speaker
//   csv               rows of file and label, in one list a split (train.csv, val.csv, test.csv) or one list with or
//                     without a column "split"; a column "group" is used where there is one
//
// Clips are audio or CSV time series (cut into windows; labels from a column where the files have one). Words outside
// the wanted labels become _unknown_ where that is wanted, else they are left out and counted. _silence_ is made from
// the background recordings, or from generated noise where there are none.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/data/audio.h"
#include "mote/data/manifest.h"
#include "mote/data/series.h"
#include "mote/data/splits.h"
#include "mote/data/windows.h"

namespace mote::data {

enum class Layout : std::uint8_t { kFolders, kSpeechCommands, kCsv };
std::string_view to_string(Layout layout);       // "folders", "speech-commands", "csv"
Layout layout_from_name(std::string_view name);  // Error(kInvalid) with the nearest known name

enum class ClipKind : std::uint8_t {
  kAuto,  // series when the clips' suffix is .csv, else audio
  kAudio,
  kSeries,
};

// What to do about a wanted label that has no clip on disk.
enum class MissingLabels : std::uint8_t {
  kError,  // for training
  kAllow,  // for evaluation on somebody's few clips
};

struct LayoutSettings {
  std::filesystem::path root;  // the folder, or for csv a list itself
  Layout layout = Layout::kFolders;
  std::vector<std::string> labels;  // wanted, in the order of the outputs; empty takes all there are, sorted
  MissingLabels missing_labels = MissingLabels::kError;
  ClipKind clips = ClipKind::kAuto;
  AudioSettings audio;
  SeriesSettings series;
  WindowSettings window;  // of time series
  SplitSettings split;
  double unknown_share = 0;    // _unknown_ clips for each wanted clip of a split; 0 takes all there are
  double silence_share = 0.1;  // _silence_ clips for each wanted clip of a split, where _silence_ is wanted
  std::uint64_t seed = 0;      // draws the _unknown_ and _silence_ clips

  // Error(kInvalid) that names the setting.
  void validate() const;
};

// The manifest of a data set. Audio is not read yet; time series are read, cut and kept in memory.
// Errors: kNotFound for a missing root, list, listed file or wanted label; kInvalid for a root without clips, a list
// without the columns "file" and "label", a file in two lists; each names what was wanted and what was found.
// Time series that cannot be read are in Manifest::failures.
Manifest load_layout(const LayoutSettings& settings);

// The layout of `root` from what lies there: speech-commands by its lists, its noise folder or "_nohash_" in names; csv
// by a list with the columns "file" and "label"; folders by label/clip. Error(kNotFound) when nothing is there,
// Error(kUnsupported) that describes the three layouts when none fits.
Layout detect_layout(const std::filesystem::path& root);

// A source of audio files below `root`: entry.id is the path.
std::shared_ptr<const ClipSource> audio_files(const std::filesystem::path& root, const AudioSettings& settings);

// A source of background clips for _silence_: entry.item names the random stream. A stretch of `noise_files` (the first
// 80 % of each file for training, then 10 % for validation and 10 % for test) at a random level, or generated noise
// when there are no files. A noise file that cannot be read makes every clip a failure.
std::shared_ptr<const ClipSource> silence_clips(std::span<const std::filesystem::path> noise_files,
                                                const AudioSettings& settings, std::uint64_t seed);

}  // namespace mote::data
