#include "fast_extractor.h"

#include <algorithm>
#include <type_traits>

#include "device_extractor.h"
#include "feature_kinds.h"
#include "mote/runtime/dsp/blocks.h"

namespace mote::dsp {

using fast::kLanes;
using fast::kTile;
using fast::make_aligned;
using fast::round_up;

struct FastScratch final : ExtractorScratch {
  std::vector<float> signal;  // a channel, scaled and padded
  fast::AlignedFloats frame;  // fft_size: a window, then zeros for good
  fast::AlignedFloats half;   // kLanes pairs, the spectrum of half the size, kLanes pairs
  fast::AlignedFloats rows;   // power of kTile frames
  fast::AlignedFloats power;  // bins × kLanes
  fast::AlignedFloats bands;  // mel bands × kLanes
  std::vector<float> base;
};

namespace {

constexpr std::int64_t kStatistics = 3;

FastScratch& own(ExtractorScratch& scratch) {
  return static_cast<FastScratch&>(scratch);
}

// From rows of `columns` values to columns: `columns` rows of round_up(rows, kLanes) values.
fast::AlignedFloats transposed(std::span<const float> matrix, std::int64_t rows, std::int64_t columns) {
  const std::int64_t pitch = round_up(rows, kLanes);
  fast::AlignedFloats out = make_aligned(columns * pitch);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t c = 0; c < columns; ++c) {
      out[static_cast<std::size_t>(c * pitch + row)] = matrix[static_cast<std::size_t>(row * columns + c)];
    }
  }
  return out;
}

fast::AlignedFloats halved(std::span<const float> window) {
  fast::AlignedFloats half = make_aligned(std::ssize(window));
  std::transform(window.begin(), window.end(), half.get(), [](float value) { return 0.5F * value; });
  return half;
}

// sine[(k + shift) mod size] for the bins k of half a turn, and zeros for the vector that begins at the last one.
fast::AlignedFloats half_turn(std::span<const float> sine, std::size_t shift) {
  fast::AlignedFloats turn = make_aligned(std::ssize(sine) / 2 + kLanes);
  for (std::size_t k = 0; 2 * k <= sine.size() && !sine.empty(); ++k) turn[k] = sine[(k + shift) % sine.size()];
  return turn;
}

void scale(const fast::LaneKernels& kernels, std::span<const float> samples, float factor, float* out) {
  kernels.scale_f32(samples.data(), factor, std::ssize(samples), out);
}

void scale(const fast::LaneKernels& kernels, std::span<const std::int16_t> samples, float factor, float* out) {
  kernels.scale_s16(samples.data(), factor * (1.0F / 32768.0F), std::ssize(samples), out);
}

// Fills both ends of `signal` around its `count` samples.
void pad_ends(Padding padding, std::int64_t lead, std::int64_t count, float* signal) {
  float* const clip = signal + lead;
  for (std::int64_t i = 1; i <= lead; ++i) {
    clip[-i] = padding == Padding::kReflect ? clip[i] : 0.0F;
    clip[count - 1 + i] = padding == Padding::kReflect ? clip[count - 1 - i] : 0.0F;
  }
}

}  // namespace

FastExtractor::FastExtractor(const FeatureSettings& settings, std::span<const double> warps)
    : settings_(settings),
      baked_(bake_warps<BakedFrontend>(settings, warps)),
      kernels_(fast::lane_kernels()),
      fft_(has_mel(settings) || has_bins(settings) ? fft_length(settings) : 4),
      half_window_(halved(baked_.front().window())),
      cosine_(half_turn(baked_.front().sine(), baked_.front().sine().size() / 4)),
      sine_(half_turn(baked_.front().sine(), 0)),
      dct_(transposed(baked_.front().dct(), baked_.front().frontend().mfcc_count, settings.mel_count)),
      stride_(base_count(settings)) {
  for (const BakedFrontend& baked : baked_) {
    power_stride_ = std::max(power_stride_, round_up(baked.frontend().bin_count, kLanes));
  }
}

std::unique_ptr<ExtractorScratch> FastExtractor::make_scratch() const {
  const mote_frontend& frontend = baked_.front().frontend();
  auto scratch = std::make_unique<FastScratch>();
  scratch->frame = make_aligned(static_cast<std::int64_t>(mote_frontend_scratch_bytes(&frontend) / sizeof(float)));
  scratch->half = make_aligned(frontend.fft_size + 4 * kLanes);
  scratch->rows = make_aligned(kTile * power_stride_);
  scratch->power = make_aligned(power_stride_ * kLanes);
  scratch->bands = make_aligned(frontend.mel_count * kLanes);
  return scratch;
}

void FastExtractor::base(std::span<const float> samples, int warp, ExtractorScratch& scratch,
                         std::span<float> base) const {
  base_of(samples, warp, own(scratch), base);
}

void FastExtractor::base(std::span<const std::int16_t> samples, int warp, ExtractorScratch& scratch,
                         std::span<float> base) const {
  base_of(samples, warp, own(scratch), base);
}

template <class Sample>
void FastExtractor::base_of(std::span<const Sample> samples, int warp, FastScratch& scratch,
                            std::span<float> base) const {
  const mote_frontend& frontend = baked_.at(static_cast<std::size_t>(warp)).frontend();
  const std::int64_t count = std::ssize(samples) / frontend.channels;
  if (frontend.fft_size == 0) {
    if constexpr (std::is_same_v<Sample, float>) {
      mote_frontend_base_clip_f32(&frontend, samples.data(), static_cast<std::int32_t>(count), scratch.frame.get(),
                                  base.data());
    } else {
      mote_frontend_base_clip_s16(&frontend, samples.data(), static_cast<std::int32_t>(count), scratch.frame.get(),
                                  base.data());
    }
    return;
  }
  const std::int64_t lead = frontend.padding == MOTE_PADDING_NONE ? 0 : frontend.window_samples / 2;
  const std::int64_t frames = std::ssize(base) / stride_;
  scratch.signal.resize(static_cast<std::size_t>(count + 2 * lead));
  for (std::int64_t channel = 0; channel < frontend.channels; ++channel) {
    const auto clip = samples.subspan(static_cast<std::size_t>(channel * count), static_cast<std::size_t>(count));
    scale(kernels_, clip, frontend.sample_scale, scratch.signal.data() + lead);
    pad_ends(settings_.padding, lead, count, scratch.signal.data());
    float* const column = base.data() + channel * (stride_ / frontend.channels);
    for (std::int64_t first = 0; first < frames; first += kLanes) {
      block(frontend, scratch.signal.data() + first * frontend.hop_samples, std::min(kLanes, frames - first), scratch,
            column + first * stride_);
    }
  }
}

// Up to kLanes frames from `signal` on; their base features are `stride_` apart in `rows`.
void FastExtractor::block(const mote_frontend& frontend, const float* signal, std::int64_t frames, FastScratch& scratch,
                          float* rows) const {
  for (std::int64_t first = 0; first < frames; first += kTile) {
    for (std::int64_t i = first; i < std::min(frames, first + kTile); ++i) {
      frame(frontend, signal + i * frontend.hop_samples, scratch, rows + i * stride_,
            scratch.rows.get() + (i - first) * power_stride_);
    }
    kernels_.gather(scratch.rows.get(), power_stride_, frontend.bin_count, scratch.power.get() + first);
  }
  if (frontend.spectrum == MOTE_SPECTRUM_MAGNITUDE) kernels_.sqrt(scratch.power.get(), frontend.bin_count);
  float* values = scratch.power.get();
  std::int64_t count = frontend.bin_count;
  if (has_mel(settings_)) {
    kernels_.mel(&frontend, values, scratch.bands.get());
    values = scratch.bands.get();
    count = frontend.mel_count;
  }
  kernels_.log(&frontend, values, count);
  kernels_.scatter(values, count, frames, stride_, rows + (has_statistics(settings_) ? kStatistics : 0));
}

// What is computed frame by frame: the power spectrum, and the features that are not made from it.
void FastExtractor::frame(const mote_frontend& frontend, const float* signal, FastScratch& scratch, float* row,
                          float* power) const {
  const std::int32_t window = frontend.window_samples;
  float* const x = scratch.frame.get();
  if (has_statistics(settings_)) mote_statistics_f32(signal, window, row);
  if (frontend.remove_dc != 0 || frontend.pre_emphasis != 0.0F || frontend.log_energy != 0) {
    std::copy_n(signal, window, x);
    if (frontend.remove_dc != 0) mote_remove_dc_f32(x, window);
    if (frontend.log_energy != 0) {
      float& energy = row[frontend.mel_count];
      energy = mote_squared_distance_f32(x, window, 0.0F);
      mote_log_floor_f32(&energy, 1, frontend.log_floor, 1.0F);
    }
    if (frontend.pre_emphasis != 0.0F) mote_pre_emphasis_f32(x, window, frontend.pre_emphasis);
    signal = x;
  }
  kernels_.window(signal, half_window_.get(), window, x);
  float* const half = scratch.half.get() + 2 * kLanes;
  fft_.run(x, half);
  kernels_.power(half, frontend.fft_size / 2, cosine_.get(), sine_.get(), frontend.bin_begin, frontend.bin_count,
                 power);
}

void FastExtractor::finish(std::span<const float> base, ExtractorScratch& /*scratch*/,
                           std::span<float> features) const {
  const mote_frontend& frontend = baked_.front().frontend();
  const std::int64_t frames = std::ssize(base) / stride_;
  if (frontend.kind != MOTE_FEATURE_MFCC) {
    mote_frontend_finish_clip(&frontend, base.data(), static_cast<std::int32_t>(frames), features.data());
    return;
  }
  kernels_.dct(base.data(), stride_, frames, dct_.get(), frontend.mel_count, frontend.mfcc_count, features.data());
  for (std::int64_t t = 0; frontend.log_energy != 0 && t < frames; ++t) {
    features[static_cast<std::size_t>(t * frontend.mfcc_count)] =
        base[static_cast<std::size_t>(t * stride_ + frontend.mel_count)];
  }
  mote_frontend_normalize(&frontend, static_cast<std::int32_t>(frames), features.data());
}

std::span<float> FastExtractor::base_buffer(ExtractorScratch& scratch, std::int64_t size) const {
  own(scratch).base.resize(static_cast<std::size_t>(size));
  return own(scratch).base;
}

std::string_view fast_path_name() {
  return fast::lane_kernels().name;
}

}  // namespace mote::dsp
