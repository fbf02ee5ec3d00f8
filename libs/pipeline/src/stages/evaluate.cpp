#include "stages/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>

#include "mote/base/enum_names.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/dsp/extractor.h"
#include "mote/graph/text.h"
#include "mote/pipeline/evaluate_model.h"
#include "mote/plan/border.h"
#include "mote/plan/host_runner.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"
#include "mote/trainer/float_runner.h"
#include "stages/clip_half.h"
#include "stages/clips.h"
#include "stages/dataset.h"

namespace mote::pipeline {
namespace {

constexpr std::int64_t kChunk = 16;

std::int64_t window_samples(const FeatureMetadata& metadata) {
  return std::llround(metadata.clip_ms * static_cast<double>(metadata.features.sample_rate_hz) / 1000);
}

// Features of all readable clips, row by row; `kept` says which entries they belong to.
struct FeatureRows {
  std::vector<float> values;
  std::vector<std::size_t> kept;
  std::vector<data::ReadFailure> unreadable;
};

FeatureRows extract_rows(const FeatureMetadata& metadata, const std::vector<const data::Entry*>& entries,
                         ThreadPool& pool, LogSink& log) {
  const auto extractor = dsp::make_extractor(dsp::ExtractPath::kDevice, metadata.features);
  const std::int64_t samples = window_samples(metadata);
  const data::Fit fit = enum_value<data::Fit>(metadata.fit).value_or(data::Fit::kLoudest);
  const auto row = static_cast<std::size_t>(dsp::feature_shape(metadata.features, samples).size());
  std::vector<std::vector<float>> rows(entries.size());
  std::vector<std::string> problems(entries.size());
  std::atomic<std::int64_t> done{0};
  const auto total = static_cast<std::int64_t>(entries.size());
  pool.run(total, [&](std::int64_t number) {
    const auto index = static_cast<std::size_t>(number);
    try {
      const std::vector<float> window = window_of(read_clip(*entries[index], metadata.features), samples, fit);
      const auto scratch = extractor->make_scratch();
      rows[index].resize(row);
      extractor->extract(std::span<const float>(window), *scratch, rows[index]);
    } catch (const Error& error) {
      problems[index] = error.what();
    }
    const std::int64_t count = done.fetch_add(1) + 1;
    if (count % 64 == 0 || count == total) log.progress({"evaluate", count, total, "features"});
  });
  FeatureRows result;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!problems[i].empty()) {
      result.unreadable.push_back({entries[i]->id, problems[i]});
      continue;
    }
    result.kept.push_back(i);
    result.values.insert(result.values.end(), rows[i].begin(), rows[i].end());
  }
  return result;
}

// Part `index` of a run of records of `size` values.
template <class Values>
auto record(Values& values, std::int64_t index, std::int64_t size) {
  return std::span(values).subspan(static_cast<std::size_t>(index * size), static_cast<std::size_t>(size));
}

// Calls work(runner, clip) for each clip, on all threads.
template <class Work>
void for_each_clip(const plan::HostRunner& prototype, std::int64_t clips, ThreadPool& pool, const Work& work) {
  pool.run((clips + kChunk - 1) / kChunk, [&](std::int64_t chunk) {
    plan::HostRunner runner(prototype);
    for (std::int64_t clip = chunk * kChunk; clip < std::min(clips, (chunk + 1) * kChunk); ++clip) work(runner, clip);
  });
}

// Fills the int8 part of `scores` from its features.
void run_int8_on(const graph::Graph& graph, ThreadPool& pool, ClipScores& scores) {
  const plan::HostRunner prototype(graph);
  const plan::HostModel& model = prototype.model();
  const auto clips = static_cast<std::int64_t>(scores.predictions.clip_count());
  const std::int64_t in = model.input_bytes();
  const std::int64_t out = model.output_bytes();
  const std::int64_t values_in = model.input_tensor().elements();
  const std::int64_t values_out = model.output_tensor().elements();
  scores.int8_inputs.resize(static_cast<std::size_t>(clips * in));
  scores.int8_outputs.resize(static_cast<std::size_t>(clips * out));
  scores.int8.resize(static_cast<std::size_t>(clips * values_out));
  for_each_clip(prototype, clips, pool, [&](plan::HostRunner& runner, std::int64_t clip) {
    const auto input = record(scores.int8_inputs, clip, in);
    const auto output = record(scores.int8_outputs, clip, out);
    plan::quantize(record(scores.features, clip, values_in), model.input_tensor(), input);
    runner.run(input, output);
    plan::dequantize(output, model.output_tensor(), record(scores.int8, clip, values_out));
  });
}

int class_of(const std::vector<std::string>& labels, const std::string& label) {
  return static_cast<int>(std::find(labels.begin(), labels.end(), label) - labels.begin());
}

}  // namespace

evaluate::Predictions with_scores(const ClipScores& scores, const std::vector<float>& values) {
  evaluate::Predictions predictions = scores.predictions;
  predictions.scores = values;
  return predictions;
}

Scored score_clips(const ModelUnderTest& model, const std::vector<const data::Entry*>& entries, ThreadPool& pool,
                   LogSink& log) {
  FeatureRows rows = extract_rows(model.metadata, entries, pool, log);
  if (rows.kept.empty()) {
    const std::string first = rows.unreadable.empty() ? "" : ", first: " + rows.unreadable.front().message();
    throw Error(ErrorCode::kInvalid, fmt::format("no clip to evaluate on is left of {}{}", entries.size(), first));
  }
  Scored result;
  result.unreadable = std::move(rows.unreadable);
  ClipScores& scores = result.scores;
  scores.predictions.labels = model.metadata.labels;
  for (std::size_t index : rows.kept) {
    scores.predictions.clips.push_back(entries[index]->id);
    scores.predictions.truth.push_back(class_of(model.metadata.labels, entries[index]->label));
  }
  scores.features = std::move(rows.values);
  run_models(model, pool, scores);
  return result;
}

void run_int8(const graph::Graph& graph, std::span<const float> inputs, std::int64_t samples, std::span<float> outputs,
              ThreadPool& pool) {
  const plan::HostRunner prototype(graph);
  const plan::HostModel& model = prototype.model();
  const std::int64_t values_in = model.input_tensor().elements();
  const std::int64_t values_out = model.output_tensor().elements();
  for_each_clip(prototype, samples, pool, [&](plan::HostRunner& runner, std::int64_t clip) {
    std::vector<std::int8_t> input(static_cast<std::size_t>(model.input_bytes()));
    std::vector<std::int8_t> output(static_cast<std::size_t>(model.output_bytes()));
    plan::quantize(record(inputs, clip, values_in), model.input_tensor(), input);
    runner.run(input, output);
    plan::dequantize(output, model.output_tensor(), record(outputs, clip, values_out));
  });
}

void run_models(const ModelUnderTest& model, ThreadPool& pool, ClipScores& scores) {
  const auto clips = static_cast<std::int64_t>(scores.predictions.clip_count());
  scores.fp32.clear();
  if (model.float_graph) scores.fp32 = trainer::predict(*model.float_graph, scores.features, clips, pool);
  run_int8_on(model.int8_graph, pool, scores);
}

Evaluation compare_models(const ClipScores& scores) {
  Evaluation evaluation;
  evaluation.features = "device path";
  const evaluate::Predictions int8 = with_scores(scores, scores.int8);
  evaluation.int8 = evaluate::measure(int8);
  evaluation.worst = evaluate::worst_clips(int8, 20);
  if (scores.fp32.empty()) return evaluation;
  const evaluate::Predictions fp32 = with_scores(scores, scores.fp32);
  evaluation.fp32 = evaluate::measure(fp32);
  evaluation.comparison = evaluate::compare(fp32, int8);
  return evaluation;
}

std::vector<FeaturePicture> pick_pictures(const ClipScores& scores, const FeatureMetadata& metadata) {
  constexpr std::size_t kMostOfAKind = 8;
  const dsp::FeatureShape shape = dsp::feature_shape(metadata.features, window_samples(metadata));
  const evaluate::Predictions int8 = with_scores(scores, scores.int8);
  std::vector<std::size_t> sure(int8.class_count(), int8.clip_count());
  std::vector<std::pair<float, std::size_t>> wrong;
  for (std::size_t clip = 0; clip < int8.clip_count(); ++clip) {
    const auto truth = static_cast<std::size_t>(int8.truth[clip]);
    const auto predicted = static_cast<std::size_t>(int8.predicted(clip));
    const float score = int8.scores_of(clip)[predicted];
    if (predicted != truth) {
      wrong.emplace_back(-score, clip);
    } else if (sure[truth] == int8.clip_count() || score > int8.scores_of(sure[truth])[truth]) {
      sure[truth] = clip;
    }
  }
  std::sort(wrong.begin(), wrong.end());
  std::vector<std::size_t> chosen;
  for (std::size_t clip : sure) {
    if (clip < int8.clip_count() && chosen.size() < kMostOfAKind) chosen.push_back(clip);
  }
  for (std::size_t i = 0; i < std::min(kMostOfAKind, wrong.size()); ++i) chosen.push_back(wrong[i].second);

  std::vector<FeaturePicture> pictures;
  const auto elements = static_cast<std::size_t>(shape.size());
  for (std::size_t clip : chosen) {
    FeaturePicture picture = make_feature_picture(std::span(scores.features).subspan(clip * elements, elements),
                                                  shape.frames, shape.coefficients);
    const int predicted = int8.predicted(clip);
    picture.clip = int8.clips[clip];
    picture.label = int8.labels[static_cast<std::size_t>(int8.truth[clip])];
    picture.prediction = int8.labels[static_cast<std::size_t>(predicted)];
    picture.score = static_cast<double>(int8.scores_of(clip)[static_cast<std::size_t>(predicted)]);
    pictures.push_back(std::move(picture));
  }
  return pictures;
}

std::vector<const data::Entry*> judged_clips(const data::Manifest& manifest, std::optional<data::Split> wanted,
                                             Evaluation& evaluation) {
  const auto of = [&](data::Split split) {
    std::vector<const data::Entry*> entries;
    for (std::size_t index : data::entries_of(manifest, split)) entries.push_back(&manifest.entries[index]);
    return entries;
  };
  data::Split split = wanted.value_or(data::Split::kTest);
  std::vector<const data::Entry*> entries = of(split);
  if (entries.empty() && !wanted) {
    split = data::Split::kValidation;
    entries = of(split);
    evaluation.notes.emplace_back(
        "there is no test split: these are the validation clips, by which the checkpoint was chosen, so the "
        "figures are a little too good");
  }
  evaluation.split = to_string(split);
  return entries;
}

namespace {

ModelUnderTest load_model(const std::filesystem::path& path) {
  const bool folder = std::filesystem::is_directory(path);
  const std::filesystem::path file = folder ? path / files::kModel : path;
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::kNotFound, fmt::format("wanted a run directory with {} or a .tflite file, got '{}'",
                                                  files::kModel, path.string()));
  }
  return with_context(file.string(), [&] {
    tflite::ImportedModel imported = tflite::read_model(read_binary_file(file));
    const auto found = imported.metadata.find(tflite::kFeaturesMetadata);
    if (found == imported.metadata.end()) {
      throw Error(ErrorCode::kUnsupported,
                  "the model carries no metadata mote.features: only models that mote exported can be evaluated");
    }
    ModelUnderTest model{std::nullopt, std::move(imported.graph), parse_feature_metadata(found->second)};
    if (folder && std::filesystem::exists(path / files::kFloatGraph)) {
      model.float_graph = graph::load(path / files::kFloatGraph, graph::Stage::kFloat);
    }
    return model;
  });
}

// Another data set, read with the model's labels and features.
data::Manifest other_data(const EvaluateOptions& options, const FeatureMetadata& metadata) {
  Recipe recipe;
  recipe.features = metadata.features;
  recipe.dataset.clip_ms = metadata.clip_ms;
  recipe.dataset.stride_ms = metadata.clip_ms;
  recipe.dataset.fit = enum_value<data::Fit>(metadata.fit).value_or(data::Fit::kLoudest);
  recipe.dataset.labels = metadata.labels;
  const data::Layout layout = options.layout ? *options.layout : data::detect_layout(options.data);
  data::LayoutSettings settings = layout_settings(recipe, options.data, layout);
  settings.missing_labels = data::MissingLabels::kAllow;
  settings.silence_share = 0;
  return data::load_layout(settings);
}

std::vector<const data::Entry*> clips_of_other_data(const data::Manifest& manifest, const EvaluateOptions& options,
                                                    Evaluation& evaluation) {
  // A plain folder has no splits of its own: all of it is judged.
  if (manifest.name == "folders" && !options.split) {
    std::vector<const data::Entry*> all;
    for (const data::Entry& entry : manifest.entries) all.push_back(&entry);
    evaluation.split = "all";
    return all;
  }
  return judged_clips(manifest, options.split, evaluation);
}

void describe_skipped(const data::Manifest& manifest, Evaluation& evaluation) {
  std::string words;
  for (const auto& [label, count] : manifest.skipped) {
    evaluation.skipped += count;
    words += fmt::format("{}{} ({})", words.empty() ? "" : ", ", label, count);
  }
  if (evaluation.skipped > 0)
    evaluation.notes.push_back(fmt::format("left out, because the model has no such label: {}", words));
}

}  // namespace

namespace {

void dump_int8(const ClipScores& scores, const std::filesystem::path& folder) {
  const auto bytes = [](const std::vector<std::int8_t>& values) {
    return std::span(reinterpret_cast<const std::uint8_t*>(values.data()), values.size());
  };
  write_file_atomic(folder / "inputs.bin", bytes(scores.int8_inputs));
  write_file_atomic(folder / "outputs.bin", bytes(scores.int8_outputs));
  write_file_atomic(folder / "clips.txt", std::string_view(join(scores.predictions.clips, "\n") + "\n"));
}

}  // namespace

namespace {

// The clips that the options name, as they were found.
struct Judged {
  data::Manifest manifest;
  std::vector<const data::Entry*> entries;
};

void find_all_clips(const EvaluateOptions& options, const FeatureMetadata& metadata, const ThreadPool& pool,
                    Judged& judged, Evaluation& found) {
  if (!options.data.empty()) {
    judged.manifest = other_data(options, metadata);
    judged.entries = clips_of_other_data(judged.manifest, options, found);
    describe_skipped(judged.manifest, found);
    return;
  }
  const std::filesystem::path recipe_file = options.model / files::kRecipe;
  if (!std::filesystem::exists(recipe_file)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("'{}' is no run directory: say which clips with --data", options.model.string()));
  }
  judged.manifest = load_dataset(load_recipe(recipe_file), pool.threads()).manifest;
  judged.entries = judged_clips(judged.manifest, options.split, found);
}

void find_clips(const EvaluateOptions& options, const FeatureMetadata& metadata, const ThreadPool& pool, Judged& judged,
                Evaluation& found) {
  find_all_clips(options, metadata, pool, judged, found);
  if (options.share == ClipShare::kAll) return;
  const bool first = options.share == ClipShare::kFirstHalf;
  judged.entries = clip_half(judged.entries, options.share);
  found.split += first ? ", first half by group" : ", second half by group";
}

}  // namespace

Evaluation evaluate_model(const EvaluateOptions& options) {
  const ModelUnderTest model = load_model(options.model);
  ThreadPool pool(options.threads);
  Evaluation found;
  Judged judged;
  find_clips(options, model.metadata, pool, judged, found);
  const Scored scored = score_clips(model, judged.entries, pool, *options.log);
  if (!options.dump.empty()) dump_int8(scored.scores, options.dump);
  Evaluation evaluation = compare_models(scored.scores);
  evaluation.data = options.data.empty() ? judged.manifest.name : options.data.string();
  evaluation.split = found.split;
  evaluation.skipped = found.skipped + static_cast<std::int64_t>(scored.unreadable.size());
  evaluation.notes = found.notes;
  if (!model.float_graph)
    evaluation.notes.emplace_back("only INT8: the float model is in the run directory, not in the .tflite");
  for (const data::ReadFailure& failure : scored.unreadable) evaluation.notes.push_back("left out: " + failure.problem);
  return evaluation;
}

std::vector<std::string> clip_ids(const EvaluateOptions& options) {
  ThreadPool pool(options.threads);
  Evaluation found;
  Judged judged;
  find_clips(options, load_model(options.model).metadata, pool, judged, found);
  std::vector<std::string> ids;
  for (const data::Entry* entry : judged.entries) ids.push_back(entry->id);
  return ids;
}

LabelledFeatures labelled_features(const EvaluateOptions& options, std::int64_t most) {
  const ModelUnderTest model = load_model(options.model);
  ThreadPool pool(options.threads);
  Evaluation found;
  Judged judged;
  find_clips(options, model.metadata, pool, judged, found);
  std::vector<const data::Entry*> entries;
  const auto all = static_cast<std::int64_t>(judged.entries.size());
  for (std::int64_t at : spread_evenly(all, most)) entries.push_back(judged.entries[static_cast<std::size_t>(at)]);
  FeatureRows rows = extract_rows(model.metadata, entries, pool, *options.log);
  if (rows.kept.empty()) throw Error(ErrorCode::kInvalid, fmt::format("no clip to measure on is left of {}", all));
  LabelledFeatures result{std::move(rows.values), {}, found.split, found.notes};
  for (std::size_t index : rows.kept) result.truth.push_back(class_of(model.metadata.labels, entries[index]->label));
  return result;
}

}  // namespace mote::pipeline
