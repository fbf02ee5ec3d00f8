#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <span>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/data/audio.h"
#include "mote/data/series.h"
#include "mote/dsp/extractor.h"
#include "recipe_options.h"

namespace mote::app {
namespace {

using nlohmann::json;

struct ExtractOptions {
  RecipeOptions recipe;
  std::string file, out, path = "device";
};

data::Recording read_any(const std::filesystem::path& file, const pipeline::Recipe& recipe) {
  data::SeriesSettings series;
  series.rate_hz = static_cast<double>(recipe.features.sample_rate_hz);
  series.channels = recipe.dataset.channels;
  data::AudioSettings audio;
  audio.rate_hz = static_cast<int>(recipe.features.sample_rate_hz);
  auto result = file.extension() == ".csv" ? data::read_series(file, series) : data::read_audio(file, audio);
  if (!result) throw Error(ErrorCode::kCorrupt, result.failure().message());
  return std::move(result).value();
}

std::span<const float> frame_of(const std::vector<float>& values, dsp::FeatureShape shape, std::int64_t frame) {
  return std::span(values).subspan(static_cast<std::size_t>(frame * shape.coefficients),
                                   static_cast<std::size_t>(shape.coefficients));
}

std::string features_csv(const std::vector<float>& values, dsp::FeatureShape shape) {
  std::string text;
  for (std::int64_t frame = 0; frame < shape.frames; ++frame) {
    text += fmt::format("{:.9g}\n", fmt::join(frame_of(values, shape, frame), ","));
  }
  return text;
}

json features_json(const std::vector<float>& values, dsp::FeatureShape shape) {
  json rows = json::array();
  for (std::int64_t frame = 0; frame < shape.frames; ++frame) rows.push_back(frame_of(values, shape, frame));
  return {{"frames", shape.frames}, {"coefficients", shape.coefficients}, {"values", rows}};
}

int extract(const ExtractOptions& chosen, const Session& session) {
  const pipeline::Recipe recipe = chosen.recipe.load();
  dsp::FeatureSettings settings = recipe.features;
  if (settings.standardize && settings.feature_mean.empty()) {
    session.log.info("features are shown before standardization: its mean and deviation are measured by a run");
    settings.standardize = false;
  }
  const data::Recording recording = read_any(chosen.file, recipe);
  const auto path = enum_value<dsp::ExtractPath>(chosen.path);
  const std::vector<float> values = dsp::extract_features(*path, settings, recording.values);
  const dsp::FeatureShape shape = dsp::feature_shape(settings, recording.samples);
  const std::string text =
      session.common.json ? features_json(values, shape).dump() + "\n" : features_csv(values, shape);
  if (chosen.out.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomic(chosen.out, std::string_view(text));
  }
  return kGood;
}

}  // namespace

void add_extract(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<ExtractOptions>();
  CLI::App* command = app.add_subcommand("extract", "features of one recording as CSV, one row a frame");
  add_recipe_options(*command, options->recipe);
  command->add_option("file", options->file, "a recording: audio, or a CSV time series")->required();
  command->add_option("--out", options->out, "CSV file; default: standard output");
  command->add_option("--path", options->path, "fast (as in training) or device (the bits of a microcontroller)")
      ->check(CLI::IsMember({"fast", "device"}));
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return extract(*options, session); }; });
}

}  // namespace mote::app
