#include "mote/pipeline/device_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/thread_pool.h"
#include "mote/data/manifest.h"
#include "mote/pipeline/feature_metadata.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"
#include "stages/clips.h"
#include "stages/dataset.h"
#include "stages/device_clips.h"
#include "stages/evaluate.h"

namespace mote::pipeline {
namespace {

constexpr std::uint64_t kRandomSeed = 1;
constexpr std::int64_t kWarmHops = 64;  // at least, beyond those that fill the states

std::filesystem::path model_file(const std::filesystem::path& path) {
  const std::filesystem::path file = std::filesystem::is_directory(path) ? path / files::kModel : path;
  if (!std::filesystem::exists(file))
    throw Error(ErrorCode::kNotFound, fmt::format("wanted a run directory with {} or a .tflite file, got '{}'",
                                                  files::kModel, path.string()));
  return file;
}

FeatureMetadata metadata_of(const std::filesystem::path& path) {
  const tflite::ImportedModel imported = tflite::read_model(read_binary_file(model_file(path)));
  return parse_feature_metadata(imported.metadata.at(tflite::kFeaturesMetadata));
}

// Clips of equal distance through the split, in its order.
std::vector<const data::Entry*> spread(const std::vector<const data::Entry*>& entries, std::int64_t count) {
  std::vector<const data::Entry*> chosen;
  for (std::int64_t at : spread_evenly(static_cast<std::int64_t>(entries.size()), count))
    chosen.push_back(entries[static_cast<std::size_t>(at)]);
  return chosen;
}

device::Records read_records(const std::vector<const data::Entry*>& entries, const FeatureMetadata& metadata,
                             std::int64_t samples) {
  const data::Fit fit = enum_value<data::Fit>(metadata.fit).value_or(data::Fit::kLoudest);
  device::Records records;
  for (const data::Entry* entry : entries) {
    const std::vector<float> window = window_of(read_clip(*entry, metadata.features), samples, fit);
    records.names.push_back(entry->id);
    records.samples.insert(records.samples.end(), window.begin(), window.end());
  }
  return records;
}

void add_frontend(const FeatureMetadata& metadata, DeviceModel& model) {
  exporter::BundleFrontend& frontend = model.options.frontend;
  frontend.clip_samples = static_cast<std::int32_t>(
      std::llround(metadata.clip_ms * static_cast<double>(metadata.features.sample_rate_hz) / 1000));
  if (metadata.features.arithmetic != dsp::Arithmetic::kFixed) {
    model.frontend = std::make_shared<const dsp::BakedFrontend>(metadata.features);
    frontend.tables = &model.frontend->frontend();
    return;
  }
  model.fixed_frontend = std::make_shared<const dsp::BakedFixedFrontend>(metadata.features);
  frontend.fixed = &model.fixed_frontend->frontend();
  const graph::Quant& input = model.graph.tensor(model.graph.inputs.front()).quant;
  frontend.thresholds =
      dsp::quantize_thresholds(model.fixed_frontend->feature_unit(), input.scales[0], input.zero_points[0]);
}

// Words fire; background and other words do not.
evaluate::DetectionOptions detection_options(const FeatureMetadata& metadata) {
  const PostprocessSettings& post = metadata.postprocess;
  const std::size_t count = metadata.labels.size();
  if (!post.thresholds.empty() && post.thresholds.size() != count) {
    throw Error(ErrorCode::kInvalid, fmt::format("postprocess.thresholds wants one for each of {} labels, got {}",
                                                 count, post.thresholds.size()));
  }
  evaluate::DetectionOptions options;
  options.threshold = post.threshold;
  options.refractory_ms = post.refractory_ms;
  options.smoothing = post.smoothing_frames;
  for (std::size_t i = 0; i < count; ++i) {
    if (metadata.labels[i] == data::kSilenceLabel || metadata.labels[i] == data::kUnknownLabel) continue;
    options.classes.push_back(static_cast<int>(i));
    if (!post.thresholds.empty()) options.thresholds.push_back(post.thresholds[i]);
  }
  return options;
}

// A step is whole frames, because nothing new is heard between two of them.
void add_postprocess(const FeatureMetadata& metadata, DeviceModel& model) {
  const evaluate::DetectionOptions options = detection_options(metadata);
  if (options.classes.empty() || model.graph.outputs.size() != 1) return;
  const graph::Tensor& output = model.graph.tensor(model.graph.outputs.front());
  if (output.type != graph::DType::kInt8) return;  // the device's detector averages int8 scores
  const double hop_ms =
      1000.0 * model.options.frontend.hop_samples() / static_cast<double>(metadata.features.sample_rate_hz);
  const double step_ms = metadata.postprocess.step_ms > 0 ? metadata.postprocess.step_ms : metadata.clip_ms / 10;
  // A step of whole hops may exceed them by an error of rounding.
  const auto frames = static_cast<std::int32_t>(std::max(1.0, std::ceil(step_ms / hop_ms - 1e-6)));
  model.postprocess = std::make_shared<const evaluate::BakedPostprocess>(
      output.elements(), options, frames * hop_ms,
      evaluate::OutputQuant{output.quant.scales[0], output.quant.zero_points[0]});
  model.options.postprocess = {&model.postprocess->settings(), frames};
}

}  // namespace

std::string bundle_name(const std::string& text) {
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto other = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; };
  std::string name(std::find_if(text.begin(), text.end(), letter), text.end());
  std::replace_if(name.begin(), name.end(), other, '_');
  return name.empty() ? "model" : name;
}

DeviceModel load_device_model(const std::filesystem::path& path) {
  const std::filesystem::path file = model_file(path);
  return with_context(file.string(), [&] {
    tflite::ImportedModel imported = tflite::read_model(read_binary_file(file));
    DeviceModel model;
    model.graph = std::move(imported.graph);
    model.options.golden_vectors = 1;
    model.options.name = bundle_name(path.stem().string());
    const auto found = imported.metadata.find(tflite::kFeaturesMetadata);
    if (found == imported.metadata.end()) return model;
    const FeatureMetadata metadata = parse_feature_metadata(found->second);
    model.features = metadata.features;
    model.options.labels = metadata.labels;
    model.options.name = bundle_name(metadata.name);
    model.options.origin = fmt::format("{}, seed {}, mote {}", metadata.name, metadata.seed, metadata.version);
    add_frontend(metadata, model);
    add_postprocess(metadata, model);
    return model;
  });
}

device::Records clips_of(const data::Manifest& manifest, const std::filesystem::path& file, const DeviceModel& model,
                         std::int64_t count) {
  Evaluation unused;
  const auto entries = spread(judged_clips(manifest, std::nullopt, unused), count);
  if (entries.empty()) throw Error(ErrorCode::kInvalid, "[verify] wanted clips of the recipe's data set, got none");
  return read_records(entries, metadata_of(file), model.options.frontend.clip_samples);
}

device::Records device_clips(const std::filesystem::path& path, const DeviceModel& model, std::int64_t count,
                             int threads) {
  const std::filesystem::path recipe = path / files::kRecipe;
  const bool has_clips =
      model.options.frontend.exists() && std::filesystem::is_directory(path) && std::filesystem::exists(recipe);
  if (!has_clips) return device::random_records(model.graph, model.options.frontend, count, kRandomSeed);
  const ThreadPool pool(threads);
  return clips_of(load_dataset(load_recipe(recipe), pool.threads()).manifest, path, model, count);
}

void check_streams(const DeviceModel& model) {
  if (model.features) with_context("--stream", [&] { dsp::check_frames_stand_alone(*model.features); });
}

device::Subject device_subject(const DeviceModel& model, device::Core core, plan::Optimize optimize,
                               Inference inference) {
  if (inference == Inference::kWindow) return device::make_subject(model.graph, core, optimize, model.options);
  check_streams(model);
  return device::make_stream_subject(model.graph, core, optimize, model.options);
}

device::Records device_records(const std::filesystem::path& path, const DeviceModel& model,
                               const device::Subject& subject, std::int64_t count, int threads) {
  const quant::StreamingGraph* streaming = subject.streaming();
  if (streaming == nullptr) return device_clips(path, model, count, threads);
  const std::int64_t hops = streaming->warmup_hops() + kWarmHops;
  if (!model.options.frontend.exists()) return device::random_hops(subject, hops, kRandomSeed);
  // A hop more: a stream of samples has fewer frames than its clips by themselves only if windows exceed hops.
  const std::int64_t frames = (hops + 1) * streaming->hop_frames;
  const std::int64_t clips = (frames + streaming->window_frames - 1) / streaming->window_frames;
  device::Records records = device::hops_of_clips(subject, device_clips(path, model, std::max(count, clips), threads),
                                                  model.options.frontend);
  const auto found = static_cast<std::int64_t>(records.names.size());
  if (found >= hops) return records;
  throw Error(ErrorCode::kInvalid,
              fmt::format("[verify] wanted clips for {} hops, got {} hops: a stream is compared from hop {} on", hops,
                          found, streaming->warmup_hops()));
}

}  // namespace mote::pipeline
