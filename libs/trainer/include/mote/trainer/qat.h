// Quantization-aware training: trains a network as the int8 graph computes it that it will be exported as.
//
// Use it after train(), to give back what quantization costs, or from initialize() (from scratch). What is simulated is
// not a model of the int8 graph but the graph itself: before each step the network is folded and quantized by quant's
// own functions, and the forward pass uses its scales, zero points and integer weights; gradients pass straight through
// the rounding (Bengio et al. 2013), inside the ranges. Batch norms stay alive above the folded, rounded weights, which
// are folded with the moving statistics (Krishnamoorthi 2018: the correction), and are frozen for the last
// epochs.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/quant/fold.h"
#include "mote/quant/quantize.h"
#include "mote/trainer/train.h"

namespace mote::trainer {

enum class RangeObserver : std::uint8_t {
  kMovingAverage,  // of the least and greatest value of some samples of each batch
  kPercentile,     // the same without the most extreme values
  kLearned,        // step sizes trained with the weights (learned step size quantization, Esser et al. 2020)
};

struct QatSettings {
  std::int32_t epochs = 20;
  double learning_rate_share = 0.4;  // of TrainSettings::learning_rate; falls to zero along a cosine
  RangeObserver observer = RangeObserver::kMovingAverage;
  double range_momentum = 0.99;  // moving_average, percentile: share of the old range kept at each step
  double percentile = 0.9999;    // percentile: share of the values kept
  double freeze_share = 0.5;     // share of the epochs after which batch norms and observed ranges stay as they are
  // Once frozen, and in validation, every convolution, depthwise and dense layer, mean and sum rounds as its kernel
  // does, bit for bit, not in float (slower; int8 activations only). A batch norm or ReLU that stays a layer of its own
  // does not.
  bool exact_rounding = false;

  // Error(kInvalid): "[qat] epochs must be >= 1, got 0".
  void validate() const;
};

// Calls visit(key, value, help) for each setting, in the order of a recipe.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, QatSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("epochs", s.epochs, "passes over the training set");
  visit("learning_rate_share", s.learning_rate_share, "first learning rate as a share of train.learning_rate, (0, 1]");
  visit("observer", s.observer, "how ranges of activations are found: moving_average, percentile or learned");
  visit("range_momentum", s.range_momentum, "share of the old range kept at each step, [0, 1)");
  visit("percentile", s.percentile, "percentile: share of the values that a range keeps, (0.5, 1]");
  visit("freeze_share", s.freeze_share, "share of the epochs after which batch norms and ranges are frozen, [0, 1]");
  visit("exact_rounding", s.exact_rounding, "frozen layers round as the kernels do, bit for bit, in training too");
}

// What the network is to become.
struct QatTarget {
  // From the kTrain graph to the kFloat graph that is quantized; keeps the names of tensors that it keeps.
  std::function<graph::Graph(const graph::Graph& trained)> lower = [](const graph::Graph& trained) {
    return quant::fold(trained);
  };
  quant::QuantizeSettings quantize;
  // Runs an int8 graph exactly as a device does: outputs (samples × classes, real values) for `inputs` (samples ×
  // elements, real values). With it, validation figures are those of the exported graph, on any device. Without it
  // they come from the simulation, which sums exactly but rounds activations in float: a value in a few thousand
  // differs by one step.
  std::function<void(const graph::Graph& quantized, std::span<const float> inputs, std::int64_t samples,
                     std::span<float> outputs)>
      run_quantized;
};

struct QatResult {
  TrainResult training;              // the kTrain graph, and figures of the int8 graph
  graph::Graph lowered;              // kFloat
  std::vector<quant::Range> ranges;  // of the activations of `lowered`, by tensor
  graph::Graph quantized;            // kInt8: quantize(lowered, ranges, target.quantize), whose figures were reported
};

// Trains on from `graph`, a kTrain graph as train() takes, with all weights. Batches, optimizer, losses, selection and
// checkpoints are those of `train`; epochs, learning rate and schedule come from `settings`. First ranges are
// calibrated on training samples. Errors: those of train(), with [qat] settings; kUnsupported for exact_rounding beside
// int16 activations and for a graph of which two tensors have one name, or that loses a layer when it is lowered; those
// of target.lower and quant::quantize.
QatResult train_qat(const graph::Graph& graph, BatchSource& source, const TrainSettings& train,
                    const QatSettings& settings, const QatTarget& target, const TrainIo& io);

}  // namespace mote::trainer

template <>
struct mote::EnumNames<mote::trainer::RangeObserver> {
  static constexpr std::array<std::string_view, 3> kNames{"moving_average", "percentile", "learned"};
};
