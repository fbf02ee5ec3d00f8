// Zeros in the weights: unstructured pruning and N:M sparsity while a network trains on.
//
// Use it through TrainIo::hooks of train(), from a trained network (fine-tuning) or from the start. The share of zeros
// grows along the polynomial of Zhu and Gupta 2017, s(t) = s_f + (s_i - s_f)·(1 - (t - t0)/(t1 - t0))³, and is held
// from t1 on; only epochs after t1 may be selected. What is pruned are weights of convolution, depthwise and dense
// layers; biases and batch norms stay. Folding and int8 keep exact zeros. A later step keeps them with hold_zeros().
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/graph/graph.h"
#include "mote/trainer/train.h"

namespace mote::trainer {

// What a weight is worth.
//   magnitude   |w|; compared across layers as |w|/sqrt(sum of w² of the layer's weights that are as large or larger)
//               (Lee et al. 2021), which a batch norm's freedom of scale leaves alone
//   movement    -Σ gradient·w over the steps of pruning (Sanh et al. 2020): weights that training pulls away from zero
//               are worth most, whatever their size
enum class PruneCriterion : std::uint8_t { kMagnitude, kMovement };

// Whose weights are compared: those of all layers, or those of each layer for itself.
enum class PruneScope : std::uint8_t { kGlobal, kLayer };

struct PruneSettings {
  PruneCriterion criterion = PruneCriterion::kMagnitude;
  PruneScope scope = PruneScope::kGlobal;
  double sparsity = 0.8;          // share of zeros in the pruned layers, (0, 1); not for N:M, which says it itself
  double initial_sparsity = 0.0;  // at begin_epoch, [0, sparsity)
  double layer_limit = 0.95;      // greatest share of zeros in one layer, (0, 1): no layer vanishes

  // N:M along input channels: of each `group` neighbours `group_keeps` are left (2 of 4, say). 0: unstructured.
  std::int32_t group = 0;
  std::int32_t group_keeps = 0;

  double begin_epoch = 0.0;       // >= 0
  double end_epoch = 0.0;         // before the last epoch; 0 is half of the epochs
  std::int32_t every_steps = 10;  // steps from one choice of zeros to the next, >= 1

  bool keep_first = false;               // leaves the first layer with weights as it is
  bool keep_last = false;                // leaves the last one as it is
  std::vector<std::string> keep_layers;  // names of further layers that are

  // Error(kInvalid): "[prune] sparsity must be in (0, 1), got 1.2".
  void validate() const;
};

// Calls visit(key, value, help) for each setting, in the order of a recipe.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, PruneSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("criterion", s.criterion, "magnitude, or movement: what a weight is worth");
  visit("scope", s.scope, "global: weights of all layers are compared; layer: each layer for itself");
  visit("sparsity", s.sparsity, "share of zeros in the pruned layers, (0, 1)");
  visit("initial_sparsity", s.initial_sparsity, "share of zeros at begin_epoch, [0, sparsity)");
  visit("layer_limit", s.layer_limit, "greatest share of zeros in one layer, (0, 1)");
  visit("group", s.group, "N:M sparsity: neighbours along input channels that are looked at together; 0 is off");
  visit("group_keeps", s.group_keeps, "N:M sparsity: weights that each group keeps");
  visit("begin_epoch", s.begin_epoch, "epoch at which zeros begin to grow");
  visit("end_epoch", s.end_epoch, "epoch at which the share of zeros is reached; 0 is half of the epochs");
  visit("every_steps", s.every_steps, "steps from one choice of zeros to the next");
  visit("keep_first", s.keep_first, "leaves the first layer with weights as it is");
  visit("keep_last", s.keep_last, "leaves the last layer with weights as it is");
  visit("keep_layers", s.keep_layers, "names of further layers that are left as they are");
}

// Prunes while train() runs. One object for one training. Resumed from a checkpoint, the zeros are the same. Errors,
// all when train() begins: kInvalid: a schedule that ends after the last epoch (or in it), a sparsity that layer_limit
// does not allow, N:M in a network without a layer of so many input channels, keep_layers that leave nothing to prune;
// kNotFound for a layer that the network does not have.
std::shared_ptr<TrainingHooks> make_pruning(const PruneSettings& settings);

// Weights that are zero when training starts stay zero: for any step after a pruned one (distillation, training with
// simulated quantization).
std::shared_ptr<TrainingHooks> hold_zeros();

// Zeros of one layer.
struct LayerSparsity {
  std::string layer;
  std::int64_t weights = 0;
  std::int64_t zeros = 0;
};
// Of each convolution, depthwise and dense layer of a float graph with values, in order.
std::vector<LayerSparsity> layer_sparsity(const graph::Graph& graph);

}  // namespace mote::trainer

template <>
struct mote::EnumNames<mote::trainer::PruneCriterion> {
  static constexpr std::array<std::string_view, 2> kNames{"magnitude", "movement"};
};

template <>
struct mote::EnumNames<mote::trainer::PruneScope> {
  static constexpr std::array<std::string_view, 2> kNames{"global", "layer"};
};
