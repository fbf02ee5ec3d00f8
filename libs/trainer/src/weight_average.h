// The moving average of weights and statistics that stands in for them when a network is judged and kept.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mote::trainer {

// average = d·average + (1 - d)·values with d = moving_decay(decay, update): after `update` earlier ones.
void update_average(std::span<float> average, std::span<const float> values, double decay, std::uint64_t update);

}  // namespace mote::trainer
