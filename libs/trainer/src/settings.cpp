#include "mote/trainer/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "mote/base/error.h"

namespace mote::trainer {
namespace {

template <class Value>
void require(bool good, std::string_view key, std::string_view wanted, const Value& got) {
  if (!good) throw Error(ErrorCode::kInvalid, fmt::format("[train] {} must be {}, got {}", key, wanted, got));
}

// False for NaN, as all comparisons are.
bool is_share(double value) {
  return value >= 0 && value < 1;
}
bool is_positive(double value) {
  return value > 0 && value <= 1e30;
}
bool is_not_negative(double value) {
  return value >= 0 && value <= 1e30;
}

void check_optimizer(const TrainSettings& s) {
  require(is_positive(s.learning_rate), "learning_rate", "> 0", s.learning_rate);
  require(is_share(s.momentum), "momentum", "in [0, 1)", s.momentum);
  require(is_share(s.beta1), "beta1", "in [0, 1)", s.beta1);
  require(is_share(s.beta2), "beta2", "in [0, 1)", s.beta2);
  require(is_positive(s.epsilon), "epsilon", "> 0", s.epsilon);
  require(is_not_negative(s.weight_decay), "weight_decay", ">= 0", s.weight_decay);
  require(is_not_negative(s.gradient_clip_norm), "gradient_clip_norm", ">= 0", s.gradient_clip_norm);
}

void check_schedule(const TrainSettings& s) {
  require(s.warmup_epochs >= 0 && s.warmup_epochs < s.epochs, "warmup_epochs", "in [0, epochs)", s.warmup_epochs);
  require(s.schedule != Schedule::kOneCycle || s.warmup_epochs == 0, "warmup_epochs",
          "0 with the schedule one_cycle, which has its own rise", s.warmup_epochs);
  require(s.final_rate_share >= 0 && s.final_rate_share <= 1, "final_rate_share", "in [0, 1]", s.final_rate_share);
  require(s.step_factor > 0 && s.step_factor <= 1, "step_factor", "in (0, 1]", s.step_factor);
  require(s.one_cycle_rise_share > 0 && s.one_cycle_rise_share < 1, "one_cycle_rise_share", "in (0, 1)",
          s.one_cycle_rise_share);
  const bool ascending = std::is_sorted(s.milestones.begin(), s.milestones.end(), std::less_equal<>());
  require(ascending && (s.milestones.empty() || s.milestones.front() >= 1), "milestones", "ascending and >= 1",
          s.milestones);
  require(s.schedule != Schedule::kStep || !s.milestones.empty(), "milestones", "given with the schedule step",
          s.milestones);
}

}  // namespace

void TrainSettings::validate() const {
  require(epochs >= 1, "epochs", ">= 1", epochs);
  require(batch >= 1, "batch", ">= 1", batch);
  check_optimizer(*this);
  check_schedule(*this);
  require(is_share(label_smoothing), "label_smoothing", "in [0, 1)", label_smoothing);
  require(mixup_alpha >= 0 && mixup_alpha <= 100, "mixup_alpha", "in [0, 100]", mixup_alpha);
  require(is_share(ema_decay), "ema_decay", "in [0, 1)", ema_decay);
  require(patience_epochs >= 0, "patience_epochs", ">= 0", patience_epochs);
  require(checkpoint_every_epochs >= 1, "checkpoint_every_epochs", ">= 1", checkpoint_every_epochs);
  require(checkpoint_every_steps >= 0, "checkpoint_every_steps", ">= 0", checkpoint_every_steps);
}

}  // namespace mote::trainer
