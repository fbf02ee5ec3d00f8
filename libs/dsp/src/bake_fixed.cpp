#include "mote/dsp/bake_fixed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "feature_kinds.h"
#include "feature_tables.h"
#include "mel_bank.h"
#include "mote/base/error.h"
#include "mote/runtime/kernels/mote_quantize_f32_s8.h"

namespace mote::dsp {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kLogUnit = 1 << MOTE_FIXED_LOG_BITS;
constexpr int kStandardizedBits = 10;  // features of deviation 1 saturate at 32

// Four legs of the first butterflies add up to at most this many times full scale, so that a value and its sine, both
// in the plane, have a product below 2^31: sqrt(2) * 2.8 * 2^15 < 2^17.
constexpr double kMostLegs = 2.8;

std::int32_t rounded(double x) {
  return static_cast<std::int32_t>(std::lround(x));
}

template <class Integer>
Integer narrowed(double x) {
  return static_cast<Integer>(rounded(x));
}

// Greatest e with x * 2^e < 2^bits.
int room(double x, int bits) {
  int exponent = 0;
  (void)std::frexp(x, &exponent);  // x < 2^exponent
  return bits - exponent;
}

std::uint8_t reversed_bits(std::int64_t index, std::int64_t count) {
  std::int64_t result = 0;
  for (std::int64_t bit = 1; bit < count; bit *= 2) {
    result = 2 * result + (index & 1);
    index /= 2;
  }
  return static_cast<std::uint8_t>(result);
}

bool starts_with_radix4(std::int64_t points) {
  int exponent = 0;
  (void)std::frexp(static_cast<double>(points), &exponent);  // points = 2^(exponent - 1)
  return exponent % 2 == 1;
}

// cos, sin - cos, cos + sin of a rounded sine and cosine: a turn takes three products.
void add_turn(double angle, std::vector<std::int32_t>& table) {
  const double one = 1 << MOTE_FIXED_TWIDDLE_BITS;
  const std::int32_t cosine = rounded(one * std::cos(angle));
  const std::int32_t sine = rounded(one * std::sin(angle));
  for (const std::int32_t value : {cosine, sine - cosine, cosine + sine}) table.push_back(value);
}

template <class Value>
std::int64_t bytes(const std::vector<Value>& table) {
  return std::ssize(table) * static_cast<std::int64_t>(sizeof(Value));
}

template <class Value>
const Value* pointer(const std::vector<Value>& table) {
  return table.empty() ? nullptr : table.data();
}

// By how much a coefficient's weights can be raised: sum of products and offset stay below 2^29, a weight in int16.
int coefficient_shift(std::size_t coefficient, double weights, double greatest_log, double offset) {
  const int shift = std::min(room(std::max(weights * greatest_log, offset), 29), room(weights, 15));
  if (shift < 0) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[features] arithmetic fixed wants a feature_deviation that a feature can be divided by in "
                            "16 bits, but coefficient {} hardly varies: take arithmetic float, or fewer coefficients",
                            coefficient));
  }
  return std::min(shift, 30);
}

// Greatest sum of what the legs of one butterfly of the first stage weigh.
double greatest_legs(const std::vector<double>& window, std::size_t fft, std::size_t legs) {
  double greatest = 0.0;
  for (std::size_t i = 0; i < fft / legs; ++i) {
    double sum = 0.0;
    for (std::size_t at = i; at < window.size(); at += fft / legs) sum += std::abs(window[at]);
    greatest = std::max(greatest, sum);
  }
  return greatest;
}

}  // namespace

BakedFixedFrontend::BakedFixedFrontend(const FeatureSettings& s, double warp) {
  frontend_.kind = s.kind == FeatureKind::kMfcc ? MOTE_FEATURE_MFCC : MOTE_FEATURE_LOG_MEL;
  frontend_.window_samples = static_cast<std::int32_t>(window_length(s));
  frontend_.hop_samples = static_cast<std::int32_t>(hop_length(s));
  frontend_.padding = static_cast<mote_padding>(s.padding);
  frontend_.fft_size = static_cast<std::int32_t>(fft_length(s));
  bake_window(s);
  bake_fft();
  bake_mel(s, warp);
  bake_log(s);
  bake_features(s);
  point_to_tables();
}

void BakedFixedFrontend::bake_window(const FeatureSettings& s) {
  const auto fft = static_cast<std::size_t>(frontend_.fft_size);
  const std::vector<double> window = window_table(s.window_function, window_length(s));
  const bool fits = greatest_legs(window, fft, starts_with_radix4(frontend_.fft_size / 2) ? 4 : 2) <= kMostLegs;
  window_bits_ = fits ? 15 : 14;
  for (const double value : window) {
    window_.push_back(static_cast<std::int16_t>(std::min(32767, rounded(std::ldexp(value, window_bits_)))));
  }
  window_.resize(fft, 0);
}

void BakedFixedFrontend::bake_fft() {
  const std::int64_t points = frontend_.fft_size / 2;
  const std::int64_t groups = starts_with_radix4(points) ? points / 4 : points / 2;
  for (std::int64_t i = 0; i < groups; ++i) reversed_.push_back(reversed_bits(i, groups));
  for (std::int64_t j = 0; j < points / 4; ++j) {
    const double angle = 2.0 * kPi * static_cast<double>(j) / static_cast<double>(points);
    for (const double leg : {1.0, 3.0, 2.0}) add_turn(leg * angle, twiddle_);
  }
}

void BakedFixedFrontend::bake_mel(const FeatureSettings& s, double warp) {
  MelBank bank = make_mel_bank(s, warp);
  std::int64_t end = 0;
  double greatest = 0.0;  // sum of a band's weights
  auto weight = bank.weights.begin();
  for (std::size_t m = 0; m < bank.begin.size(); ++m) {
    end = std::max<std::int64_t>(end, bank.begin[m] + bank.size[m]);
    greatest = std::max(greatest, std::accumulate(weight, weight + bank.size[m], 0.0));
    weight += bank.size[m];
  }
  weight_bits_ = room(1.01 * greatest, 16);  // rounding up must not carry a sum past 16 bits
  for (const float value : bank.weights) {
    mel_weights_.push_back(narrowed<std::uint16_t>(std::ldexp(static_cast<double>(value), weight_bits_)));
  }
  mel_begin_ = std::move(bank.begin);
  mel_size_ = std::move(bank.size);
  frontend_.mel_count = static_cast<std::int32_t>(s.mel_count);
  frontend_.bin_begin = *std::min_element(mel_begin_.begin(), mel_begin_.end());
  frontend_.bin_count = static_cast<std::int32_t>(end) - frontend_.bin_begin;
  frontend_.spectrum = static_cast<mote_spectrum_kind>(s.spectrum);
  for (std::int32_t bin = 0; bin < frontend_.bin_count; ++bin) {
    const double angle = 2.0 * kPi * (frontend_.bin_begin + bin) / frontend_.fft_size;
    add_turn(angle, bin_twiddle_);
  }
  // Louder than any sine at full scale.
  const double peak = s.sample_scale * static_cast<double>(window_length(s));
  greatest_log_ = std::log2(peak) * (s.spectrum == Spectrum::kPower ? 2.0 : 1.0) + std::log2(greatest);
}

void BakedFixedFrontend::bake_log(const FeatureSettings& s) {
  frontend_.log = s.log == LogKind::kOffset ? MOTE_LOG_OFFSET : MOTE_LOG_FLOOR;
  // A bin is |X / 2| in units of 2^-15 2^-window_bits, or the square of that.
  const double bin = std::log2(s.sample_scale) + 1.0 - 15.0 - window_bits_;
  const double unit = (s.spectrum == Spectrum::kPower ? 2.0 : 1.0) * bin - weight_bits_;
  frontend_.log_unit = rounded(kLogUnit * unit);
  frontend_.log_floor = rounded(kLogUnit * std::log2(s.log_floor));
  greatest_log_ = kLogUnit * (1.0 + std::max(std::abs(greatest_log_), std::abs(std::log2(s.log_floor))));
  const double octave = s.log == LogKind::kDecibel ? 10.0 * std::log10(2.0) : std::numbers::ln2;
  log_mel_unit_ = octave / kLogUnit;
  for (int i = 0; i < MOTE_FIXED_ROOT_SIZE; ++i) {
    const double root = std::sqrt((i + MOTE_FIXED_ROOT_BEGIN) / 128.0);
    root_.push_back(static_cast<std::uint16_t>(std::min(65535, rounded(65536.0 * root))));
  }
  for (int i = 0; i < MOTE_FIXED_LOG2_SIZE; ++i) {
    log2_.push_back(narrowed<std::uint16_t>(kLogUnit * std::log2(1.0 + i / 32.0)));
  }
  for (int i = 0; i < MOTE_FIXED_SOFTENER_SIZE; ++i) {
    softener_.push_back(narrowed<std::uint16_t>(kLogUnit * std::log2(1.0 + std::exp2(-i / 4.0))));
  }
}

// A feature is sum(weight * log mel) + offset, shifted: DCT, unit of the logarithm and standardization in one.
void BakedFixedFrontend::bake_features(const FeatureSettings& s) {
  const bool mfcc = s.kind == FeatureKind::kMfcc;
  const std::size_t terms = mfcc ? static_cast<std::size_t>(s.mel_count) : 1;
  const std::vector<double> matrix =
      mfcc ? dct_table(s) : std::vector<double>(static_cast<std::size_t>(s.mel_count), 1.0);
  if (s.standardize && (s.feature_mean.empty() || s.feature_deviation.empty())) {
    throw Error(ErrorCode::kInvalid,
                "[features] standardize wants feature_mean and feature_deviation, got none: measure them on the "
                "training set first");
  }
  const std::size_t count = matrix.size() / terms;
  std::vector<double> reach(count);  // of a coefficient, before scaling, for log mels of 1
  for (std::size_t i = 0; i < matrix.size(); ++i) reach[i / terms] += std::abs(matrix[i]) * log_mel_unit_;
  frontend_.feature_count = static_cast<std::int32_t>(count);
  frontend_.feature_bits = kStandardizedBits;
  if (!s.standardize) {
    frontend_.feature_bits = room(*std::max_element(reach.begin(), reach.end()) * greatest_log_, 15);
  }
  feature_unit_ = static_cast<float>(std::ldexp(1.0, -frontend_.feature_bits));
  for (std::size_t c = 0; c < count; ++c) {
    const double mean = s.standardize ? s.feature_mean[c] : 0.0;
    const double factor = std::ldexp(s.standardize ? 1.0 / s.feature_deviation[c] : 1.0, frontend_.feature_bits);
    const int shift = coefficient_shift(c, factor * reach[c], greatest_log_, factor * std::abs(mean) + 1.0);
    feature_shift_.push_back(static_cast<std::uint8_t>(shift));
    feature_offset_.push_back(rounded(std::ldexp(0.5 - mean * factor, shift)));
    // Rows of the DCT are even or odd: the device has the first half of an even one, the second half of an odd one.
    const std::size_t sums = (terms + 1) / 2;
    const bool odd = mfcc && c % 2 == 1;
    for (std::size_t m = odd ? sums : 0; m < (odd || !mfcc ? terms : sums); ++m) {
      const double weight = matrix[c * terms + m] * log_mel_unit_ * factor;
      feature_weight_.push_back(narrowed<std::int16_t>(std::ldexp(weight, shift)));
    }
  }
}

void BakedFixedFrontend::point_to_tables() {
  frontend_.window = pointer(window_);
  frontend_.reversed = pointer(reversed_);
  frontend_.twiddle = pointer(twiddle_);
  frontend_.bin_twiddle = pointer(bin_twiddle_);
  frontend_.root = pointer(root_);
  frontend_.mel_begin = pointer(mel_begin_);
  frontend_.mel_size = pointer(mel_size_);
  frontend_.mel_weights = pointer(mel_weights_);
  frontend_.log2 = pointer(log2_);
  frontend_.softener = pointer(softener_);
  frontend_.feature_weight = pointer(feature_weight_);
  frontend_.feature_offset = pointer(feature_offset_);
  frontend_.feature_shift = pointer(feature_shift_);
}

std::int64_t BakedFixedFrontend::table_bytes() const {
  return bytes(window_) + bytes(reversed_) + bytes(twiddle_) + bytes(bin_twiddle_) + bytes(root_) + bytes(mel_begin_) +
         bytes(mel_size_) + bytes(mel_weights_) + bytes(log2_) + bytes(softener_) + bytes(feature_weight_) +
         bytes(feature_offset_) + bytes(feature_shift_);
}

std::int64_t BakedFixedFrontend::scratch_bytes() const {
  return static_cast<std::int64_t>(mote_fixed_frontend_scratch_bytes(&frontend_));
}

std::vector<std::int16_t> quantize_thresholds(float unit, float scale, std::int32_t zero_point) {
  if (!(scale > 0.0F)) {
    throw Error(ErrorCode::kInvalid, fmt::format("[features] an input's scale must be > 0, got {}", scale));
  }
  const mote_quantize_f32_s8_params params{1, scale, zero_point};
  std::vector<std::int16_t> thresholds;
  for (std::int32_t feature = INT16_MIN; feature < INT16_MAX; ++feature) {
    const float value = unit * static_cast<float>(feature);
    std::int8_t level = 0;
    mote_quantize_f32_s8(&params, &value, &level);
    // Level -128 needs no threshold.
    while (std::ssize(thresholds) < level + 128) thresholds.push_back(static_cast<std::int16_t>(feature));
  }
  thresholds.resize(MOTE_FIXED_THRESHOLDS, INT16_MAX);
  return thresholds;
}

}  // namespace mote::dsp
