// The loss behind a softmax, for one sample: cross-entropy, and the distance from a teacher's answer.
#pragma once

#include <cstdint>
#include <span>

#include "program.h"

namespace mote::trainer {

// -Σ_k target_k · ln(probability_k), probabilities kept from zero by the least normal float.
double cross_entropy(std::span<const float> probabilities, std::span<const float> targets);

// Its gradient with respect to the softmax's input, times `share`: share · beta · (probability_k · Σ target -
// target_k).
void cross_entropy_gradient(std::span<const float> probabilities, std::span<const float> targets, float beta,
                            float share, std::span<float> gradient);

// Probabilities at another temperature: out_k = p_k^(1/T)/Σ p^(1/T), which is the softmax of the logits over T.
// Probabilities are kept from zero by the least normal float. `out` may be `probabilities`.
void soften(std::span<const float> probabilities, float temperature, std::span<float> out);

// Loss of sample `n` of the batch, times `share`, and its gradient by the input of the softmax that made
// `probabilities`. Without a teacher: share·cross_entropy() and cross_entropy_gradient(). The teacher adds
// share·weight·beta·T·(softened_k - teacher_k) to the gradient.
double sample_loss(const Batch& batch, std::size_t n, std::span<const float> probabilities, float beta, double share,
                   std::span<float> gradient);

// share · weight · mean of (output - hint)² of sample `n`, and its gradient by the output; zeros without a hint.
double hint_loss(const HintTargets& hint, std::size_t n, std::span<const float> output, double share,
                 std::span<float> gradient);

// Index of the largest value; the first of equals.
std::int64_t largest(std::span<const float> values);

}  // namespace mote::trainer
