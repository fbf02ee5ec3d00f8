#include "stages/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "mote/base/text.h"
#include "stages/clips.h"
#include "stages/generated.h"

namespace mote::pipeline {
namespace {

data::Layout disk_layout(DatasetLayout layout) {
  if (layout == DatasetLayout::kSpeechCommands) return data::Layout::kSpeechCommands;
  if (layout == DatasetLayout::kCsv) return data::Layout::kCsv;
  return data::Layout::kFolders;
}

// Real clips beside the synthesized ones: every label they have must be wanted, but they need not have every label.
void append_recorded(const Recipe& recipe, data::Manifest& manifest, std::vector<Notice>& notices) {
  if (recipe.dataset.recorded_path.empty()) return;
  const std::filesystem::path root = recipe.resolve(recipe.dataset.recorded_path);
  data::LayoutSettings settings = layout_settings(recipe, root, data::detect_layout(root));
  settings.labels = manifest.labels;
  settings.missing_labels = data::MissingLabels::kAllow;
  data::Manifest recorded = data::load_layout(settings);
  const std::size_t clips = recorded.entries.size();
  data::append(manifest, std::move(recorded));
  notices.push_back({"note", "real clips",
                     fmt::format("{} real clips from '{}' are mixed in, {:.0f} % of every batch", clips,
                                 root.filename().string(), recipe.dataset.recorded_share * 100)});
}

// With real clips at hand, only they validate and test: synthesized ones say nothing about people.
void judge_on_recorded(data::Manifest& manifest) {
  const auto has_recorded = [&](data::Split split) {
    return std::any_of(manifest.entries.begin(), manifest.entries.end(), [&](const data::Entry& entry) {
      return entry.origin == data::Origin::kRecorded && entry.split == split;
    });
  };
  for (data::Split split : {data::Split::kValidation, data::Split::kTest}) {
    if (!has_recorded(split)) continue;
    std::erase_if(manifest.entries, [&](const data::Entry& entry) {
      return entry.origin == data::Origin::kGenerated && entry.split == split && entry.label != data::kSilenceLabel;
    });
  }
}

data::Manifest make_manifest(const Recipe& recipe, int processes, std::vector<Notice>& notices) {
  if (recipe.dataset.layout == DatasetLayout::kMotion) return motion_manifest(recipe);
  if (recipe.dataset.layout == DatasetLayout::kSynth) {
    data::Manifest manifest = speech_manifest(recipe, processes, notices);
    append_recorded(recipe, manifest, notices);
    judge_on_recorded(manifest);
    return manifest;
  }
  return data::load_layout(
      layout_settings(recipe, recipe.resolve(recipe.dataset.path), disk_layout(recipe.dataset.layout)));
}

}  // namespace

std::int64_t clip_samples(const Recipe& recipe) {
  return std::llround(recipe.dataset.clip_ms * static_cast<double>(recipe.features.sample_rate_hz) / 1000);
}

data::LayoutSettings layout_settings(const Recipe& recipe, const std::filesystem::path& root, data::Layout layout) {
  const DatasetSettings& dataset = recipe.dataset;
  data::LayoutSettings settings;
  settings.root = root;
  settings.layout = layout;
  settings.labels = dataset.labels;
  settings.audio.rate_hz = static_cast<int>(recipe.features.sample_rate_hz);
  settings.audio.length_samples = clip_samples(recipe);
  settings.audio.fit = dataset.fit;
  settings.series.rate_hz = static_cast<double>(recipe.features.sample_rate_hz);
  settings.series.channels = dataset.channels;
  settings.series.timestamp_column = dataset.timestamp_column;
  settings.series.timestamp_unit = dataset.timestamp_unit;
  settings.series.label_column = dataset.label_column;
  settings.window = {dataset.clip_ms, dataset.stride_ms};
  settings.split = {dataset.validation_share, dataset.test_share, data::GroupRule::parse(dataset.group),
                    dataset.split_method, dataset.split_salt};
  settings.unknown_share = dataset.unknown_share;
  settings.silence_share = dataset.silence_share;
  settings.seed = recipe.project.seed;
  return settings;
}

namespace {

// The first class of which none of `samples` calibration clips is; `labels` are those of the training clips.
std::optional<std::string> missing_class(const std::vector<std::string>& classes,
                                         const std::vector<std::string>& labels, std::int64_t samples) {
  std::set<std::string_view> seen;
  for (std::int64_t at : spread_evenly(static_cast<std::int64_t>(labels.size()), samples))
    seen.insert(labels[static_cast<std::size_t>(at)]);
  const auto missing =
      std::find_if(classes.begin(), classes.end(), [&](const auto& name) { return !seen.contains(name); });
  return missing == classes.end() ? std::nullopt : std::optional(*missing);
}

}  // namespace

void check_calibration(const Recipe& recipe, const data::Manifest& manifest) {
  std::vector<std::string> labels;
  for (std::size_t index : data::entries_of(manifest, data::Split::kTrain))
    labels.push_back(manifest.entries[index].label);
  const auto missing = missing_class(manifest.labels, labels, recipe.calibration.samples);
  if (!missing) return;
  const auto all = static_cast<std::int64_t>(labels.size());
  std::int64_t enough = std::min<std::int64_t>(all, 2 * std::int64_t{recipe.calibration.samples});
  while (enough < all && missing_class(manifest.labels, labels, enough)) enough = std::min(all, 2 * enough);
  throw Error(ErrorCode::kInvalid,
              fmt::format("[quantize] wanted clips of every class to calibrate on, got none of '{}' among the {} of {} "
                          "training clips: quantize.samples = {} is enough",
                          *missing, recipe.calibration.samples, all, enough));
}

Dataset load_dataset(const Recipe& recipe, int processes) {
  Dataset dataset;
  dataset.manifest = make_manifest(recipe, processes, dataset.notices);
  data::check_leaks(dataset.manifest);
  data::check_classes(dataset.manifest);
  dataset.hash = data::manifest_key(dataset.manifest);
  return dataset;
}

namespace {

data::DatasetSummary count_only(const data::Manifest& manifest) {
  data::DatasetSummary summary;
  summary.name = manifest.name;
  summary.split_rule = manifest.split_rule;
  summary.labels = manifest.labels;
  summary.counts.resize(manifest.labels.size());
  std::vector<std::array<std::set<std::string>, 3>> groups(manifest.labels.size());
  for (const data::Entry& entry : manifest.entries) {
    const auto label = static_cast<std::size_t>(data::label_index(manifest, entry.label));
    const auto split = static_cast<std::size_t>(entry.split);
    ++summary.counts[label][split].clips;
    groups[label][split].insert(entry.group);
    ++summary.clips;
  }
  for (std::size_t label = 0; label < groups.size(); ++label) {
    for (std::size_t split = 0; split < 3; ++split) {
      summary.counts[label][split].groups = static_cast<std::int64_t>(groups[label][split].size());
    }
  }
  return summary;
}

}  // namespace

void leave_out(data::Manifest& manifest, const std::vector<std::string>& ids) {
  const std::set<std::string> unwanted(ids.begin(), ids.end());
  std::erase_if(manifest.entries, [&](const data::Entry& entry) { return unwanted.contains(entry.id); });
}

data::DatasetSummary examine(Dataset& dataset, ThreadPool& pool, LogSink& log) {
  if (dataset.manifest.name.starts_with("synth")) return count_only(dataset.manifest);
  data::DatasetSummary summary = data::summarize(dataset.manifest, {}, pool, log);
  leave_out(dataset.manifest, summary.unreadable_ids);
  if (!summary.unreadable.empty()) {
    const std::size_t unreadable = summary.unreadable.size();
    dataset.notices.push_back(
        {"warning", "unreadable clips",
         fmt::format("{} of {} clips cannot be read and are left out, first: {}", unreadable,
                     static_cast<std::size_t>(summary.clips) + unreadable, summary.unreadable.front().message())});
  }
  return summary;
}

}  // namespace mote::pipeline
