#include "learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mote::trainer {
namespace {

// From `start` (share 0) to `end` (share 1) along half a cosine.
double cosine_between(double start, double end, double share) {
  return end + (start - end) * 0.5 * (1.0 + std::cos(std::numbers::pi * std::clamp(share, 0.0, 1.0)));
}

double one_cycle(const TrainSettings& s, double step, double total) {
  const double low = s.learning_rate / 25.0;
  const double end = low / 1e4;
  const double last = std::max(total - 1.0, 1.0);
  const double peak = s.one_cycle_rise_share * last;
  if (step < peak) return cosine_between(low, s.learning_rate, step / peak);
  return cosine_between(s.learning_rate, end, (step - peak) / (last - peak));
}

double stepped(const TrainSettings& s, std::int64_t epoch) {
  const auto passed = std::count_if(s.milestones.begin(), s.milestones.end(), [&](auto m) { return m <= epoch; });
  return s.learning_rate * std::pow(s.step_factor, static_cast<double>(passed));
}

}  // namespace

double learning_rate(const TrainSettings& s, std::int64_t step, std::int64_t steps_per_epoch) {
  const auto here = static_cast<double>(step);
  const double total = static_cast<double>(s.epochs) * static_cast<double>(steps_per_epoch);
  const double warmup = s.warmup_epochs * static_cast<double>(steps_per_epoch);
  if (s.schedule == Schedule::kOneCycle) return one_cycle(s, here, total);
  if (here < warmup) return s.learning_rate * (here + 1.0) / (warmup + 1.0);
  if (s.schedule == Schedule::kStep) return stepped(s, step / steps_per_epoch);
  if (s.schedule == Schedule::kConstant) return s.learning_rate;
  return cosine_between(s.learning_rate, s.learning_rate * s.final_rate_share, (here - warmup) / (total - warmup));
}

}  // namespace mote::trainer
