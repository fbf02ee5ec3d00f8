// Audio files as recordings: any format that libsndfile reads (WAV, FLAC, Ogg, MP3, AIFF, …), mixed to one channel,
// resampled, brought to the wanted length.
//
// One broken file among ten thousand is a value (Result), never an exception. What is refused: a file that is missing,
// empty, not audio, without samples, with a rate of zero, cut short, or with a sample that is not a finite number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "mote/data/fit.h"
#include "mote/data/recording.h"

namespace mote::data {

// Quality of libsamplerate's band-limited sinc interpolation: bandwidth 97 % at 145 dB, or 90 % at 121 dB.
enum class Resampling : std::uint8_t { kBest, kMedium };

struct AudioSettings {
  int rate_hz = 16000;              // of what comes out, 100 ... 384000
  std::int64_t length_samples = 0;  // of what comes out; 0 leaves the clip as long as it is
  Fit fit = Fit::kLoudest;          // used when length_samples > 0
  Resampling resampling = Resampling::kBest;
  double longest_s = 3600;  // a longer file is refused, so that one mistake cannot fill the memory

  // Error(kInvalid) that names the setting.
  void validate() const;
};

// One channel at settings.rate_hz, full scale 1. The mean of the channels is taken; 16-bit files at the wanted rate are
// decoded straight from integers (sample / 32768). Resampling is deterministic and keeps the clip's length in seconds:
// round(frames * rate_out / rate_in) samples. `settings` must be valid. The recording has no label and no group.
Result<Recording> read_audio(const std::filesystem::path& path, const AudioSettings& settings);

// The same from memory; `name` is what failures call it.
Result<Recording> decode_audio(std::span<const std::uint8_t> bytes, const std::string& name,
                               const AudioSettings& settings);

// `recording` at another rate, each channel on its own; spans move along. rate_hz within a factor 256 of the old one.
Recording resample(const Recording& recording, double rate_hz, Resampling quality);

// Names that end in a suffix of an audio format we read (any case).
bool has_audio_suffix(const std::filesystem::path& path);

}  // namespace mote::data
