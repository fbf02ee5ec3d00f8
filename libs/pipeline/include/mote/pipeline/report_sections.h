// The parts of a report: one struct a section of report.json. See report_schema.h for the whole.
//
// What each field means, with its unit, stands once: in the table of src/report/report_fields.h, printed as
// docs/report.md. An absent optional or an empty list makes no key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mote/evaluate/compare.h"
#include "mote/evaluate/metrics.h"

namespace mote::pipeline {

struct NamedValue {
  std::string name;
  std::string value;
};

struct RunIdentity {
  std::string recipe;
  std::string description;
  std::uint64_t seed = 0;
  std::string version;
  std::string instruction_set;
  std::string recipe_hash;
  std::string data_hash;
  std::string model_hash;
};

// What a reader must know before believing the numbers, shown on top of the page.
struct Notice {
  std::string severity = "warning";  // "warning" or "note"
  std::string topic;
  std::string text;
};

struct SplitCounts {
  std::string name;
  std::int64_t train = 0;
  std::int64_t validation = 0;
  std::int64_t test = 0;
};

struct DatasetSummary {
  std::string layout;
  std::string split_rule;
  double sample_rate_hz = 0;
  double duration_s = 0;
  std::vector<SplitCounts> classes;
  std::optional<SplitCounts> groups;
  std::int64_t clipped = 0;
  std::int64_t silent = 0;
  std::int64_t duplicate = 0;
  std::int64_t unreadable = 0;
  std::vector<std::string> notes;
};

struct FeatureSummary {
  std::string kind;
  std::vector<std::int64_t> shape;
  std::vector<NamedValue> settings;
};

struct Epoch {
  std::int64_t epoch = 0;
  double learning_rate = 0;
  double train_loss = 0;
  std::optional<double> train_accuracy;
  std::optional<double> validation_loss;
  std::optional<double> validation_accuracy;
};

struct TrainingSummary {
  std::string architecture;
  std::int64_t best_epoch = 0;
  std::vector<Epoch> epochs;
  std::vector<NamedValue> settings;
};

// FP32 is the reference and INT8 the candidate of the comparison.
struct Evaluation {
  std::string data;
  std::string split;
  std::string features;
  std::int64_t skipped = 0;
  std::optional<evaluate::Metrics> fp32;
  std::optional<evaluate::Metrics> int8;
  std::optional<evaluate::Comparison> comparison;
  std::vector<evaluate::WorstClip> worst;
  std::vector<std::string> notes;
};

struct Sizes {
  std::int64_t tflite_bytes = 0;
  std::int64_t constant_bytes = 0;
  std::int64_t arena_bytes = 0;
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  std::optional<std::int64_t> flash_bytes;
};

struct Layer {
  std::string name;
  std::string op;
  std::vector<std::int64_t> output_shape;
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  std::int64_t weight_bytes = 0;
  std::int64_t activation_bytes = 0;
  std::optional<double> scale;
  std::optional<std::int64_t> zero_point;
};

struct PlacedTensor {
  std::string name;
  std::int64_t offset_bytes = 0;
  std::int64_t size_bytes = 0;
  std::int64_t first_step = 0;
  std::int64_t last_step = 0;  // alive in it, too
};

struct MemoryMap {
  std::int64_t arena_bytes = 0;
  std::vector<std::string> steps;
  std::vector<PlacedTensor> tensors;
};

struct Gate {
  std::string name;
  std::string rule;  // "at_least" or "at_most"
  double limit = 0;
  double measured = 0;
  std::string unit;
  bool passed = false;
};

// One clip's features as a picture: frames × bins levels 0..255, frame by frame, between `low` (0) and `high` (255).
struct FeaturePicture {
  std::string clip;
  std::string label;
  std::string prediction;
  double score = 0;
  std::int64_t frames = 0;
  std::int64_t bins = 0;
  double low = 0;
  double high = 0;
  std::vector<int> levels;
};

struct Artefact {
  std::string name;
  std::int64_t size_bytes = 0;
  std::string sha256;
};

// The C bundle, compiled on this machine and compared with the desktop's values.
struct DeviceCheck {
  std::string core;
  std::int64_t clips = 0;
  std::int64_t layers = 0;
  bool equal = false;
  std::string difference;
  std::string skipped;  // why nothing was compared; empty: it was
};

struct StageTiming {
  std::string stage;
  double seconds = 0;
};

}  // namespace mote::pipeline
