// FP32 and INT8 on the same clips through the device path's features: the numbers that the report shows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mote/data/manifest.h"
#include "mote/evaluate/predictions.h"
#include "mote/graph/graph.h"
#include "mote/pipeline/evaluate_model.h"
#include "mote/pipeline/feature_metadata.h"
#include "mote/pipeline/report_schema.h"
#include "stages/context.h"

namespace mote::pipeline {

struct ModelUnderTest {
  std::optional<graph::Graph> float_graph;  // absent for a lone .tflite
  graph::Graph int8_graph;
  FeatureMetadata metadata;
};

struct ClipScores {
  evaluate::Predictions predictions;  // labels, clips, truth; scores of one of the two below
  std::vector<float> fp32;            // clips × classes; empty without a float graph
  std::vector<float> int8;
  std::vector<float> features;  // clips × input elements, by the device path
  // What went into the int8 model and what came out, clip by clip.
  std::vector<std::int8_t> int8_inputs;
  std::vector<std::int8_t> int8_outputs;
};

// Outputs of an int8 graph (samples × classes, real values) for real inputs (samples × elements), by the runtime.
void run_int8(const graph::Graph& graph, std::span<const float> inputs, std::int64_t samples, std::span<float> outputs,
              ThreadPool& pool);

// The predictions of one of the models: `values` is scores.fp32 or scores.int8.
evaluate::Predictions with_scores(const ClipScores& scores, const std::vector<float>& values);

// Reads the entries, extracts and runs both models. Unreadable clips are left out and counted.
struct Scored {
  ClipScores scores;
  std::vector<data::ReadFailure> unreadable;
};
Scored score_clips(const ModelUnderTest& model, const std::vector<const data::Entry*>& entries, ThreadPool& pool,
                   LogSink& log);

// Runs both models on features that are there, and replaces the scores by theirs.
void run_models(const ModelUnderTest& model, ThreadPool& pool, ClipScores& scores);

// The metrics of both models side by side. Errors: kInvalid when no clip is left.
Evaluation compare_models(const ClipScores& scores);

// Feature pictures of clips that are right and sure, one a class, and of those that are most wrong.
std::vector<FeaturePicture> pick_pictures(const ClipScores& scores, const FeatureMetadata& metadata);

// The clips that a run is judged by: the test split, or validation where there is none (then a note says so).
std::vector<const data::Entry*> judged_clips(const data::Manifest& manifest, std::optional<data::Split> wanted,
                                             Evaluation& evaluation);

// Features by the device path, with the class of each clip.
struct LabelledFeatures {
  std::vector<float> values;  // clips × input elements
  std::vector<int> truth;
  std::string split;
  std::vector<std::string> notes;
};

// Of at most `most` clips, evenly spread, that evaluate_model() would judge the model by. Errors: as evaluate_model().
LabelledFeatures labelled_features(const EvaluateOptions& options, std::int64_t most);

}  // namespace mote::pipeline
