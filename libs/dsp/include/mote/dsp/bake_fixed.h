// The fixed-point front end of devices without an FPU: settings turned into the const tables that the runtime's integer
// C reads. The extractor runs them in memory, the exporter prints them as C. Tables are computed in double and rounded
// once, half away from zero.
//
// For settings with arithmetic = "fixed" only: they say what the network was trained on.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/dsp/feature_settings.h"
#include "mote/runtime/dsp/fixed_frontend.h"

namespace mote::dsp {

// Owns the tables; frontend() points into them and lives as long.
class BakedFixedFrontend {
 public:
  // `settings` must be valid, with arithmetic fixed; `warp` in [0.5, 2] bends the mel axis (mel_warp.h).
  // Error(kInvalid) when settings.standardize is on without feature_mean and feature_deviation or with a deviation too
  // small for 16 bits, or a warped band holds no FFT bin.
  explicit BakedFixedFrontend(const FeatureSettings& settings, double warp = 1.0);
  BakedFixedFrontend(BakedFixedFrontend&&) noexcept = default;
  BakedFixedFrontend& operator=(BakedFixedFrontend&&) noexcept = default;
  BakedFixedFrontend(const BakedFixedFrontend&) = delete;
  BakedFixedFrontend& operator=(const BakedFixedFrontend&) = delete;

  const mote_fixed_frontend& frontend() const { return frontend_; }
  // What the tables and the frame's working memory cost on the device.
  std::int64_t table_bytes() const;
  std::int64_t scratch_bytes() const;

  // A log mel of the device, times this, is the log mel of the settings (natural logarithm or decibels).
  double log_mel_unit() const { return log_mel_unit_; }
  // No log mel of the device is greater in magnitude.
  std::int32_t greatest_log_mel() const { return static_cast<std::int32_t>(greatest_log_); }
  // A feature of the device, times this, is the feature of the settings.
  float feature_unit() const { return feature_unit_; }

  // The tables by themselves, for the exporter: see the members of mote_fixed_frontend. Empty ones are null there.
  const std::vector<std::int16_t>& window() const { return window_; }
  const std::vector<std::uint8_t>& reversed() const { return reversed_; }
  const std::vector<std::int32_t>& twiddle() const { return twiddle_; }
  const std::vector<std::int32_t>& bin_twiddle() const { return bin_twiddle_; }
  const std::vector<std::uint16_t>& root() const { return root_; }
  const std::vector<std::uint16_t>& mel_begin() const { return mel_begin_; }
  const std::vector<std::uint16_t>& mel_size() const { return mel_size_; }
  const std::vector<std::uint16_t>& mel_weights() const { return mel_weights_; }
  const std::vector<std::uint16_t>& log2() const { return log2_; }
  const std::vector<std::uint16_t>& softener() const { return softener_; }
  const std::vector<std::int16_t>& feature_weight() const { return feature_weight_; }
  const std::vector<std::int32_t>& feature_offset() const { return feature_offset_; }
  const std::vector<std::uint8_t>& feature_shift() const { return feature_shift_; }

 private:
  void bake_window(const FeatureSettings& settings);
  void bake_fft();
  void bake_mel(const FeatureSettings& settings, double warp);
  void bake_log(const FeatureSettings& settings);
  void bake_features(const FeatureSettings& settings);
  void point_to_tables();

  mote_fixed_frontend frontend_{};
  double log_mel_unit_ = 0.0;
  float feature_unit_ = 0.0F;
  std::int32_t window_bits_ = 0;
  std::int32_t weight_bits_ = 0;
  double greatest_log_ = 0.0;  // of |log mel| of the device
  std::vector<std::int16_t> window_, feature_weight_;
  std::vector<std::uint8_t> reversed_, feature_shift_;
  std::vector<std::int32_t> twiddle_, bin_twiddle_, feature_offset_;
  std::vector<std::uint16_t> root_, mel_begin_, mel_size_, mel_weights_, log2_, softener_;
};

// For mote_fixed_quantize_s8: `unit` is feature_unit(), scale and zero point are the model's input. The int8 of a
// feature is what mote_quantize_f32_s8 makes of unit times it; a level that no feature reaches has INT16_MAX.
// Error(kInvalid) when scale is not > 0.
std::vector<std::int16_t> quantize_thresholds(float unit, float scale, std::int32_t zero_point);

}  // namespace mote::dsp
