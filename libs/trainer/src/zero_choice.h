// Which weights become zero, given what each is worth.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mote::trainer {

// A stretch of the flat array of parameters: the weights of one layer.
struct PrunedLayer {
  std::int64_t offset = 0;
  std::int64_t count = 0;
  std::int64_t channels = 1;  // input channels, the weights' last axis; 1 for a depthwise layer
};

// Marks in `mask` (1 stays, 0 goes) the `zeros` weights of the layers together that are worth least; the first of
// equals. `worth` and `mask` are laid out like the parameters. No layer gets more than limit·count zeros.
void choose_zeros(std::span<const PrunedLayer> layers, std::span<const float> worth, std::int64_t zeros, double limit,
                  std::span<float> mask);

// In each run of `group` neighbours along the input channels the `zeros` least. A run that the last channel cuts short
// keeps all its weights.
void choose_group_zeros(const PrunedLayer& layer, std::span<const float> worth, std::int32_t group, std::int32_t zeros,
                        std::span<float> mask);

// |w|/sqrt(sum of the squares of the layer's weights that are as large or larger): worth that can be compared across
// layers. Source: Lee et al. 2021, "Layer-adaptive sparsity for the magnitude-based pruning" (its square root).
void layer_adaptive_magnitude(std::span<const float> weights, std::span<float> worth);

}  // namespace mote::trainer
