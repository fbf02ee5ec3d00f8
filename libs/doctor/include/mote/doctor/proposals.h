// What could be done about a diagnosis, best first, and trying it.
//
// A remedy is a named change of the settings that make the int8 graph. Predictions are made from the diagnosis alone:
// the divergence of the layers that a remedy touches, times the share of their noise that it can take away. Trials
// measure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/doctor/diagnosis.h"

namespace mote::doctor {

enum class Remedy : std::uint8_t {
  kEqualize,         // repair.passes: equalize
  kSearchRanges,     // repair.passes: search_ranges
  kClipWeights,      // repair.passes: clip_weights
  kRoundWeights,     // repair.passes: round_weights
  kCorrectBias,      // repair.passes: correct_bias
  kWholeRanges,      // quantize.method: minmax
  kPercentile,       // quantize.method: percentile
  kPerChannelDense,  // quantize.dense: per_channel
  kWideActivations,  // int16 activations beside int8 weights (16x8)
  kTrainQuantized,   // quantization-aware training, or more of it: needs labels and time
};

// All that makes an int8 graph of a float graph.
struct Treatment {
  quant::CalibrationSettings calibration;
  quant::QuantizeSettings quantize;
  quant::RepairSettings repair;
};

// The treatment with the remedy. One that is no treatment (kTrainQuantized) changes nothing.
Treatment with(const Treatment& treatment, Remedy remedy);
// True when a trial can measure it and `treatment` does not have it.
bool can_be_tried(Remedy remedy, const Treatment& treatment);

struct Proposal {
  Remedy remedy = Remedy::kEqualize;
  std::string reason;         // what of the diagnosis speaks for it
  double predicted_gain = 0;  // accuracy, a share
};

// Greatest predicted gain first; none for a network that loses nothing that a remedy could give back.
std::vector<Proposal> propose(const Diagnosis& diagnosis, const Treatment& treatment);

// The same for a network that was trained as its int8 graph computes: what another training can change.
std::vector<Proposal> propose_training(const Diagnosis& diagnosis, const Treatment& treatment);

// What a case is treated on.
struct Case {
  graph::Graph folded;           // kFloat
  quant::MeasuringSet training;  // calibration and repair look at it
  JudgedSet clips;               // trials are judged by it
};

struct Trial {
  std::vector<Remedy> remedies;  // in the order in which they were added
  graph::Graph int8_graph;
  double accuracy = 0;  // of INT8, by the runtime's own C
  Effect effect;
  bool kept = false;
};

struct Outcome {
  std::vector<Trial> trials;  // the first is the treatment as it was
  Treatment best;
};

// The draft that a treatment makes.
quant::Draft draft_of(const Case& subject, const Treatment& treatment);

// Adds the proposals one after another and keeps each that brings the answers nearer to the float network's (divergence
// falls by 2 % at least) without a loss of accuracy of more than half a point. int16 activations cost memory and time:
// they are measured last, on top of all that was kept, and are never kept themselves.
Outcome try_proposals(const Case& subject, const Treatment& start, const std::vector<Proposal>& proposals,
                      ThreadPool& pool);

}  // namespace mote::doctor

template <>
struct mote::EnumNames<mote::doctor::Remedy> {
  static constexpr std::array<std::string_view, 10> kNames{
      "equalize",     "search_ranges", "clip_weights",      "round_weights",    "correct_bias",
      "whole_ranges", "percentile",    "per_channel_dense", "wide_activations", "train_quantized"};
};
