#include "mote/dsp/feature_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "feature_kinds.h"
#include "mel_bank.h"
#include "mote/base/error.h"

namespace mote::dsp {
namespace {

constexpr std::int64_t kLeastFft = 4;
constexpr std::int64_t kMostFft = 65536;
constexpr double kLeastLogFloor = 1e-30;  // well inside the normal numbers of float

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::kInvalid, "[features] " + message);
}

void check_integer(std::string_view key, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most) fail(fmt::format("{} must be in [{}, {}], got {}", key, least, most, value));
}

// NaN fails too.
void check_number(std::string_view key, double value, double least, double most) {
  if (!(value >= least && value <= most)) fail(fmt::format("{} must be in [{}, {}], got {}", key, least, most, value));
}

void check_framing(const FeatureSettings& s) {
  check_integer("sample_rate_hz", s.sample_rate_hz, 1, 1'000'000);
  check_integer("channels", s.channels, 1, 64);
  if (has_mel(s) && s.channels != 1) {
    fail(fmt::format("{} takes 1 channel, got {}: mix them, or use spectrum or statistics", enum_name(s.kind),
                     s.channels));
  }
  check_number("sample_scale", s.sample_scale, 1e-9, 1e9);
  if (s.kind == FeatureKind::kRaw) return;
  check_number("window_ms", s.window_ms, 0.0, 1e7);
  check_number("hop_ms", s.hop_ms, 0.0, 1e7);
  check_integer("window_samples", s.window_samples, 0, 1 << 24);
  check_integer("hop_samples", s.hop_samples, 0, 1 << 24);
  if (window_length(s) < 1) fail("the window must be >= 1 sample, got 0: raise window_ms");
  if (hop_length(s) < 1) fail("hop must be >= 1 sample, got 0: raise hop_ms");
}

void check_spectrum(const FeatureSettings& s) {
  const double nyquist_hz = static_cast<double>(s.sample_rate_hz) / 2.0;
  const std::int64_t fft = fft_length(s);
  if (fft < kLeastFft || fft > kMostFft || !std::has_single_bit(static_cast<std::uint64_t>(fft))) {
    fail(fmt::format("fft_size must be a power of two in [{}, {}], got {}", kLeastFft, kMostFft, fft));
  }
  if (window_length(s) > fft) {
    fail(
        fmt::format("the window must not be longer than the FFT, got {} samples over fft_size {}: raise fft_size or "
                    "set it to 0",
                    window_length(s), fft));
  }
  check_number("pre_emphasis", s.pre_emphasis, 0.0, 0.999999);
  check_number("high_hz", s.high_hz, 0.0, nyquist_hz);
  if (!(s.low_hz >= 0.0 && s.low_hz < upper_edge_hz(s))) {
    fail(fmt::format("low_hz must be in [0, {}), got {}", upper_edge_hz(s), s.low_hz));
  }
  if (s.log != LogKind::kNone) check_number("log_floor", s.log_floor, kLeastLogFloor, 1e9);
}

void check_mel(const FeatureSettings& s) {
  check_integer("mel_count", s.mel_count, 1, 1024);
  (void)make_mel_bank(s, 1.0);
  if (s.log_energy && s.kind != FeatureKind::kMfcc) {
    fail(fmt::format("log_energy takes the place of an mfcc's lowest coefficient, got kind {}", enum_name(s.kind)));
  }
  if (s.log_energy && s.log == LogKind::kNone) fail("log_energy wants a log_floor, got log none");
  if (s.kind != FeatureKind::kMfcc) return;
  check_integer("mfcc_count", s.mfcc_count, 1, s.mel_count);
  check_number("lifter", s.lifter, 0.0, 1e6);
}

void check_bins(const FeatureSettings& s) {
  if (fft_bins(s).count > 0) return;
  fail(fmt::format("an FFT bin must lie between low_hz {} and high_hz {}, but bins are {:.3g} Hz apart: raise fft_size",
                   s.low_hz, upper_edge_hz(s),
                   static_cast<double>(s.sample_rate_hz) / static_cast<double>(fft_length(s))));
}

void check_figures(std::string_view key, const std::vector<double>& figures, std::int64_t coefficients, double least) {
  if (figures.empty()) return;
  if (std::ssize(figures) != coefficients) {
    fail(fmt::format("{} must have one figure for each of {} coefficients, got {}", key, coefficients, figures.size()));
  }
  for (const double figure : figures) check_number(key, figure, least, 1e30);
}

void check_standardization(const FeatureSettings& s) {
  check_figures("feature_mean", s.feature_mean, feature_count(s), -1e30);
  check_figures("feature_deviation", s.feature_deviation, feature_count(s), 1e-30);
  if (s.feature_mean.size() != s.feature_deviation.size()) {
    fail(fmt::format("feature_mean and feature_deviation belong together, got {} and {} figures", s.feature_mean.size(),
                     s.feature_deviation.size()));
  }
}

// What the integer front end does not have. Each is refused by its own name.
void check_fixed(const FeatureSettings& s) {
  const auto refuse = [](std::string_view wanted, std::string_view got) {
    fail(fmt::format("arithmetic fixed wants {}, got {}: change it, or take arithmetic float", wanted, got));
  };
  if (!has_mel(s)) refuse("kind mfcc or log_mel", enum_name(s.kind));
  if (fft_length(s) < 64 || fft_length(s) > 2048) refuse("fft_size in [64, 2048]", std::to_string(fft_length(s)));
  if (s.remove_dc) refuse("remove_dc false", "true");
  if (s.pre_emphasis != 0.0) refuse("pre_emphasis 0", fmt::format("{}", s.pre_emphasis));
  if (s.log_energy) refuse("log_energy false", "true");
  if (s.log == LogKind::kNone) refuse("a log", "none");
  if (s.normalize != ClipNormalization::kNone) refuse("normalize none (standardize instead)", enum_name(s.normalize));
}

std::int64_t to_samples(double ms, std::int64_t rate_hz) {
  return static_cast<std::int64_t>(std::llround(ms * static_cast<double>(rate_hz) / 1000.0));
}

std::int64_t frame_count(const FeatureSettings& s, std::int64_t samples) {
  if (s.kind == FeatureKind::kRaw) return samples;
  const std::int64_t window = window_length(s);
  if (s.padding != Padding::kNone) return 1 + samples / hop_length(s);
  return samples < window ? 0 : 1 + (samples - window) / hop_length(s);
}

// What a clip must have at least: a window, or enough to be mirrored at its ends.
std::int64_t least_samples(const FeatureSettings& s) {
  return s.kind == FeatureKind::kRaw || s.padding == Padding::kZero ? 1 : window_length(s);
}

std::int64_t checked_frames(const FeatureSettings& s, std::int64_t samples) {
  if (samples < least_samples(s)) {
    fail(
        fmt::format("a clip must have at least {} samples (one window), got {}: lengthen the clip or shorten window_ms",
                    least_samples(s), samples));
  }
  return frame_count(s, samples);
}

}  // namespace

bool has_mel(const FeatureSettings& s) {
  return s.kind == FeatureKind::kMfcc || s.kind == FeatureKind::kLogMel;
}

bool has_statistics(const FeatureSettings& s) {
  return s.kind == FeatureKind::kStatistics || s.kind == FeatureKind::kStatisticsSpectrum;
}

bool has_bins(const FeatureSettings& s) {
  return s.kind == FeatureKind::kSpectrum || s.kind == FeatureKind::kStatisticsSpectrum;
}

BinRange fft_bins(const FeatureSettings& s) {
  const double bin_hz = static_cast<double>(s.sample_rate_hz) / static_cast<double>(fft_length(s));
  const auto begin = static_cast<std::int64_t>(std::ceil(s.low_hz / bin_hz));
  const auto last = static_cast<std::int64_t>(std::floor(upper_edge_hz(s) / bin_hz));
  return {begin, last - begin + 1};
}

std::int64_t base_count(const FeatureSettings& s) {
  if (has_mel(s)) return s.mel_count + (s.log_energy ? 1 : 0);
  if (s.kind == FeatureKind::kRaw) return s.channels;
  return s.channels * ((has_statistics(s) ? 3 : 0) + (has_bins(s) ? fft_bins(s).count : 0));
}

std::int64_t feature_count(const FeatureSettings& s) {
  return s.kind == FeatureKind::kMfcc ? s.mfcc_count : base_count(s);
}

void FeatureSettings::validate() const {
  check_framing(*this);
  if (has_mel(*this) || has_bins(*this)) check_spectrum(*this);
  if (has_mel(*this)) check_mel(*this);
  if (has_bins(*this)) check_bins(*this);
  check_standardization(*this);
  if (arithmetic == Arithmetic::kFixed) check_fixed(*this);
}

std::int64_t window_length(const FeatureSettings& s) {
  return s.window_samples > 0 ? s.window_samples : to_samples(s.window_ms, s.sample_rate_hz);
}

std::int64_t hop_length(const FeatureSettings& s) {
  return s.hop_samples > 0 ? s.hop_samples : to_samples(s.hop_ms, s.sample_rate_hz);
}

std::int64_t fft_length(const FeatureSettings& s) {
  if (s.fft_size != 0) return s.fft_size;
  const auto window = static_cast<std::uint64_t>(std::max(window_length(s), kLeastFft));
  return static_cast<std::int64_t>(std::bit_ceil(window));
}

FeatureShape base_shape(const FeatureSettings& s, std::int64_t samples) {
  return {checked_frames(s, samples), base_count(s)};
}

FeatureShape feature_shape(const FeatureSettings& s, std::int64_t samples) {
  return {checked_frames(s, samples), feature_count(s)};
}

bool streams_on_device(const FeatureSettings& s) {
  return s.kind == FeatureKind::kRaw || s.padding == Padding::kNone;
}

void check_frames_stand_alone(const FeatureSettings& s) {
  if (s.normalize != ClipNormalization::kNone) {
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("features.normalize: wanted \"none\" for streaming, got \"{}\": every frame would change with "
                    "the clip; train with features.standardize, whose constants are measured once",
                    enum_name(s.normalize)));
  }
  if (!streams_on_device(s)) {
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("features.padding: wanted \"none\" for streaming, got \"{}\": frames would need samples that "
                    "have not come yet",
                    enum_name(s.padding)));
  }
}

}  // namespace mote::dsp
