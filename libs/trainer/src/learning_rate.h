// The learning rate of each step.
#pragma once

#include <cstdint>

#include "mote/trainer/settings.h"

namespace mote::trainer {

// The rate of step `step` (from 0, over the whole training) of a training of settings.epochs × steps_per_epoch steps:
//   constant   learning_rate
//   cosine     from learning_rate to final_rate_share of it along half a cosine (Loshchilov and Hutter 2017)
//   step       times step_factor after each milestone
//   one_cycle  up from 1/25 of learning_rate and down to 1/250000 of it along half cosines (Smith 2018)
// The first three rise linearly from 0 in the first warmup_epochs; cosine counts from there.
double learning_rate(const TrainSettings& settings, std::int64_t step, std::int64_t steps_per_epoch);

}  // namespace mote::trainer
