#include "mote/pipeline/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>

#include "mote/base/file.h"
#include "mote/dsp/bake.h"
#include "mote/exporter/bundle_folder.h"
#include "mote/pipeline/feature_metadata.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"
#include "stages/clips.h"
#include "stages/dataset.h"

namespace mote::pipeline {
namespace {

constexpr std::size_t kGoldenClips = 3;

struct LoadedModel {
  graph::Graph graph;
  std::optional<FeatureMetadata> metadata;
};

std::filesystem::path model_file(const std::filesystem::path& model) {
  const auto file = std::filesystem::is_directory(model) ? model / files::kModel : model;
  if (std::filesystem::exists(file)) return file;
  throw Error(ErrorCode::kNotFound,
              fmt::format("wanted a run directory with {} or a .tflite file, got '{}'", files::kModel, model.string()));
}

LoadedModel load(const std::filesystem::path& file) {
  return with_context(file.string(), [&] {
    tflite::ImportedModel imported = tflite::read_model(read_binary_file(file));
    LoadedModel model{std::move(imported.graph), std::nullopt};
    const auto found = imported.metadata.find(tflite::kFeaturesMetadata);
    if (found != imported.metadata.end()) model.metadata = parse_feature_metadata(found->second);
    return model;
  });
}

std::int64_t window_samples(const FeatureMetadata& metadata) {
  return std::llround(metadata.clip_ms * static_cast<double>(metadata.features.sample_rate_hz) / 1000);
}

// The first test clip of each of a few labels.
std::vector<exporter::GoldenClip> test_clips(const std::filesystem::path& recipe, const FeatureMetadata& metadata) {
  const data::Manifest manifest = load_dataset(load_recipe(recipe), 1).manifest;
  const data::Fit fit = enum_value<data::Fit>(metadata.fit).value_or(data::Fit::kLoudest);
  std::vector<exporter::GoldenClip> clips;
  std::set<std::string> labels;
  for (std::size_t index : data::entries_of(manifest, data::Split::kTest)) {
    const data::Entry& entry = manifest.entries[index];
    if (clips.size() == kGoldenClips || !labels.insert(entry.label).second) continue;
    clips.push_back({entry.id, window_of(read_clip(entry, metadata.features), window_samples(metadata), fit)});
  }
  return clips;
}

std::vector<exporter::GoldenClip> golden_clips(const BundleRequest& request, const FeatureMetadata& metadata) {
  const auto recipe = request.model / files::kRecipe;
  if (!std::filesystem::exists(recipe)) return {};
  try {
    return test_clips(recipe, metadata);
  } catch (const Error& error) {
    request.log->info(
        fmt::format("golden vectors are made-up signals, because the recipe's clips cannot be read: {}", error.what()));
    return {};
  }
}

std::filesystem::path folder_of(const BundleRequest& request) {
  if (!request.out.empty()) return request.out;
  if (std::filesystem::is_directory(request.model)) return request.model / "bundle";
  throw Error(ErrorCode::kUsage, "wanted --out with the folder to write into");
}

std::string name_of(const BundleRequest& request, const LoadedModel& model) {
  if (!request.name.empty()) return request.name;
  if (model.metadata && !model.metadata->name.empty()) return bundle_name(model.metadata->name);
  return bundle_name(request.model.stem().string());
}

}  // namespace

std::string bundle_name(const std::string& text) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  std::string name(std::find_if(text.begin(), text.end(), letter), text.end());
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name.empty() ? "model" : name;
}

BundleOutcome export_bundle(const BundleRequest& request) {
  const std::filesystem::path folder = folder_of(request);
  const LoadedModel model = load(model_file(request.model));
  exporter::BundleOptions options;
  options.name = name_of(request, model);
  options.form = request.form;
  options.files = request.files;
  std::optional<dsp::BakedFrontend> frontend;
  if (model.metadata) {
    const FeatureMetadata& metadata = *model.metadata;
    options.labels = metadata.labels;
    options.origin = fmt::format("{}, seed {}, mote {}", metadata.name, metadata.seed, metadata.version);
    frontend.emplace(metadata.features);
    options.frontend = {&frontend->frontend(), static_cast<std::int32_t>(window_samples(metadata))};
    options.clips = golden_clips(request, metadata);
  }
  const plan::Plan plan = plan::make_plan(model.graph);
  const exporter::Bundle bundle = exporter::make_bundle(plan, options);
  exporter::write_bundle(folder, bundle);
  return {folder, options.name, frontend.has_value(), bundle.arena_bytes, plan::cost(plan)};
}

}  // namespace mote::pipeline
