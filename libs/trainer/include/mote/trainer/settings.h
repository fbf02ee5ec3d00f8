// What shapes a training run. The recipe's [train] keys are made from visit_fields(): this table is the only one.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/base/enum_names.h"

namespace mote::trainer {

enum class OptimizerKind : std::uint8_t { kSgd, kNesterov, kAdam, kAdamW };
enum class Schedule : std::uint8_t { kConstant, kCosine, kStep, kOneCycle };
enum class ClassWeights : std::uint8_t { kNone, kBalanced };
enum class Select : std::uint8_t { kBest, kLast };

struct TrainSettings {
  std::int32_t epochs = 40;
  std::int32_t batch = 100;  // samples of a step at most: an epoch is cut into the fewest batches, of nearly one size

  OptimizerKind optimizer = OptimizerKind::kAdam;
  double learning_rate = 0.002;
  double momentum = 0.9;      // sgd, nesterov
  double beta1 = 0.9;         // adam, adamw
  double beta2 = 0.999;       // adam, adamw
  double epsilon = 1e-8;      // adam, adamw
  double weight_decay = 0.0;  // of convolution and dense weights; decoupled with adamw, else added to gradients

  Schedule schedule = Schedule::kCosine;
  double warmup_epochs = 0.0;            // linear rise from 0; not with one_cycle, which has its own
  double final_rate_share = 0.0;         // cosine: the last rate as a share of learning_rate
  std::vector<std::int32_t> milestones;  // step: epochs after which the rate is multiplied by step_factor
  double step_factor = 0.1;
  double one_cycle_rise_share = 0.3;  // one_cycle: share of the steps in which the rate rises to learning_rate

  double label_smoothing = 0.0;
  ClassWeights class_weights = ClassWeights::kNone;
  double mixup_alpha = 0.0;         // 0 is off
  double gradient_clip_norm = 0.0;  // 0 is off

  double ema_decay = 0.0;            // 0 is off
  std::int32_t patience_epochs = 0;  // 0 is off
  Select select = Select::kBest;

  std::int32_t checkpoint_every_epochs = 1;  // the last epoch always has one
  std::int32_t checkpoint_every_steps = 0;   // 0 is off

  // Names every random stream of the training (mixup, dropout). Not in the table below: a recipe has one seed.
  std::uint64_t seed = 0;

  // Error(kInvalid): "[train] epochs must be >= 1, got 0".
  void validate() const;
};

// Calls visit(key, value, help) for each setting, in the order of a recipe.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, TrainSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("epochs", s.epochs, "passes over the training set");
  visit("batch", s.batch, "samples of a step");
  visit("optimizer", s.optimizer, "sgd, nesterov, adam or adamw");
  visit("learning_rate", s.learning_rate, "the highest rate of the schedule");
  visit("momentum", s.momentum, "sgd, nesterov: share of the last update that is kept, [0, 1)");
  visit("beta1", s.beta1, "adam, adamw: memory of the mean gradient, [0, 1)");
  visit("beta2", s.beta2, "adam, adamw: memory of the squared gradient, [0, 1)");
  visit("epsilon", s.epsilon, "adam, adamw: keeps the divisor from zero");
  visit("weight_decay", s.weight_decay,
        "pull of convolution and dense weights towards zero (L2; decoupled with adamw)");
  visit("schedule", s.schedule, "constant, cosine, step or one_cycle");
  visit("warmup_epochs", s.warmup_epochs, "epochs in which the rate rises from zero (not with one_cycle)");
  visit("final_rate_share", s.final_rate_share, "cosine: the last rate as a share of learning_rate, [0, 1]");
  visit("milestones", s.milestones, "step: epochs after which the rate is multiplied by step_factor, ascending");
  visit("step_factor", s.step_factor, "step: factor at each milestone, (0, 1]");
  visit("one_cycle_rise_share", s.one_cycle_rise_share,
        "one_cycle: share of the steps in which the rate rises, (0, 1)");
  visit("label_smoothing", s.label_smoothing, "share of the target spread over all classes, [0, 1)");
  visit("class_weights", s.class_weights, "none, or balanced: rare classes count as much as frequent ones");
  visit("mixup_alpha", s.mixup_alpha, "mixes pairs of samples by a share drawn from Beta(alpha, alpha); 0 is off");
  visit("gradient_clip_norm", s.gradient_clip_norm, "greatest norm of the whole gradient; 0 is off");
  visit("ema_decay", s.ema_decay, "moving average of the weights, which is what is kept; 0 is off, [0, 1)");
  visit("patience_epochs", s.patience_epochs,
        "stops after so many epochs without a better validation accuracy; 0 is off");
  visit("select", s.select, "best: the epoch of highest validation accuracy is kept; last: the last one");
  visit("checkpoint_every_epochs", s.checkpoint_every_epochs, "epochs between checkpoints");
  visit("checkpoint_every_steps", s.checkpoint_every_steps, "steps between checkpoints within an epoch; 0 is off");
}

}  // namespace mote::trainer

template <>
struct mote::EnumNames<mote::trainer::OptimizerKind> {
  static constexpr std::array<std::string_view, 4> kNames{"sgd", "nesterov", "adam", "adamw"};
};

template <>
struct mote::EnumNames<mote::trainer::Schedule> {
  static constexpr std::array<std::string_view, 4> kNames{"constant", "cosine", "step", "one_cycle"};
};

template <>
struct mote::EnumNames<mote::trainer::ClassWeights> {
  static constexpr std::array<std::string_view, 2> kNames{"none", "balanced"};
};

template <>
struct mote::EnumNames<mote::trainer::Select> {
  static constexpr std::array<std::string_view, 2> kNames{"best", "last"};
};
