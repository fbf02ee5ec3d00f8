// Where recordings of file entries come from: audio files, time series, background noise.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <variant>

#include "clip_files.h"
#include "mote/base/error.h"
#include "mote/base/hash.h"
#include "mote/base/rng.h"
#include "mote/base/text.h"
#include "mote/data/noise.h"

namespace mote::data {
namespace {

namespace fs = std::filesystem;

std::string version_of(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  const auto time = fs::last_write_time(path, error);
  return error ? std::string() : fmt::format("{} {}", size, time.time_since_epoch().count());
}

std::string hash_of_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) ? sha256_of_file(path) : std::string();
}

std::string text_of(const AudioSettings& s) {
  return fmt::format("audio rate_hz={} length_samples={} fit={} resampling={}", s.rate_hz, s.length_samples,
                     static_cast<int>(s.fit), static_cast<int>(s.resampling));
}

class AudioFiles : public ClipSource {
 public:
  AudioFiles(fs::path root, const AudioSettings& settings) : root_(std::move(root)), settings_(settings) {}

  Result<Recording> read(const Entry& entry) const override { return read_audio(root_ / entry.id, settings_); }
  std::string settings_text() const override { return text_of(settings_); }
  std::string version(const Entry& entry) const override { return version_of(root_ / entry.id); }
  std::string content_hash(const Entry& entry) const override { return hash_of_file(root_ / entry.id); }

 private:
  fs::path root_;
  AudioSettings settings_;
};

class SeriesFiles : public ClipSource {
 public:
  SeriesFiles(fs::path root, const SeriesSettings& settings) : root_(std::move(root)), settings_(settings) {}

  void keep(const std::string& path, Recording recording) { recordings_.emplace(path, std::move(recording)); }

  Result<Recording> read(const Entry& entry) const override {
    const Recording& whole = recordings_.at(path_of(entry));
    return slice(whole, entry.begin_sample, entry.end_sample);
  }
  std::string settings_text() const override {
    const SeriesSettings& s = settings_;
    return fmt::format(
        "series rate_hz={:.17g} channels={} timestamp={} unit={} file_rate_hz={:.17g} gap_ms={:.17g} label={}",
        s.rate_hz, join(s.channels, ","), s.timestamp_column, static_cast<int>(s.timestamp_unit), s.file_rate_hz,
        s.longest_gap_ms, s.label_column);
  }
  std::string version(const Entry& entry) const override { return version_of(root_ / path_of(entry)); }
  std::string content_hash(const Entry& entry) const override { return hash_of_file(root_ / path_of(entry)); }

 private:
  static std::string path_of(const Entry& entry) { return entry.id.substr(0, entry.id.rfind('@')); }

  fs::path root_;
  SeriesSettings settings_;
  std::map<std::string, Recording> recordings_;
};

class SilenceClips : public ClipSource {
 public:
  SilenceClips(std::span<const fs::path> files, const AudioSettings& settings, std::uint64_t seed)
      : files_(files.begin(), files.end()), settings_(settings), seed_(seed) {}

  Result<Recording> read(const Entry& entry) const override {
    std::call_once(loaded_, [&] { load(); });
    if (failure_) return *failure_;
    Recording clip;
    clip.rate_hz = settings_.rate_hz;
    clip.samples = settings_.length_samples;
    clip.source = entry.id;
    clip.values.resize(static_cast<std::size_t>(clip.samples));
    Rng rng = Rng::derive(seed_, "silence", {static_cast<std::uint64_t>(entry.split), entry.item});
    const std::vector<std::span<const float>> stretches = stretches_of(entry.split);
    if (stretches.empty())
      generated_noise(rng, kColour, settings_.rate_hz, clip.values);
    else
      recorded_noise(rng, stretches, clip.values);
    const auto level = static_cast<float>(rng.uniform());
    for (float& value : clip.values) value = std::clamp(value * level, -1.0F, 1.0F);
    return clip;
  }
  std::string settings_text() const override {
    std::vector<std::string> names;
    for (const fs::path& file : files_) names.push_back(file.filename().string());
    return fmt::format("silence {} seed={} noise={}", text_of(settings_), seed_, join(names, ","));
  }
  std::string version(const Entry&) const override { return joined(version_of); }
  std::string content_hash(const Entry&) const override {
    std::call_once(hashed_, [&] { hash_ = joined(hash_of_file); });
    return hash_;
  }

 private:
  static constexpr Range kColour = {0.0, 2.0};  // white to brown

  template <class Function>
  std::string joined(Function&& of_file) const {
    std::string text;
    for (const fs::path& file : files_) text += of_file(file) + ";";
    return text;
  }

  void load() const {
    AudioSettings whole = settings_;
    whole.length_samples = 0;
    for (const fs::path& file : files_) {
      Result<Recording> noise = read_audio(file, whole);
      if (!noise) {
        failure_ = noise.failure();
        return;
      }
      noise_.push_back(std::move(noise).value().values);
    }
  }

  // The part of each file that belongs to the split: 80, 10 and 10 %.
  std::vector<std::span<const float>> stretches_of(Split split) const {
    std::vector<std::span<const float>> stretches;
    for (const std::vector<float>& noise : noise_) {
      const std::size_t tenth = noise.size() / 10;
      const std::size_t train = noise.size() - 2 * tenth;
      const std::span<const float> all(noise);
      if (split == Split::kTrain)
        stretches.push_back(all.first(train));
      else if (tenth > 0)
        stretches.push_back(all.subspan(split == Split::kValidation ? train : train + tenth, tenth));
    }
    return stretches;
  }

  std::vector<fs::path> files_;
  AudioSettings settings_;
  std::uint64_t seed_;
  mutable std::once_flag loaded_;
  mutable std::vector<std::vector<float>> noise_;
  mutable std::optional<ReadFailure> failure_;
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

}  // namespace

std::shared_ptr<const ClipSource> audio_files(const fs::path& root, const AudioSettings& settings) {
  settings.validate();
  return std::make_shared<AudioFiles>(root, settings);
}

std::shared_ptr<const ClipSource> silence_clips(std::span<const fs::path> noise_files, const AudioSettings& settings,
                                                std::uint64_t seed) {
  settings.validate();
  return std::make_shared<SilenceClips>(noise_files, settings, seed);
}

SeriesEntries cut_series(const ClipFiles& files, const LayoutSettings& settings) {
  const auto source = std::make_shared<SeriesFiles>(files.root, settings.series);
  SeriesEntries result;
  for (std::size_t number = 0; number < files.files.size(); ++number) {
    const std::string& path = files.files[number].path;
    Result<Recording> recording = read_series(files.root / path, settings.series);
    if (!recording) {
      result.failures.push_back(recording.failure());
      continue;
    }
    for (const LabelledSpan& window : cut_windows(recording.value(), settings.window)) {
      Entry entry;
      entry.id = fmt::format("{}@{:09}", path, window.begin_sample);
      entry.label = window.label;
      entry.source = source;
      entry.item = number;
      entry.begin_sample = window.begin_sample;
      entry.end_sample = window.end_sample;
      result.entries.push_back(std::move(entry));
    }
    source->keep(path, std::move(recording).value());
  }
  return result;
}

}  // namespace mote::data
