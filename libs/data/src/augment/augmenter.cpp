#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>

#include "augment/spectrum.h"
#include "mote/base/error.h"
#include "mote/data/augment.h"
#include "mote/data/augment_steps.h"
#include "mote/data/noise.h"

namespace mote::data {
namespace {

constexpr std::size_t kEqualizerPoints = 7;
constexpr std::size_t kGridBins = 16;  // the filter's curve is worked out at every so many bins, straight in between
constexpr double kLongestTail_s = 0.4;

void check_sources(const AugmentSources& sources) {
  for (const auto* list : {&sources.noise, &sources.babble}) {
    for (const auto& samples : *list) {
      if (samples.empty())
        throw Error(ErrorCode::kInvalid, "[augment] wanted samples in every source, got an empty one: leave it out");
    }
  }
}

// What the equalizer and the band limits of one clip do together.
struct Filter {
  double tilt_db_per_octave = 0.0;
  std::array<double, kEqualizerPoints> points_db{};
  bool equalize = false;
  double low_hz = 0.0;
  double high_hz = 0.0;
  bool limit = false;

  double gain(double frequency_hz) const {
    const double equalizer =
        equalize ? db_to_amplitude(equalizer_gain_db(frequency_hz, tilt_db_per_octave, points_db)) : 1.0;
    return limit ? equalizer * band_gain(frequency_hz, low_hz, high_hz) : equalizer;
  }
};

void apply_filter(const Filter& filter, double bin_hz, std::span<Spectrum::Bin> bins) {
  float low = 0.0F;  // nothing at 0 Hz: a microphone has no direct current
  for (std::size_t first = 0; first < bins.size(); first += kGridBins) {
    const auto high = static_cast<float>(filter.gain(static_cast<double>(first + kGridBins) * bin_hz));
    const std::size_t end = std::min(bins.size(), first + kGridBins);
    for (std::size_t bin = first; bin < end; ++bin) {
      bins[bin] *= low + (high - low) * (static_cast<float>(bin - first) / static_cast<float>(kGridBins));
    }
    low = high;
  }
}

}  // namespace

struct Augmenter::State {
  AugmentSettings settings;
  AugmentSources sources;
  int rate_hz;
  std::int64_t window_samples;
  const Spectrum* spectrum;  // long enough for a window and a room's tail

  static Rng stream(const AugmentKey& key, std::string_view step) {
    return Rng::derive(key.seed, step, {key.clip, key.pass});
  }

  std::vector<float> shape_clip(std::span<const float> clip, const AugmentKey& key) const;
  std::int64_t place(std::int64_t clip_samples, const AugmentKey& key) const;
  Filter draw_filter(const AugmentKey& key) const;
  std::vector<float> draw_room(const AugmentKey& key) const;
  void filter_window(const AugmentKey& key, std::span<float> window) const;
  void draw_noise(Rng& rng, std::span<float> noise) const;
};

// What moves or bends the clip itself: speed, pitch, gain, clipping.
std::vector<float> Augmenter::State::shape_clip(std::span<const float> clip, const AugmentKey& key) const {
  std::vector<float> shaped(clip.begin(), clip.end());
  if (Rng rng = stream(key, "augment.speed"); rng.chance(settings.speed.probability)) {
    const Range& factor = settings.speed.factor;
    shaped =
        change_speed(shaped, std::clamp(std::exp(rng.uniform(std::log(factor.low), std::log(factor.high))), 0.25, 4.0));
  }
  if (Rng rng = stream(key, "augment.pitch"); rng.chance(settings.pitch.probability)) {
    shaped = shift_pitch(shaped, rng.uniform(settings.pitch.semitones.low, settings.pitch.semitones.high), rate_hz);
  }
  if (Rng rng = stream(key, "augment.gain"); rng.chance(settings.gain.probability)) {
    scale(shaped, db_to_amplitude(rng.uniform(settings.gain.db.low, settings.gain.db.high)));
  }
  if (Rng rng = stream(key, "augment.clipping"); rng.chance(settings.clipping.probability)) {
    clip_hard(shaped, rng.uniform(settings.clipping.drive.low, settings.clipping.drive.high));
  }
  return shaped;
}

std::int64_t Augmenter::State::place(std::int64_t clip_samples, const AugmentKey& key) const {
  Rng rng = stream(key, "augment.position");
  const double offset = rng.normal() * settings.position.deviation_s * rate_hz;
  const double shift = rng.uniform(-1.0, 1.0) * settings.position.shift_s * rate_hz;
  return place_inside(clip_samples, window_samples, std::llround(offset)) + std::llround(shift);
}

Filter Augmenter::State::draw_filter(const AugmentKey& key) const {
  Filter filter;
  if (Rng rng = stream(key, "augment.equalizer"); rng.chance(settings.equalizer.probability)) {
    const auto& equalizer = settings.equalizer;
    filter.equalize = true;
    filter.tilt_db_per_octave = rng.uniform(equalizer.tilt_db_per_octave.low, equalizer.tilt_db_per_octave.high);
    for (double& point : filter.points_db) point = rng.uniform(equalizer.points_db.low, equalizer.points_db.high);
  }
  if (Rng rng = stream(key, "augment.band"); rng.chance(settings.band.probability)) {
    filter.limit = true;
    filter.low_hz = rng.uniform(settings.band.low_hz.low, settings.band.low_hz.high);
    filter.high_hz = rng.uniform(settings.band.high_hz.low, settings.band.high_hz.high);
  }
  return filter;
}

// The room's response, or nothing where there is no room.
std::vector<float> Augmenter::State::draw_room(const AugmentKey& key) const {
  Rng rng = stream(key, "augment.room");
  if (!rng.chance(settings.room.probability)) return {};
  const auto& room = settings.room;
  const double t60_s = rng.uniform(room.t60_s.low, room.t60_s.high);
  const double delay_s = rng.uniform(room.delay_s.low, room.delay_s.high);
  return room_response(rng, t60_s, delay_s, rng.uniform(room.tail_ratio.low, room.tail_ratio.high), rate_hz);
}

// Room, equalizer and band limits are linear: one pass through the spectrum does all three.
void Augmenter::State::filter_window(const AugmentKey& key, std::span<float> window) const {
  const std::vector<float> room = draw_room(key);
  const Filter filter = draw_filter(key);
  const bool filtered = filter.equalize || filter.limit;
  if (room.empty() && !filtered) return;
  AlignedBuffer<float> time(spectrum->samples());
  AlignedBuffer<Spectrum::Bin> bins(spectrum->bins());
  const auto load = [&](std::span<const float> samples) {
    std::copy(samples.begin(), samples.end(), time.data());
    std::fill(time.data() + samples.size(), time.data() + time.size(), 0.0F);
  };
  load(window);
  spectrum->forward(time, bins);
  if (!room.empty()) {
    AlignedBuffer<Spectrum::Bin> response(spectrum->bins());
    load(room);
    spectrum->forward(time, response);
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const Spectrum::Bin a = bins.data()[i];
      const Spectrum::Bin b = response.data()[i];
      bins.data()[i] = {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
    }
  }
  const double bin_hz = static_cast<double>(rate_hz) / static_cast<double>(spectrum->samples());
  if (filtered) apply_filter(filter, bin_hz, bins.span());
  spectrum->inverse(bins, time);
  std::copy_n(time.data(), window.size(), window.begin());
  scale(window, 1.0 / static_cast<double>(spectrum->samples()));
}

// A share whose source is missing goes to generated noise.
void Augmenter::State::draw_noise(Rng& rng, std::span<float> noise) const {
  const double kind = rng.uniform();
  const double recorded = settings.noise.recorded_share;
  if (kind < recorded && !sources.noise.empty()) return recorded_noise(rng, sources.noise, noise);
  const bool babble = kind >= recorded && kind < recorded + settings.noise.babble_share;
  if (babble && !sources.babble.empty()) return babble_noise(rng, sources.babble, settings.noise.babble_voices, noise);
  generated_noise(rng, settings.noise.colour, rate_hz, noise);
}

Augmenter::Augmenter(AugmentSettings settings, AugmentSources sources, int rate_hz, std::int64_t window_samples) {
  settings.validate();
  check_number("augment rate_hz", rate_hz, 2000.0, 192000.0);
  check_number("augment window_samples", static_cast<double>(window_samples), 1.0, 4194304.0);
  check_sources(sources);
  const auto tail = static_cast<std::int64_t>(kLongestTail_s * rate_hz) + 1;
  const Spectrum& spectrum = Spectrum::shared(Spectrum::fast_length(static_cast<std::size_t>(window_samples + tail)));
  state_ = std::make_unique<State>(State{std::move(settings), std::move(sources), rate_hz, window_samples, &spectrum});
}

Augmenter::~Augmenter() = default;
Augmenter::Augmenter(Augmenter&&) noexcept = default;
Augmenter& Augmenter::operator=(Augmenter&&) noexcept = default;

std::int64_t Augmenter::window_samples() const {
  return state_->window_samples;
}

void Augmenter::apply(std::span<const float> clip, const AugmentKey& key, std::span<float> window) const {
  assert(static_cast<std::int64_t>(window.size()) == state_->window_samples);
  const AugmentSettings& settings = state_->settings;
  const std::vector<float> shaped = state_->shape_clip(clip, key);
  const auto length = static_cast<std::int64_t>(shaped.size());
  const std::int64_t start = state_->place(length, key);
  const std::int64_t first = std::clamp<std::int64_t>(start, 0, state_->window_samples);
  const std::int64_t end = std::clamp<std::int64_t>(start + length, first, state_->window_samples);
  std::fill(window.begin(), window.end(), 0.0F);
  if (first < end) std::copy_n(shaped.begin() + (first - start), end - first, window.begin() + first);
  state_->filter_window(key, window);
  if (Rng rng = State::stream(key, "augment.noise"); rng.chance(settings.noise.probability)) {
    const double snr_db = rng.uniform(settings.noise.snr_db.low, settings.noise.snr_db.high);
    std::vector<float> noise(window.size());
    state_->draw_noise(rng, noise);
    const auto spoken = window.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(end - first));
    add_noise(window, noise, rms(spoken), snr_db);
  }
  if (Rng rng = State::stream(key, "augment.level"); rng.chance(settings.level.probability)) {
    set_peak(window, rng.uniform(settings.level.peak_dbfs.low, settings.level.peak_dbfs.high));
  }
  for (float& x : window) x = std::clamp(x, -1.0F, 1.0F);
}

}  // namespace mote::data
