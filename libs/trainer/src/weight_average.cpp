#include "weight_average.h"

#include "moving_average.h"

namespace mote::trainer {

void update_average(std::span<float> average, std::span<const float> values, double decay, std::uint64_t update) {
  const float kept = moving_decay(static_cast<float>(decay), update);
  for (std::size_t i = 0; i < average.size(); ++i) average[i] += (1.0F - kept) * (values[i] - average[i]);
}

}  // namespace mote::trainer
