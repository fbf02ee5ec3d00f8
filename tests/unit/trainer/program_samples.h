// What the tests of programs share: batches made from a seed, networks far from their starting values, distances.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "fused/kernels.h"
#include "mote/base/rng.h"
#include "mote/trainer/initialize.h"
#include "program.h"

namespace mote::trainer::test {

struct Samples {
  std::vector<float> inputs, targets, weights, answers;

  Samples(const graph::Graph& graph, std::int64_t count, std::uint64_t seed) {
    Rng rng = Rng::derive(seed, "samples");
    const auto classes = static_cast<std::size_t>(graph.tensor(graph.outputs.front()).elements());
    inputs.resize(static_cast<std::size_t>(count * graph.tensor(graph.inputs.front()).elements()));
    for (float& value : inputs) value = static_cast<float>(rng.normal());
    targets.assign(static_cast<std::size_t>(count) * classes, 0.1F / static_cast<float>(classes));
    for (std::int64_t n = 0; n < count; ++n) {
      targets[static_cast<std::size_t>(n) * classes + rng.below(classes)] += 0.9F;
      weights.push_back(static_cast<float>(rng.uniform(0.5, 2.0)));
    }
  }
  Batch batch(std::uint64_t step = 0) const {
    return {static_cast<std::int64_t>(weights.size()), inputs, targets, weights, step, 7};
  }
  // The targets of each sample's neighbour as the answers of a teacher.
  Batch taught_batch(std::uint64_t step = 0) {
    answers = targets;
    std::rotate(answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(answers.size() / weights.size()),
                answers.end());
    Batch batch = this->batch(step);
    batch.teacher = {answers, 2.0F, 0.6F};
    return batch;
  }
};

// Parameters and statistics far from their starting values, so that no term of a gradient is zero by chance.
inline graph::Graph shaken(const graph::Graph& graph) {
  graph::Graph result = initialize(graph, 3);
  Rng rng = Rng::derive(4, "shake");
  for (graph::Tensor& tensor : result.tensors) {
    if (!tensor.constant || tensor.shape.size() > 1) continue;
    std::vector<float> values(graph::values<float>(tensor).begin(), graph::values<float>(tensor).end());
    for (float& value : values) value += static_cast<float>(rng.uniform(-0.4, 0.4));
    tensor.data = graph::make_buffer<float>(values);
  }
  return result;
}

// |a - b| as a share of |b|, over a whole tensor; a tensor of almost nothing counts as 1e-3 an element.
inline double distance(std::span<const float> a, std::span<const float> b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    size += std::pow(static_cast<double>(b[i]), 2) + 1e-6;
  }
  return std::sqrt(difference / size);
}

inline std::vector<const fused::Kernels*> kernels_of_this_cpu() {
  std::vector<const fused::Kernels*> result;
  for (const fused::Kernels* kernels :
       {fused::avx512_kernels(), fused::avx2_kernels(), fused::neon_kernels(), fused::portable_kernels()}) {
    if (kernels != nullptr) result.push_back(kernels);
  }
  return result;
}

}  // namespace mote::trainer::test
