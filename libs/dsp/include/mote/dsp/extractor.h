// From samples to features, by two paths behind one interface: `fast` (FFTW, sixteen frames at a time) for training and
// `device` (the runtime's C, the bits that a microcontroller computes) for INT8 evaluation and verification. They agree
// within 1e-4 relative. With arithmetic = "fixed" both are the runtime's integer C: float samples are rounded to int16
// first, and a feature is a whole number of BakedFixedFrontend::feature_unit().
//
// extract() does it all. Training caches base() and runs SpecAugment and finish() on every use:
//   base (log mels) -> spec_augment() -> finish (DCT, normalization).
// An extractor is immutable: threads share one, each with a scratch of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/dsp/feature_settings.h"

namespace mote::dsp {

enum class ExtractPath : std::uint8_t { kFast, kDevice };

// Working memory of one thread, made by and only usable with one extractor.
class ExtractorScratch {
 public:
  virtual ~ExtractorScratch() = default;
};

class Extractor {
 public:
  virtual ~Extractor() = default;

  virtual const FeatureSettings& settings() const = 0;
  virtual std::unique_ptr<ExtractorScratch> make_scratch() const = 0;

  // `samples`: planar, channels × samples, full scale 1 (float) or 32768 (int16: value / 32768, then sample_scale).
  // `base`: base_shape(settings, samples a channel).size() values, frame by frame. `warp`: an index into the warps that
  // the extractor was made with, 0 is none. Sizes that do not fit are a programmer's error.
  virtual void base(std::span<const float> samples, int warp, ExtractorScratch& scratch,
                    std::span<float> base) const = 0;
  virtual void base(std::span<const std::int16_t> samples, int warp, ExtractorScratch& scratch,
                    std::span<float> base) const = 0;

  // `base`: any number of frames of one clip; `features`: as many frames of feature_shape().coefficients values.
  virtual void finish(std::span<const float> base, ExtractorScratch& scratch, std::span<float> features) const = 0;

  // base() without warp, then finish(). `features`: feature_shape(settings, samples a channel).size() values.
  void extract(std::span<const float> samples, ExtractorScratch& scratch, std::span<float> features) const;
  void extract(std::span<const std::int16_t> samples, ExtractorScratch& scratch, std::span<float> features) const;

 protected:
  // Working memory for extract(): at least `size` values, owned by `scratch`.
  virtual std::span<float> base_buffer(ExtractorScratch& scratch, std::int64_t size) const = 0;
};

// `warps`: vocal-tract warp factors for base() (see mel_warp.h) that follow index 0, the unwarped one; only for mfcc
// and log_mel. Error(kInvalid) when settings.validate() fails, when they are to be standardized without feature_mean
// and feature_deviation, and when a warp is not in [0.5, 2].
std::unique_ptr<Extractor> make_extractor(ExtractPath path, const FeatureSettings& settings,
                                          std::span<const double> warps = {});

// One clip, by the path: for tools and tests. Errors: as make_extractor() and feature_shape().
std::vector<float> extract_features(ExtractPath path, const FeatureSettings& settings, std::span<const float> samples);

// "avx512", "avx2" or "portable": what the fast path runs on this machine. Part of a cache's key: FFTW's last bits
// depend on the instruction set.
std::string_view fast_path_name();

}  // namespace mote::dsp

template <>
struct mote::EnumNames<mote::dsp::ExtractPath> {
  static constexpr std::array<std::string_view, 2> kNames{"fast", "device"};
};
