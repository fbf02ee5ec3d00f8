// The front end of the device: settings turned into the const tables that the runtime's C reads. The device path runs
// them in memory, the exporter prints them as C. All tables are computed in double and rounded once to float.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/dsp/feature_settings.h"
#include "mote/runtime/dsp/frontend.h"

namespace mote::dsp {

// Owns the tables; frontend() points into them and lives as long.
class BakedFrontend {
 public:
  // `settings` must be valid; `warp` in [0.5, 2] bends the mel axis (see mel_warp.h), 1 leaves it. Error(kInvalid) when
  // settings.standardize is on without feature_mean and feature_deviation, or a warped band holds no FFT bin.
  explicit BakedFrontend(const FeatureSettings& settings, double warp = 1.0);
  BakedFrontend(BakedFrontend&&) noexcept = default;
  BakedFrontend& operator=(BakedFrontend&&) noexcept = default;
  BakedFrontend(const BakedFrontend&) = delete;
  BakedFrontend& operator=(const BakedFrontend&) = delete;

  const mote_frontend& frontend() const { return frontend_; }
  // What the tables and the frame's working memory cost on the device.
  std::int64_t table_bytes() const;
  std::int64_t scratch_bytes() const;

  // The tables by themselves, for the exporter. Empty ones are not used by the kind of features.
  const std::vector<float>& window() const { return window_; }                // window_samples
  const std::vector<float>& sine() const { return sine_; }                    // fft_size
  const std::vector<std::uint16_t>& mel_begin() const { return mel_begin_; }  // first FFT bin of each band
  const std::vector<std::uint16_t>& mel_size() const { return mel_size_; }    // FFT bins of each band
  const std::vector<float>& mel_weights() const { return mel_weights_; }      // band after band
  const std::vector<float>& dct() const { return dct_; }  // mfcc_count × mel_count, lifter included
  const std::vector<float>& feature_mean() const { return feature_mean_; }
  const std::vector<float>& feature_factor() const { return feature_factor_; }  // 1 / deviation

 private:
  void bake_spectrum(const FeatureSettings& settings, double warp);
  void bake_normalization(const FeatureSettings& settings);
  void point_to_tables();

  mote_frontend frontend_{};
  std::vector<float> window_, sine_, mel_weights_, dct_, feature_mean_, feature_factor_;
  std::vector<std::uint16_t> mel_begin_, mel_size_;
};

}  // namespace mote::dsp
