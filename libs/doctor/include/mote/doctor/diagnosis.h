// Where a network loses accuracy on its way from float to int8: layer by layer, on real inputs.
//
// For classifiers: the first output of the graph holds the scores of the classes. Everything is measured on the case's
// own clips; what to do about it is proposals.h. Accuracies are shares in [0, 1].
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mote/base/thread_pool.h"
#include "mote/quant/repair.h"

namespace mote::doctor {

// Clips by which a network is judged. Nothing is owned.
struct JudgedSet {
  quant::MeasuringSet inputs;
  std::span<const int> truth;  // class of each sample

  // Errors: kInvalid when the truth is not as long as the inputs, or names a class that the graph does not have.
  void validate(const graph::Graph& graph) const;
};

// How far answers are from those of the float network.
struct Effect {
  double accuracy_lost = 0;  // float less this one
  double divergence = 0;     // mean Kullback-Leibler divergence of the scores from the float ones, nats; finer than
                             // accuracy, which moves in steps of a clip
};

struct LayerFinding {
  std::string name;
  std::string op;
  quant::Range seen;                           // of the float activation
  quant::Range kept;                           // what the int8 grid holds
  double clipped_share = 0;                    // of the float values that lie outside of it by more than half a step
  double whole_sqnr_db = 0;                    // signal to quantization noise of the output in the whole int8 network
  double alone_sqnr_db = 0;                    // when this layer alone is quantized
  Effect alone;                                // this layer's weights and output alone are int8
  Effect as_float;                             // all others are int8: how much of the whole loss is left
  std::int64_t weights = 0;                    // 0 for a layer without
  double weight_spread = 1;                    // widest filter over the median one; 1 where there are no weights
  bool one_weight_scale = false;               // filters share a scale
  double channel_spread = 1;                   // loudest channel of the output over the median one
  std::vector<std::int32_t> outlier_channels;  // more than eight times as loud as the median one
  std::vector<std::int32_t> dead_channels;     // say the same on every clip
};

struct Diagnosis {
  std::int64_t clips = 0;
  double float_accuracy = 0;
  double int8_accuracy = 0;          // by the runtime's own C
  Effect whole;                      // of the int8 network
  std::vector<LayerFinding> layers;  // the input first, then each layer that computes, in execution order
};

// Examines `int8_graph`, the quantized form of the kFloat graph `reference`, node for node, on the clips. About two
// float runs of the clips a layer. Errors: kInvalid from JudgedSet::validate, or for graphs that are not alike.
Diagnosis diagnose(const graph::Graph& reference, const graph::Graph& int8_graph, const JudgedSet& clips,
                   ThreadPool& pool);

// Scores (samples × classes) that the int8 network gives, by plan::HostRunner.
std::vector<float> int8_scores(const graph::Graph& int8_graph, const quant::MeasuringSet& set, ThreadPool& pool);
// Scores of a float network.
std::vector<float> float_scores(const graph::Graph& graph, const quant::MeasuringSet& set);

// Accuracy of scores, and their distance from the float network's.
double accuracy_of(std::span<const float> scores, std::span<const int> truth);
Effect effect_of(std::span<const float> float_scores, std::span<const float> scores, std::span<const int> truth);

}  // namespace mote::doctor
