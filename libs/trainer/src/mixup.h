// Mixup: each sample of a batch is blended with another one, input and target alike. Source: Zhang et al. 2018.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/base/rng.h"

namespace mote::trainer {

// A draw from Beta(alpha, alpha), alpha > 0, by two gamma draws (Marsaglia and Tsang 2000).
double draw_beta(double alpha, Rng& rng);

// Who is blended with whom: row i becomes share[i] of itself and the rest of row partner[i].
struct MixupPlan {
  std::vector<std::size_t> partner;
  std::vector<float> share;  // >= 0.5: a sample stays mostly itself
};
MixupPlan plan_mixup(double alpha, std::size_t samples, Rng& rng);

// Blends the rows of `rows` (samples × row elements) as planned. `copy` has the size of `rows` and is overwritten.
void mix_rows(const MixupPlan& plan, std::span<float> rows, std::span<float> copy);

}  // namespace mote::trainer
