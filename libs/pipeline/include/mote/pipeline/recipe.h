// A recipe: everything that shapes a run, one struct a table. Read from TOML, checked, completed with defaults.
//
// The tables' keys come from the visit_fields() of the settings structs, here and in the libraries that own them.
// Presets (features.preset, augment.preset) are applied before the other keys of their table.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/data/augment.h"
#include "mote/data/layouts.h"
#include "mote/data/motion.h"
#include "mote/data/synth.h"
#include "mote/dsp/feature_settings.h"
#include "mote/dsp/spec_augment.h"
#include "mote/graph/zoo.h"
#include "mote/pipeline/compress_settings.h"
#include "mote/pipeline/gate_settings.h"
#include "mote/pipeline/quantize_settings.h"
#include "mote/pipeline/setting.h"
#include "mote/quant/calibrate.h"
#include "mote/quant/repair.h"
#include "mote/trainer/channel_pruning.h"
#include "mote/trainer/distill.h"
#include "mote/trainer/hint.h"
#include "mote/trainer/prune.h"
#include "mote/trainer/qat.h"
#include "mote/trainer/settings.h"

namespace mote::pipeline {

struct ProjectSettings {
  std::string name = "model";
  std::string description;
  std::uint64_t seed = 1;
};

enum class DatasetLayout : std::uint8_t { kFolders, kSpeechCommands, kCsv, kSynth, kMotion };

struct DatasetSettings {
  DatasetLayout layout = DatasetLayout::kFolders;
  std::filesystem::path path;       // relative to the recipe
  std::vector<std::string> labels;  // classes in the order of the outputs; empty takes all there are, sorted
  double clip_ms = 1000;            // of audio; and of a window of a time series
  double stride_ms = 500;           // of windows of a time series
  data::Fit fit = data::Fit::kLoudest;
  double unknown_share = 0;
  double silence_share = 0.1;
  double validation_share = 0.1;
  double test_share = 0.1;
  std::string group = "auto";
  data::SplitMethod split_method = data::SplitMethod::kHash;
  std::string split_salt;
  std::vector<std::string> channels;  // time series
  std::string timestamp_column = "timestamp";
  data::TimeUnit timestamp_unit = data::TimeUnit::kMilliseconds;
  std::string label_column = "label";
  std::filesystem::path recorded_path;  // synth: real clips mixed in, relative to the recipe
  double recorded_share = 0.3;          // of every batch
};

// Which settings [features] starts from.
struct FeaturePresetSettings {
  std::string preset = "mlperf-tiny";
};

struct AugmentPlan {
  std::string preset = "off";
  std::int32_t passes = 1;  // augmented versions of each training clip that are cached, >= 1
  double warp = 0;          // vocal-tract warp: mel axis by exp(U[-warp, warp])
};

struct ModelSettings {
  graph::ArchitectureSettings architecture;
};

struct PostprocessSettings {
  double threshold = 0.5;
  std::int32_t smoothing_frames = 3;
  double refractory_ms = 750;
  double step_ms = 0;
  std::vector<double> thresholds;  // by output index, or empty
};

// One layer of [[model.layers]]: an op with its fields, filters and kernel.
struct LayerSpec {
  std::string op;
  std::map<std::string, std::string> values;  // every other key, as TOML text
  std::int64_t line = 0;
};

struct Recipe {
  std::filesystem::path file;  // where it was read; relative data paths start at its folder
  ProjectSettings project;
  DatasetSettings dataset;
  data::SynthSettings synth;
  data::MotionSettings motion;
  FeaturePresetSettings features_preset;
  dsp::FeatureSettings features = dsp::feature_preset("mlperf-tiny");
  AugmentPlan augment_plan;
  data::AugmentSettings augment;
  dsp::SpecAugmentSettings spec_augment;
  ModelSettings model;
  std::vector<LayerSpec> layers;  // when not empty, used instead of the architecture
  trainer::TrainSettings train;
  CompressSettings compress;
  graph::ArchitectureSettings teacher{.width = 2.0};  // of the teacher step
  TeacherMembers teacher_members;
  StepDropouts dropouts;
  TeacherChoice distill_teacher;
  StepTraining distill_training;
  trainer::DistillSettings distill;
  trainer::HintSettings distill_hint;  // in the step distill
  StepTraining prune_training;
  trainer::PruneSettings prune;
  StepTraining narrow_training;
  trainer::ChannelPruningSettings narrow;
  MixedSettings mixed;
  trainer::QatSettings qat;
  quant::CalibrationSettings calibration;
  QuantizeSettings quantize;
  quant::RepairSettings repair;
  PostprocessSettings postprocess;
  GateSettings gates;

  // `path` of the recipe, made absolute; empty stays empty.
  std::filesystem::path resolve(const std::filesystem::path& path) const;
  // Checks every table on its own and against the others. Errors: kInvalid with the key.
  void validate() const;
};

// "key=value" from the command line; the value is TOML, or plain text where the key takes text.
struct Override {
  std::string path;
  std::string value;
};
// Errors: kUsage when there is no '='.
Override parse_override(std::string_view text);

// Reads, completes, overrides, validates. Errors: kNotFound, kCorrupt (not TOML), kInvalid: with the context "recipe
// file:line", unknown keys with the nearest known one.
Recipe load_recipe(const std::filesystem::path& path, std::span<const Override> overrides = {});
Recipe parse_recipe(std::string_view text, const std::filesystem::path& file, std::span<const Override> overrides = {});

// All keys of a recipe with their values: what `mote schema` prints for Recipe{}.
std::vector<Setting> settings_of(Recipe& recipe);

// The completed recipe as TOML, every key spelled out; parse_recipe reads it back. Same recipe, same bytes.
std::string to_toml(const Recipe& recipe);

// Hash input of the named tables ("dataset", "features", …): their keys and values.
std::string section_text(const Recipe& recipe, std::span<const std::string_view> tables);

// The schema as Markdown, one table a section: docs/recipes.md.
std::string schema_markdown();

}  // namespace mote::pipeline

template <>
struct mote::EnumNames<mote::pipeline::DatasetLayout> {
  static constexpr std::array<std::string_view, 5> kNames{"folders", "speech-commands", "csv", "synth", "motion"};
};

template <>
struct mote::EnumNames<mote::data::Fit> {
  static constexpr std::array<std::string_view, 3> kNames{"loudest", "centre", "start"};
};

template <>
struct mote::EnumNames<mote::data::SplitMethod> {
  static constexpr std::array<std::string_view, 2> kNames{"hash", "order"};
};

template <>
struct mote::EnumNames<mote::data::TimeUnit> {
  static constexpr std::array<std::string_view, 3> kNames{"s", "ms", "us"};
};
