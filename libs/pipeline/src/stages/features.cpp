#include "stages/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>

#include "mote/base/rng.h"
#include "mote/base/text.h"
#include "mote/data/augment.h"
#include "mote/dsp/feature_statistics.h"
#include "mote/dsp/mel_warp.h"
#include "stages/clips.h"

namespace mote::pipeline {
namespace {

// Warp factors are drawn from this many, so that filter banks are made once.
constexpr std::int64_t kWarpSteps = 13;
constexpr std::size_t kBabbleClips = 64;

// Base features may not be standardized: the statistics are not measured yet.
dsp::FeatureSettings unstandardized(dsp::FeatureSettings settings) {
  settings.standardize = false;
  return settings;
}

// Other sounds to mix in: recordings of noise and speech of other clips.
struct Backgrounds {
  std::vector<data::Recording> noise;
  std::vector<data::Recording> babble;

  data::AugmentSources sources() const {
    data::AugmentSources result;
    for (const data::Recording& recording : noise) result.noise.emplace_back(recording.values);
    for (const data::Recording& recording : babble) result.babble.emplace_back(recording.values);
    return result;
  }
};

// Audio files below the folder of augment.noise.path, sorted.
std::vector<std::filesystem::path> noise_folder(const Recipe& recipe) {
  const std::filesystem::path root = recipe.resolve(recipe.augment.noise.path);
  if (!std::filesystem::is_directory(root)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("augment.noise.path: wanted a folder of recordings, got '{}'", root.string()));
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.is_regular_file() && data::has_audio_suffix(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty())
    throw Error(ErrorCode::kNotFound, fmt::format("augment.noise.path: no audio file below '{}'", root.string()));
  return files;
}

std::vector<std::filesystem::path> noise_files(const Recipe& recipe, const data::Manifest& manifest) {
  return recipe.augment.noise.path.empty() ? manifest.noise_files : noise_folder(recipe);
}

// Other recordings under the same name are other noise. The data set's own noise is part of its hash.
std::string noise_version(const Recipe& recipe) {
  if (recipe.augment.noise.path.empty() || recipe.augment.noise.probability <= 0) return "";
  Hasher hasher;
  for (const auto& file : noise_folder(recipe)) {
    hasher.add(file.filename().string()).add(std::filesystem::file_size(file));
    hasher.add(static_cast<std::uint64_t>(std::filesystem::last_write_time(file).time_since_epoch().count()));
  }
  return hasher.finish();
}

Backgrounds read_backgrounds(const Recipe& recipe, const data::Manifest& manifest) {
  Backgrounds result;
  if (recipe.augment.noise.probability <= 0) return result;
  data::AudioSettings audio;
  audio.rate_hz = static_cast<int>(recipe.features.sample_rate_hz);
  for (const auto& file : noise_files(recipe, manifest)) {
    data::Result<data::Recording> recording = data::read_audio(file, audio);
    if (!recording) throw Error(ErrorCode::kCorrupt, recording.failure().message());
    result.noise.push_back(std::move(recording).value());
  }
  std::vector<std::size_t> train = data::entries_of(manifest, data::Split::kTrain);
  Rng::derive(recipe.project.seed, "babble").shuffle(std::span(train));
  for (std::size_t i = 0; i < std::min(kBabbleClips, train.size()); ++i) {
    result.babble.push_back(read_clip(manifest.entries[train[i]], recipe.features));
  }
  return result;
}

// Audio is augmented; a time series goes through as it is.
bool augments(const Recipe& recipe) {
  return recipe.features.channels == 1 && (recipe.augment_plan.preset != "off" || recipe.augment_plan.passes > 1);
}

class Cacher {
 public:
  Cacher(const Context& context, const data::Manifest& manifest)
      : context_(context),
        manifest_(manifest),
        samples_(clip_samples(context.recipe)),
        warps_(dsp::warp_factors(context.recipe.augment_plan.warp, kWarpSteps)),
        extractor_(dsp::make_extractor(dsp::ExtractPath::kFast, unstandardized(context.recipe.features), warps_)),
        shape_(dsp::base_shape(context.recipe.features, samples_)) {}

  void cache_train(const std::filesystem::path& path, const std::string& key) {
    const Recipe& recipe = context_.recipe;
    const Backgrounds backgrounds = read_backgrounds(recipe, manifest_);
    std::optional<data::Augmenter> augmenter;
    if (augments(recipe)) {
      augmenter.emplace(recipe.augment, backgrounds.sources(), static_cast<int>(recipe.features.sample_rate_hz),
                        samples_);
    }
    const std::int64_t passes = augmenter ? recipe.augment_plan.passes : 1;
    cache(path, key, data::Split::kTrain, passes, augmenter ? &*augmenter : nullptr);
  }

  void cache_validation(const std::filesystem::path& path, const std::string& key) {
    cache(path, key, data::Split::kValidation, 1, nullptr);
  }

 private:
  data::FeatureCacheIndex index(const std::vector<std::size_t>& clips, const std::string& key,
                                std::int64_t passes) const {
    data::FeatureCacheIndex result{key, {static_cast<std::int64_t>(clips.size()), passes, shape_.size()}, {}, {}};
    for (std::size_t clip : clips) {
      result.labels.push_back(static_cast<std::int32_t>(data::label_index(manifest_, manifest_.entries[clip].label)));
      result.ids.push_back(manifest_.entries[clip].id);
    }
    return result;
  }

  void cache(const std::filesystem::path& path, const std::string& key, data::Split split, std::int64_t passes,
             const data::Augmenter* augmenter) {
    const std::vector<std::size_t> clips = data::entries_of(manifest_, split);
    data::FeatureCacheWriter writer(path, index(clips, key, passes));
    std::atomic<std::int64_t> done{0};
    const auto total = static_cast<std::int64_t>(clips.size());
    context_.pool.run(total, [&](std::int64_t number) {
      context_.check_stop();
      const auto scratch = extractor_->make_scratch();
      const data::Entry& entry = manifest_.entries[clips[static_cast<std::size_t>(number)]];
      const data::Recording recording = read_clip(entry, context_.recipe.features);
      for (std::int64_t pass = 0; pass < passes; ++pass) {
        writer.write(
            number, pass,
            base(recording, static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(pass), augmenter, *scratch));
      }
      const std::int64_t count = done.fetch_add(1) + 1;
      if (count % 64 == 0 || count == total) context_.log.progress({"features", count, total, to_string(split)});
    });
    writer.commit();
  }

  std::vector<float> base(const data::Recording& recording, std::uint64_t clip, std::uint64_t pass,
                          const data::Augmenter* augmenter, dsp::ExtractorScratch& scratch) const {
    std::vector<float> window;
    int warp = 0;
    if (augmenter == nullptr) {
      window = window_of(recording, samples_, context_.recipe.dataset.fit);
    } else {
      window.resize(static_cast<std::size_t>(samples_));
      augmenter->apply(recording.values, {context_.recipe.project.seed, clip, pass}, window);
      if (!warps_.empty()) {
        warp =
            1 + static_cast<int>(Rng::derive(context_.recipe.project.seed, "warp", {clip, pass}).below(warps_.size()));
      }
    }
    std::vector<float> result(static_cast<std::size_t>(shape_.size()));
    extractor_->base(std::span<const float>(window), warp, scratch, result);
    return result;
  }

  const Context& context_;
  const data::Manifest& manifest_;
  std::int64_t samples_;
  std::vector<double> warps_;
  std::unique_ptr<dsp::Extractor> extractor_;
  dsp::FeatureShape shape_;
};

void measure_statistics(const Context& context, const std::string& key) {
  const Recipe& recipe = context.recipe;
  const auto cache = data::FeatureCache::open(context.directory.file(files::kTrainFeatures), key);
  const auto extractor = dsp::make_extractor(dsp::ExtractPath::kFast, unstandardized(recipe.features));
  const auto scratch = extractor->make_scratch();
  const dsp::FeatureShape shape = model_input_shape(recipe);
  dsp::FeatureStatistics statistics(shape.coefficients);
  std::vector<float> features(static_cast<std::size_t>(shape.size()));
  for (std::int64_t clip = 0; clip < cache->index().shape.clips; ++clip) {
    extractor->finish(cache->features(clip, 0), *scratch, features);
    statistics.add(features);
  }
  const nlohmann::json document{{"mean", statistics.mean()}, {"deviation", statistics.deviation()}};
  write_file_atomic(context.directory.file(files::kStatistics), std::string_view(document.dump(1) + "\n"));
}

}  // namespace

dsp::FeatureShape model_input_shape(const Recipe& recipe) {
  return dsp::feature_shape(recipe.features, clip_samples(recipe));
}

std::string features_key(const Recipe& recipe, const std::string& data_hash) {
  const std::string seed = fmt::format("seed {}", recipe.project.seed);
  const std::string noise = noise_version(recipe);
  return stage_key(recipe, "features", {"features", "augment"},
                   {data_hash, seed, noise, std::to_string(recipe.dataset.clip_ms), enum_name(recipe.dataset.fit)});
}

void make_features(const Context& context, const Dataset& dataset, const std::string& key) {
  Cacher cacher(context, dataset.manifest);
  cacher.cache_train(context.directory.file(files::kTrainFeatures), key);
  cacher.cache_validation(context.directory.file(files::kValidationFeatures), key);
  measure_statistics(context, key);
}

CachedFeatures open_features(const Context& context, const std::string& key) {
  auto train = data::FeatureCache::open(context.directory.file(files::kTrainFeatures), key);
  auto validation = data::FeatureCache::open(context.directory.file(files::kValidationFeatures), key);
  if (!train || !validation) {
    throw Error(ErrorCode::kCorrupt,
                fmt::format("'{}' lacks its feature caches: delete the folder cache, and they are made again",
                            context.directory.path().string()));
  }
  CachedFeatures result{std::move(*train), std::move(*validation), context.recipe.features};
  if (result.settings.standardize) {
    const auto document = nlohmann::json::parse(read_text_file(context.directory.file(files::kStatistics)));
    result.settings.feature_mean = document.at("mean").get<std::vector<double>>();
    result.settings.feature_deviation = document.at("deviation").get<std::vector<double>>();
  }
  return result;
}

}  // namespace mote::pipeline
