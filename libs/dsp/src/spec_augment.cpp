#include "mote/dsp/spec_augment.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"

namespace mote::dsp {
namespace {

void check_count(std::string_view key, std::int64_t value) {
  if (value >= 0 && value <= 1000) return;
  throw Error(ErrorCode::kInvalid, fmt::format("[spec_augment] {} must be in [0, 1000], got {}", key, value));
}

struct Stretch {
  std::int64_t begin, end;
};

// Length even in [0, most], then a place even among all where it fits.
Stretch draw_stretch(Rng& rng, std::int64_t most, std::int64_t total) {
  const auto length = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(std::min(most, total)) + 1));
  const auto begin = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(total - length) + 1));
  return {begin, begin + length};
}

class Mels {
 public:
  Mels(const FeatureShape& shape, std::int64_t mel_count, std::span<float> base)
      : shape_(shape), mel_count_(mel_count), base_(base) {}

  float mean() const {
    double sum = 0.0;
    for (std::int64_t t = 0; t < shape_.frames; ++t) {
      for (std::int64_t m = 0; m < mel_count_; ++m) sum += at(t, m);
    }
    return static_cast<float>(sum / static_cast<double>(shape_.frames * mel_count_));
  }

  void fill(const Stretch& frames, const Stretch& bands, float value) {
    for (std::int64_t t = frames.begin; t < frames.end; ++t) {
      for (std::int64_t m = bands.begin; m < bands.end; ++m) at(t, m) = value;
    }
  }

 private:
  float& at(std::int64_t t, std::int64_t m) const {
    return base_[static_cast<std::size_t>(t * shape_.coefficients + m)];
  }

  FeatureShape shape_;
  std::int64_t mel_count_;
  std::span<float> base_;
};

}  // namespace

void SpecAugmentSettings::validate() const {
  if (!(probability >= 0.0 && probability <= 1.0)) {
    throw Error(ErrorCode::kInvalid, fmt::format("[spec_augment] probability must be in [0, 1], got {}", probability));
  }
  check_count("time_masks", time_masks);
  check_count("time_max_frames", time_max_frames);
  check_count("mel_masks", mel_masks);
  check_count("mel_max_bands", mel_max_bands);
}

void spec_augment(const SpecAugmentSettings& settings, Rng& rng, const FeatureShape& shape, std::int64_t mel_count,
                  std::span<float> base) {
  if (!rng.chance(settings.probability) || shape.frames == 0) return;
  Mels mels(shape, mel_count, base);
  const float mean = mels.mean();
  for (std::int64_t i = 0; i < settings.mel_masks; ++i) {
    mels.fill({0, shape.frames}, draw_stretch(rng, settings.mel_max_bands, mel_count), mean);
  }
  for (std::int64_t i = 0; i < settings.time_masks; ++i) {
    mels.fill(draw_stretch(rng, settings.time_max_frames, shape.frames), {0, mel_count}, 0.0F);
  }
}

}  // namespace mote::dsp
