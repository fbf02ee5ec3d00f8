// What features are: every choice between samples and the tensor that a model sees. The recipe's [features] keys, the
// feature cache's key and the metadata of an exported model are made from visit_fields(): this table is the only one.
//
// Start from a preset where a model was trained elsewhere. Not here: reading, resampling or augmenting samples (data).
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/base/enum_names.h"

namespace mote::dsp {

enum class FeatureKind : std::uint8_t { kMfcc, kLogMel, kSpectrum, kStatistics, kStatisticsSpectrum, kRaw };
enum class WindowFunction : std::uint8_t { kHann, kHannSymmetric, kHamming, kHammingSymmetric, kPovey, kRectangular };
enum class Padding : std::uint8_t { kNone, kZero, kReflect };
enum class Spectrum : std::uint8_t { kMagnitude, kPower };
enum class MelScale : std::uint8_t { kHtk, kSlaney };
enum class MelTriangles : std::uint8_t { kMel, kHz };
enum class MelNorm : std::uint8_t { kNone, kSlaney };
enum class LogKind : std::uint8_t { kNone, kOffset, kFloor, kDecibel };
enum class DctNorm : std::uint8_t { kOrtho, kHtk };
enum class ClipNormalization : std::uint8_t { kNone, kMean, kMeanVariance };
enum class Arithmetic : std::uint8_t { kFloat, kFixed };

// Frames × coefficients of one clip: the tensor 1 × frames × coefficients × 1.
struct FeatureShape {
  std::int64_t frames = 0;
  std::int64_t coefficients = 0;
  std::int64_t size() const { return frames * coefficients; }
  bool operator==(const FeatureShape&) const = default;
};

// The defaults are the preset "mlperf-tiny". Meaning and unit of each field: visit_fields().
struct FeatureSettings {
  FeatureKind kind = FeatureKind::kMfcc;
  Arithmetic arithmetic = Arithmetic::kFloat;
  std::int64_t sample_rate_hz = 16000;
  std::int64_t channels = 1;
  double window_ms = 30.0;
  double hop_ms = 20.0;
  std::int64_t window_samples = 0;
  std::int64_t hop_samples = 0;
  std::int64_t fft_size = 0;
  WindowFunction window_function = WindowFunction::kHann;
  Padding padding = Padding::kNone;
  double sample_scale = 1.0;
  bool remove_dc = false;
  double pre_emphasis = 0.0;
  Spectrum spectrum = Spectrum::kMagnitude;
  double low_hz = 20.0;
  double high_hz = 4000.0;
  MelScale mel_scale = MelScale::kHtk;
  MelTriangles mel_triangles = MelTriangles::kMel;
  MelNorm mel_norm = MelNorm::kNone;
  std::int64_t mel_count = 40;
  LogKind log = LogKind::kOffset;
  double log_floor = 1e-6;
  std::int64_t mfcc_count = 10;
  DctNorm dct = DctNorm::kHtk;
  double lifter = 0.0;
  bool log_energy = false;
  ClipNormalization normalize = ClipNormalization::kNone;
  bool standardize = false;
  std::vector<double> feature_mean;
  std::vector<double> feature_deviation;

  // Error(kInvalid): "[features] hop must be >= 1 sample, got 0: raise hop_ms".
  void validate() const;
  bool operator==(const FeatureSettings&) const = default;
};

// Calls visit(key, value, help) for each field, in the order of a recipe. Values are double, int64, bool, a named enum
// or a vector of double.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, FeatureSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("kind", s.kind,
        "mfcc, log_mel, spectrum (FFT bins), statistics (mean, deviation, RMS), statistics_spectrum or raw");
  visit(
      "arithmetic", s.arithmetic,
      "float, or fixed: integers for a device without an FPU (mfcc and log_mel; docs/features.md says what it takes)");
  visit("sample_rate_hz", s.sample_rate_hz, "rate of the samples");
  visit("channels", s.channels, "channels of the samples; mfcc and log_mel take one");
  visit("window_ms", s.window_ms, "length of a frame's window");
  visit("hop_ms", s.hop_ms, "from one frame to the next");
  visit("window_samples", s.window_samples, "length of a frame's window in samples; 0 takes window_ms");
  visit("hop_samples", s.hop_samples, "from one frame to the next in samples; 0 takes hop_ms");
  visit("fft_size", s.fft_size, "a power of two, not below the window; 0 takes the least");
  visit("window_function", s.window_function,
        "hann, hamming (periodic), hann_symmetric, hamming_symmetric, povey (Kaldi's) or rectangular");
  visit("padding", s.padding, "none, or zero or reflect: frames are centred at multiples of the hop (offline only)");
  visit("sample_scale", s.sample_scale, "factor on samples in [-1, 1]; Kaldi works on 32768");
  visit("remove_dc", s.remove_dc, "subtract a frame's mean before its spectrum is taken");
  visit("pre_emphasis", s.pre_emphasis, "share of the previous sample subtracted in a frame, [0, 1); 0 is off");
  visit("spectrum", s.spectrum, "magnitude or power");
  visit("low_hz", s.low_hz, "lower edge of the mel bands or of the FFT bins");
  visit("high_hz", s.high_hz, "upper edge of the mel bands or of the FFT bins; 0 is half the rate");
  visit("mel_scale", s.mel_scale, "htk (1127 ln(1 + f / 700), also TensorFlow's and Kaldi's) or slaney (librosa's)");
  visit("mel_triangles", s.mel_triangles, "bands are triangles over mel (TensorFlow, Kaldi) or over hz (librosa)");
  visit("mel_norm", s.mel_norm, "none, or slaney: each band has the same area");
  visit("mel_count", s.mel_count, "mel bands");
  visit("log", s.log, "offset: ln(x + log_floor); floor: ln(max(x, log_floor)); decibel: 10 log10 of that; none");
  visit("log_floor", s.log_floor, "keeps the logarithm finite; > 0");
  visit("mfcc_count", s.mfcc_count, "cepstral coefficients kept, from the lowest");
  visit("dct", s.dct, "ortho (librosa, Kaldi), or htk: sqrt(2 / mel_count) on every coefficient (TensorFlow)");
  visit("lifter", s.lifter, "L: coefficient i is multiplied by 1 + L/2 sin(pi i / L); 0 is off");
  visit("log_energy", s.log_energy, "the lowest coefficient is the log energy of the frame instead (Kaldi)");
  visit("normalize", s.normalize,
        "per clip and coefficient: none, mean (c - mean) or mean_variance ((c - mean) / (deviation + 0.3))");
  visit("standardize", s.standardize, "then (c - feature_mean) / feature_deviation per coefficient");
  visit("feature_mean", s.feature_mean, "of each coefficient; measured on the training set");
  visit("feature_deviation", s.feature_deviation, "of each coefficient; measured on the training set; > 0");
}

// Window, hop and FFT in samples, as they follow from the settings (which need not be valid).
std::int64_t window_length(const FeatureSettings& settings);
std::int64_t hop_length(const FeatureSettings& settings);
std::int64_t fft_length(const FeatureSettings& settings);

// Of a clip of `samples` samples a channel. `base_shape`: what is cached before SpecAugment, DCT and normalization: log
// mels (and the log energy after them, where it is used) for mfcc and log_mel, else the features before normalization.
// Coefficients of many channels: all of channel 0 first; a channel's are mean, deviation, RMS, then its FFT bins. `raw`
// has a frame for each sample. Settings must be valid. Error(kInvalid) when the clip is shorter than one window.
FeatureShape feature_shape(const FeatureSettings& settings, std::int64_t samples);
FeatureShape base_shape(const FeatureSettings& settings, std::int64_t samples);

// False when frames need samples that a device does not have yet (padding).
bool streams_on_device(const FeatureSettings& settings);

// Refuses settings under which a frame changes with the rest of the clip, so that a network cannot keep what it
// computed of it (quant::streaming_graph). Error(kInvalid): "features.normalize …" or "features.padding …".
void check_frames_stand_alone(const FeatureSettings& settings);

struct FeaturePreset {
  std::string_view name;
  std::string_view help;  // whose pipeline it equals
  FeatureSettings settings;
};

// mlperf-tiny, librosa, kaldi, the same with "-log-mel", and motion.
std::span<const FeaturePreset> feature_presets();
// Error(kInvalid) on another name, with the nearest known one.
const FeatureSettings& feature_preset(std::string_view name);

}  // namespace mote::dsp

template <>
struct mote::EnumNames<mote::dsp::FeatureKind> {
  static constexpr std::array<std::string_view, 6> kNames{
      "mfcc", "log_mel", "spectrum", "statistics", "statistics_spectrum", "raw"};
};
template <>
struct mote::EnumNames<mote::dsp::WindowFunction> {
  static constexpr std::array<std::string_view, 6> kNames{"hann",  "hann_symmetric", "hamming", "hamming_symmetric",
                                                          "povey", "rectangular"};
};
template <>
struct mote::EnumNames<mote::dsp::Padding> {
  static constexpr std::array<std::string_view, 3> kNames{"none", "zero", "reflect"};
};
template <>
struct mote::EnumNames<mote::dsp::Spectrum> {
  static constexpr std::array<std::string_view, 2> kNames{"magnitude", "power"};
};
template <>
struct mote::EnumNames<mote::dsp::MelScale> {
  static constexpr std::array<std::string_view, 2> kNames{"htk", "slaney"};
};
template <>
struct mote::EnumNames<mote::dsp::MelTriangles> {
  static constexpr std::array<std::string_view, 2> kNames{"mel", "hz"};
};
template <>
struct mote::EnumNames<mote::dsp::MelNorm> {
  static constexpr std::array<std::string_view, 2> kNames{"none", "slaney"};
};
template <>
struct mote::EnumNames<mote::dsp::LogKind> {
  static constexpr std::array<std::string_view, 4> kNames{"none", "offset", "floor", "decibel"};
};
template <>
struct mote::EnumNames<mote::dsp::DctNorm> {
  static constexpr std::array<std::string_view, 2> kNames{"ortho", "htk"};
};
template <>
struct mote::EnumNames<mote::dsp::ClipNormalization> {
  static constexpr std::array<std::string_view, 3> kNames{"none", "mean", "mean_variance"};
};
template <>
struct mote::EnumNames<mote::dsp::Arithmetic> {
  static constexpr std::array<std::string_view, 2> kNames{"float", "fixed"};
};
