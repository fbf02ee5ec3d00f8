#include "mote/dsp/bake.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "feature_kinds.h"
#include "feature_tables.h"
#include "mel_bank.h"
#include "mote/base/error.h"

namespace mote::dsp {
namespace {

constexpr double kPi = std::numbers::pi;

std::vector<float> rounded(const std::vector<double>& table) {
  std::vector<float> result;
  for (const double value : table) result.push_back(static_cast<float>(value));
  return result;
}

// One turn in `size` steps, from its first quarter: exact zeros and ones, and exact symmetry.
std::vector<float> make_sine(std::int64_t size) {
  std::vector<float> sine(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) {
    const std::int64_t in_half = i % (size / 2);
    const std::int64_t in_quarter = std::min(in_half, size / 2 - in_half);
    const double value = std::sin(2.0 * kPi * static_cast<double>(in_quarter) / static_cast<double>(size));
    sine[static_cast<std::size_t>(i)] = static_cast<float>(i < size / 2 ? value : -value);
  }
  return sine;
}

mote_log_kind log_kind(LogKind kind) {
  if (kind == LogKind::kNone) return MOTE_LOG_NONE;
  return kind == LogKind::kOffset ? MOTE_LOG_OFFSET : MOTE_LOG_FLOOR;
}

static_assert(static_cast<int>(FeatureKind::kMfcc) == MOTE_FEATURE_MFCC &&
              static_cast<int>(FeatureKind::kLogMel) == MOTE_FEATURE_LOG_MEL &&
              static_cast<int>(FeatureKind::kSpectrum) == MOTE_FEATURE_SPECTRUM &&
              static_cast<int>(FeatureKind::kStatistics) == MOTE_FEATURE_STATISTICS &&
              static_cast<int>(FeatureKind::kStatisticsSpectrum) == MOTE_FEATURE_STATISTICS_SPECTRUM &&
              static_cast<int>(FeatureKind::kRaw) == MOTE_FEATURE_RAW);
static_assert(static_cast<int>(Padding::kZero) == MOTE_PADDING_ZERO &&
              static_cast<int>(Padding::kReflect) == MOTE_PADDING_REFLECT);
static_assert(static_cast<int>(Spectrum::kPower) == MOTE_SPECTRUM_POWER);
static_assert(static_cast<int>(ClipNormalization::kMean) == MOTE_CLIP_NORMALIZATION_MEAN &&
              static_cast<int>(ClipNormalization::kMeanVariance) == MOTE_CLIP_NORMALIZATION_MEAN_VARIANCE);

std::int64_t bytes(const std::vector<float>& table) {
  return std::ssize(table) * static_cast<std::int64_t>(sizeof(float));
}
std::int64_t bytes(const std::vector<std::uint16_t>& table) {
  return 2 * std::ssize(table);
}

const float* pointer(const std::vector<float>& table) {
  return table.empty() ? nullptr : table.data();
}

}  // namespace

BakedFrontend::BakedFrontend(const FeatureSettings& s, double warp) {
  const bool raw = s.kind == FeatureKind::kRaw;  // a frame is one sample
  frontend_.kind = static_cast<mote_feature_kind>(s.kind);
  frontend_.channels = static_cast<std::int32_t>(s.channels);
  frontend_.window_samples = raw ? 1 : static_cast<std::int32_t>(window_length(s));
  frontend_.hop_samples = raw ? 1 : static_cast<std::int32_t>(hop_length(s));
  frontend_.padding = raw ? MOTE_PADDING_NONE : static_cast<mote_padding>(s.padding);
  frontend_.sample_scale = static_cast<float>(s.sample_scale);
  if (has_mel(s) || has_bins(s)) bake_spectrum(s, warp);
  bake_normalization(s);
  point_to_tables();
}

void BakedFrontend::bake_spectrum(const FeatureSettings& s, double warp) {
  const std::int64_t fft = fft_length(s);
  window_ = rounded(window_table(s.window_function, window_length(s)));
  sine_ = make_sine(fft);
  frontend_.remove_dc = s.remove_dc ? 1 : 0;
  frontend_.pre_emphasis = static_cast<float>(s.pre_emphasis);
  frontend_.fft_size = static_cast<std::int32_t>(fft);
  frontend_.spectrum = static_cast<mote_spectrum_kind>(s.spectrum);
  frontend_.log = log_kind(s.log);
  frontend_.log_floor = static_cast<float>(s.log_floor);
  frontend_.log_factor = s.log == LogKind::kDecibel ? static_cast<float>(10.0 / std::numbers::ln10) : 1.0F;
  BinRange bins = fft_bins(s);
  if (has_mel(s)) {
    MelBank bank = make_mel_bank(s, warp);
    std::int64_t end = 0;
    for (std::size_t m = 0; m < bank.begin.size(); ++m) end = std::max<std::int64_t>(end, bank.begin[m] + bank.size[m]);
    bins.begin = *std::min_element(bank.begin.begin(), bank.begin.end());
    bins.count = end - bins.begin;
    mel_begin_ = std::move(bank.begin);
    mel_size_ = std::move(bank.size);
    mel_weights_ = std::move(bank.weights);
    frontend_.mel_count = static_cast<std::int32_t>(s.mel_count);
    frontend_.log_energy = s.log_energy ? 1 : 0;
  }
  frontend_.bin_begin = static_cast<std::int32_t>(bins.begin);
  frontend_.bin_count = static_cast<std::int32_t>(bins.count);
  if (s.kind != FeatureKind::kMfcc) return;
  frontend_.mfcc_count = static_cast<std::int32_t>(s.mfcc_count);
  dct_ = rounded(dct_table(s));
}

void BakedFrontend::bake_normalization(const FeatureSettings& s) {
  frontend_.normalization = static_cast<mote_clip_normalization>(s.normalize);
  if (!s.standardize) return;
  if (s.feature_mean.empty() || s.feature_deviation.empty()) {
    throw Error(
        ErrorCode::kInvalid,
        "[features] standardize wants feature_mean and feature_deviation, got none: measure them on the training "
        "set first");
  }
  for (const double mean : s.feature_mean) feature_mean_.push_back(static_cast<float>(mean));
  for (const double deviation : s.feature_deviation) feature_factor_.push_back(static_cast<float>(1.0 / deviation));
}

// A moved vector keeps its memory, so that the pointers of a moved BakedFrontend stay good.
void BakedFrontend::point_to_tables() {
  frontend_.window = pointer(window_);
  frontend_.sine = pointer(sine_);
  frontend_.mel_begin = mel_begin_.empty() ? nullptr : mel_begin_.data();
  frontend_.mel_size = mel_size_.empty() ? nullptr : mel_size_.data();
  frontend_.mel_weights = pointer(mel_weights_);
  frontend_.dct = pointer(dct_);
  frontend_.feature_mean = pointer(feature_mean_);
  frontend_.feature_factor = pointer(feature_factor_);
}

std::int64_t BakedFrontend::table_bytes() const {
  return bytes(window_) + bytes(sine_) + bytes(mel_begin_) + bytes(mel_size_) + bytes(mel_weights_) + bytes(dct_) +
         bytes(feature_mean_) + bytes(feature_factor_);
}

std::int64_t BakedFrontend::scratch_bytes() const {
  return static_cast<std::int64_t>(mote_frontend_scratch_bytes(&frontend_));
}

}  // namespace mote::dsp
