// Cross-entropy behind a softmax, for one sample.
#pragma once

#include <cstdint>
#include <span>

namespace mote::trainer {

// -Σ_k target_k · ln(probability_k), probabilities kept from zero by the least normal float.
double cross_entropy(std::span<const float> probabilities, std::span<const float> targets);

// Its gradient with respect to the softmax's input, times `share`: share · beta · (probability_k · Σ target -
// target_k).
void cross_entropy_gradient(std::span<const float> probabilities, std::span<const float> targets, float beta,
                            float share, std::span<float> gradient);

// Index of the largest value; the first of equals.
std::int64_t largest(std::span<const float> values);

}  // namespace mote::trainer
