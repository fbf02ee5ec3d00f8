// Post-training repair: what makes an int8 network answer like its float network without training it again.
//
// Each pass takes a draft of the quantized network (float graph, ranges, settings) and gives a better one; quantize()
// turns a draft into the int8 graph. Passes run in the order of repair_passes(), whichever of them are asked for. They
// look at inputs only, never at labels. Deterministic.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/quant/calibrate.h"
#include "mote/quant/quantize.h"
#include "mote/quant/simulate.h"

namespace mote::quant {

struct RepairSettings {
  std::vector<std::string> passes = {};  // names from repair_passes(), in any order
  std::int32_t samples = 128;            // calibration inputs on which the passes measure, >= 1
  double rounding_effort = 1.0;          // sweeps over the weights of a row at most, as a share of 20; (0, 100]

  // Errors: kInvalid; kNotFound for an unknown pass, with the nearest.
  void validate() const;
};

// Calls v(name, reference, help) for each setting: the one table from which recipe keys, help and hashes are made.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, RepairSettings>
void visit_fields(Settings& settings, Visitor&& v) {
  v("passes", settings.passes,
    "repairs after training: equalize, search_ranges, clip_weights, round_weights, correct_bias; mote doctor proposes");
  v("samples", settings.samples, "calibration inputs on which repairs measure");
  v("rounding_effort", settings.rounding_effort,
    "round_weights: factor on the greatest number of its sweeps, (0, 100]");
}

// A float graph on its way to int8, with all that quantize() takes.
struct Draft {
  graph::Graph reference;     // kFloat: the network whose answers are wanted
  graph::Graph graph;         // the same with the constants that are quantized; activations have the same ids
  std::vector<Range> ranges;  // of the activations
  CalibrationSettings calibration;
  QuantizeSettings settings;
};

// The draft without any repair: ranges as calibration over the whole set finds them.
Draft make_draft(const graph::Graph& folded, const MeasuringSet& set, const CalibrationSettings& calibration,
                 const QuantizeSettings& settings = {});

// The int8 graph of a draft.
graph::Graph quantize(const Draft& draft);

struct RepairPass {
  std::string_view name;
  std::string_view help;
  Draft (*run)(const Draft&, const MeasuringSet&, const RepairSettings&);
};

std::span<const RepairPass> repair_passes();

// Runs the passes that the settings name. Errors: those of validate() and of the passes, with the pass as context.
Draft repair(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings);

// Scales channels between two layers so that the quiet ones use more of the grid that they share with the loud ones:
// the layer before is multiplied by s_c, the next one divided. Exact for linear channels and ReLU. With a ReLU6 a
// channel that reaches 6 stays as it is, and the others grow to 6 at most: exact on every input whose values stay
// within what was seen. Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias
// Correction", with ranges of activations in place of those of per-tensor weights.
Draft equalize(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings);

// Moves each bias by what the quantized layer, in the quantized network, is off on the mean of a channel before its
// activation. Source: Nagel et al. 2019, the empirical form.
Draft correct_bias(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings);

// Decides for each weight whether it is rounded up or down, so that the layer's output on the quantized network's own
// inputs is nearest to the float layer's: layer by layer, least squares, by coordinate descent from rounding to
// nearest. Source of the objective: Nagel et al. 2020, "Up or Down? Adaptive Rounding for Post-Training Quantization",
// in its form that sees the quantized inputs.
Draft round_weights(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings);

// Chooses the range of each activation by what it does to the answer of the network: the one, among the calibrated
// one, shares of all that was seen and ranges without the rarest values (percentiles), whose grid changes the last
// layer's output least (squared, other tensors float).
Draft search_ranges(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings);

// Chooses the scale of each filter (int8 and int4) by the squared error of its weights, each weighted with the mean
// power of what it multiplies: the greatest weights are clipped where the others gain more than they lose.
Draft clip_weights(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings);

}  // namespace mote::quant
