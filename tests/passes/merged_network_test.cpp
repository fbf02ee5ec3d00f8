// A network trained with parallel branches folds into the plain one, and computes the same.
#include <gtest/gtest.h>

#include "mote/base/rng.h"
#include "mote/graph/zoo.h"
#include "mote/quant/fold.h"
#include "mote/trainer/float_runner.h"
#include "mote/trainer/initialize.h"

namespace mote::quant {
namespace {

graph::Graph ds_cnn(std::int32_t branches) {
  graph::ArchitectureSettings settings;
  settings.width = 0.25;
  settings.branches = branches;
  return graph::build_architecture(settings, {1, 12, 8, 1}, 5);
}

// Batch norms far from their starting values.
graph::Graph trained(std::int32_t branches) {
  graph::Graph result = trainer::initialize(ds_cnn(branches), 3);
  Rng rng = Rng::derive(4, "shake");
  for (graph::Tensor& tensor : result.tensors) {
    if (!tensor.constant || tensor.shape.size() > 1) continue;
    std::vector<float> values(graph::values<float>(tensor).begin(), graph::values<float>(tensor).end());
    for (float& value : values) value += static_cast<float>(rng.uniform(-0.4, 0.4));
    tensor.data = graph::make_buffer<float>(values);
  }
  return result;
}

TEST(MergedNetwork, HasTheLayersOfThePlainOne) {
  const graph::Graph plain = fold(trained(0));
  for (std::int32_t branches : {1, 3}) {
    const graph::Graph merged = fold(trained(branches));
    ASSERT_EQ(merged.nodes.size(), plain.nodes.size());
    for (std::size_t i = 0; i < plain.nodes.size(); ++i) {
      EXPECT_TRUE(graph::same_op(merged.nodes[i].op, plain.nodes[i].op)) << i;
      EXPECT_EQ(merged.node_name(merged.nodes[i]), plain.node_name(plain.nodes[i]));
    }
    EXPECT_EQ(graph::multiply_accumulates(merged), graph::multiply_accumulates(plain));
  }
}

TEST(MergedNetwork, ComputesWhatItsBranchesDo) {
  ThreadPool pool(1);
  std::vector<float> inputs(7 * 96);
  Rng rng = Rng::derive(1, "inputs");
  for (float& value : inputs) value = static_cast<float>(rng.normal());
  const graph::Graph network = trained(2);
  const std::vector<float> wanted = trainer::predict(network, inputs, 7, pool);
  const std::vector<float> got = trainer::predict(fold(network), inputs, 7, pool);
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 1e-4) << i;
}

}  // namespace
}  // namespace mote::quant
