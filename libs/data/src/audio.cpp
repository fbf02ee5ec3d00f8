#include "mote/data/audio.h"

#include <fmt/format.h>
#include <samplerate.h>
#include <sndfile.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <system_error>

#include "mote/base/text.h"
#include "mote/data/range.h"
#include "wav_chunks.h"

namespace mote::data {
namespace {

struct CloseSound {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using Sound = std::unique_ptr<SNDFILE, CloseSound>;

// libsndfile's view of bytes in memory.
struct MemoryFile {
  std::span<const std::uint8_t> bytes;
  sf_count_t position = 0;

  sf_count_t size() const { return static_cast<sf_count_t>(bytes.size()); }
};

sf_count_t memory_size(void* user) {
  return static_cast<MemoryFile*>(user)->size();
}

sf_count_t memory_seek(sf_count_t offset, int whence, void* user) {
  auto& file = *static_cast<MemoryFile*>(user);
  const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.position : file.size();
  if (offset < -base || offset > file.size() - base) return -1;
  return file.position = base + offset;
}

sf_count_t memory_read(void* to, sf_count_t count, void* user) {
  auto& file = *static_cast<MemoryFile*>(user);
  const sf_count_t got = std::clamp<sf_count_t>(file.size() - file.position, 0, count);
  std::memcpy(to, file.bytes.data() + file.position, static_cast<std::size_t>(got));
  file.position += got;
  return got;
}

sf_count_t memory_write(const void*, sf_count_t, void*) {
  return 0;
}

sf_count_t memory_tell(void* user) {
  return static_cast<MemoryFile*>(user)->position;
}

// Interleaved frames as they lie in the file.
struct Frames {
  SF_INFO info{};
  std::vector<float> values;
};

// libsndfile decodes 16-bit formats to short without rounding, and faster than to float.
sf_count_t read_frames(SNDFILE* file, const SF_INFO& info, sf_count_t frames, float* out) {
  if ((info.format & SF_FORMAT_SUBMASK) != SF_FORMAT_PCM_16) return sf_readf_float(file, out, frames);
  std::vector<short> shorts(static_cast<std::size_t>(frames * info.channels));
  const sf_count_t got = sf_readf_short(file, shorts.data(), frames);
  for (sf_count_t i = 0; i < got * info.channels; ++i)
    out[i] = static_cast<float>(shorts[static_cast<std::size_t>(i)]) / 32768.0F;
  return got;
}

// Some formats (MP3 without a length header) announce no true number of frames: so read until nothing comes.
Result<Frames> read_all(SNDFILE* file, const SF_INFO& info, const std::string& name, double longest_s) {
  constexpr sf_count_t kBlockFrames = 65536;
  const bool announced = info.frames > 0 && info.frames < SF_COUNT_MAX;
  const auto most = static_cast<sf_count_t>(longest_s * info.samplerate);
  Frames frames{info, {}};
  sf_count_t done = 0;
  sf_count_t got = 1;
  while (got > 0 && done <= most) {
    // Block by block: a header that lies about the length must not take the memory.
    const sf_count_t block = announced ? std::clamp<sf_count_t>(info.frames - done, 1, kBlockFrames) : kBlockFrames;
    frames.values.resize(static_cast<std::size_t>((done + block) * info.channels));
    got = read_frames(file, info, block, frames.values.data() + done * info.channels);
    done += std::max<sf_count_t>(got, 0);
  }
  frames.values.resize(static_cast<std::size_t>(done * info.channels));
  frames.info.frames = done;
  if (done > most) {
    return ReadFailure{
        name, fmt::format("wanted at most {:g} s of audio, got more: cut the file or raise longest_s", longest_s)};
  }
  if (announced && done < info.frames) {
    return ReadFailure{
        name, fmt::format("wanted {} frames as its header says, got {}: the file is truncated or damaged, copy or "
                          "record it again",
                          info.frames, done)};
  }
  return frames;
}

Result<Frames> decode(std::span<const std::uint8_t> bytes, const std::string& name, const AudioSettings& settings) {
  if (bytes.empty()) return ReadFailure{name, "wanted audio, got an empty file: record it again or remove it"};
  if (auto problem = wav_problem(bytes)) return ReadFailure{name, *problem};

  MemoryFile memory{bytes};
  SF_VIRTUAL_IO io = {memory_size, memory_seek, memory_read, memory_write, memory_tell};
  SF_INFO info{};
  const Sound file(sf_open_virtual(&io, SFM_READ, &info, &memory));
  if (!file) {
    return ReadFailure{name, "wanted audio (WAV, FLAC, Ogg, MP3, AIFF, …), got something else: convert or remove it"};
  }
  if (info.samplerate <= 0)
    return ReadFailure{name, "wanted a sample rate above 0 Hz, got 0: repair its header or record it again"};
  if (info.channels <= 0)
    return ReadFailure{name, "wanted at least 1 channel, got 0: repair its header or record it again"};
  // Text decoded as headerless samples would look like noise: only formats that announce themselves count as audio.
  if ((info.format & SF_FORMAT_TYPEMASK) == SF_FORMAT_RAW)
    return ReadFailure{name, "wanted audio with a header, got raw samples: convert it to WAV"};

  Result<Frames> frames = read_all(file.get(), info, name, settings.longest_s);
  if (frames && frames.value().values.empty())
    return ReadFailure{name, "wanted audio, got a file without samples: record it again or remove it"};
  return frames;
}

// Index of the first sample that is not a finite number, or -1.
std::ptrdiff_t first_not_finite(std::span<const float> values) {
  const auto found = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
  return found == values.end() ? -1 : found - values.begin();
}

Recording mix_to_mono(Frames frames, const std::string& name) {
  Recording recording;
  recording.rate_hz = frames.info.samplerate;
  recording.samples = frames.info.frames;
  recording.source = name;
  if (frames.info.channels == 1) {
    recording.values = std::move(frames.values);
    return recording;
  }
  const auto channels = static_cast<std::size_t>(frames.info.channels);
  recording.values.resize(static_cast<std::size_t>(recording.samples));
  for (std::size_t i = 0; i < recording.values.size(); ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < channels; ++c) sum += frames.values[i * channels + c];
    recording.values[i] = static_cast<float>(sum / static_cast<double>(channels));
  }
  return recording;
}

Result<std::vector<std::uint8_t>> read_bytes(const std::filesystem::path& path, double longest_s) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error)
    return ReadFailure{path.string(),
                       fmt::format("wanted an audio file, got none ({}): check the path", error.message())};
  // No format needs more than 8 channels of 8-byte samples at 384 kHz.
  const double most = longest_s * 8 * 8 * 384000;
  if (static_cast<double>(size) > most)
    return ReadFailure{path.string(), fmt::format("wanted at most {:g} s of audio, got {}: cut the file", longest_s,
                                                  human_bytes(static_cast<std::int64_t>(size)))};

  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  std::vector<std::uint8_t> bytes(size);
  if (!file || std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
    return ReadFailure{path.string(), fmt::format("wanted to read it, got \"{}\": check its permissions and the disk",
                                                  std::strerror(errno))};
  }
  return bytes;
}

int converter(Resampling quality) {
  return quality == Resampling::kBest ? SRC_SINC_BEST_QUALITY : SRC_SINC_MEDIUM_QUALITY;
}

}  // namespace

void AudioSettings::validate() const {
  check_number("audio.rate_hz", rate_hz, 100, 384000);
  check_number("audio.length_samples", static_cast<double>(length_samples), 0, 1e9);
  check_number("audio.longest_s", longest_s, 0.001, 1e6);
}

Recording resample(const Recording& recording, double rate_hz, Resampling quality) {
  const double ratio = rate_hz / recording.rate_hz;
  assert(ratio > 1.0 / 256 && ratio < 256);
  Recording result = recording;
  if (ratio == 1.0) return result;
  result.rate_hz = rate_hz;
  result.samples = std::max<std::int64_t>(1, std::llround(static_cast<double>(recording.samples) * ratio));
  result.values.assign(static_cast<std::size_t>(recording.channels * result.samples), 0.0F);
  for (int c = 0; c < recording.channels; ++c) {
    SRC_DATA data{};
    data.data_in = recording.channel(c).data();
    data.input_frames = static_cast<long>(recording.samples);
    data.data_out = result.channel(c).data();
    data.output_frames = static_cast<long>(result.samples);
    data.src_ratio = ratio;
    [[maybe_unused]] const int status = src_simple(&data, converter(quality), 1);
    assert(status == 0);
  }
  for (LabelledSpan& span : result.spans) {
    span.begin_sample = std::llround(static_cast<double>(span.begin_sample) * ratio);
    span.end_sample =
        std::min<std::int64_t>(result.samples, std::llround(static_cast<double>(span.end_sample) * ratio));
  }
  return result;
}

Result<Recording> decode_audio(std::span<const std::uint8_t> bytes, const std::string& name,
                               const AudioSettings& settings) {
  Result<Frames> frames = decode(bytes, name, settings);
  if (!frames) return frames.failure();
  const int channels = frames.value().info.channels;
  if (const auto bad = first_not_finite(frames.value().values); bad >= 0) {
    return ReadFailure{name, fmt::format("wanted finite samples, got {} at frame {}: export it again from what made it",
                                         frames.value().values[static_cast<std::size_t>(bad)], bad / channels)};
  }
  Recording recording = mix_to_mono(std::move(frames).value(), name);
  const double ratio = settings.rate_hz / recording.rate_hz;
  if (ratio <= 1.0 / 256 || ratio >= 256) {
    return ReadFailure{name, fmt::format("wanted a rate within a factor 256 of {} Hz, got {:g} Hz: check its header",
                                         settings.rate_hz, recording.rate_hz)};
  }
  if (ratio != 1.0) recording = resample(recording, settings.rate_hz, settings.resampling);
  if (const auto bad = first_not_finite(recording.values); bad >= 0) {
    return ReadFailure{name,
                       "wanted samples near full scale, got values so large that resampling overflows: export it again "
                       "from what made it"};
  }
  return settings.length_samples > 0 ? fit_length(std::move(recording), settings.length_samples, settings.fit)
                                     : recording;
}

Result<Recording> read_audio(const std::filesystem::path& path, const AudioSettings& settings) {
  const Result<std::vector<std::uint8_t>> bytes = read_bytes(path, settings.longest_s);
  if (!bytes) return bytes.failure();
  return decode_audio(bytes.value(), path.string(), settings);
}

bool has_audio_suffix(const std::filesystem::path& path) {
  static constexpr std::array<std::string_view, 12> kSuffixes = {".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3",
                                                                 ".aif", ".aiff", ".au",  ".caf", ".w64",  ".rf64"};
  std::string suffix = path.extension().string();
  std::ranges::transform(suffix, suffix.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kSuffixes, suffix) != kSuffixes.end();
}

}  // namespace mote::data
