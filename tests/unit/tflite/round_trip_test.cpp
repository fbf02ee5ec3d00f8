#include <gtest/gtest.h>

#include "damaged_file.h"
#include "mote/graph/text.h"

namespace mote::tflite {
namespace {

TEST(RoundTrip, GivesBackEveryOpFieldByField) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (const graph::Graph& graph : test::op_graphs(seed)) {
      EXPECT_TRUE(read_model(write_model(graph)).graph == graph) << graph.name;
    }
  }
}

TEST(RoundTrip, GivesBackANetworkWithBranches) {
  const graph::Graph graph = test::network_graph(5);
  EXPECT_TRUE(read_model(write_model(graph)).graph == graph);
}

TEST(RoundTrip, KeepsNamesWithAZeroByte) {
  graph::Graph graph = dense_graph();
  graph.name = std::string("a\0b", 3);
  graph.tensor(0).name = graph.name;
  EXPECT_TRUE(read_model(write_model(graph)).graph == graph);
}

TEST(RoundTrip, KeepsMetadataAndDescription) {
  WriteOptions options;
  options.description = "a model";
  options.metadata = {{kFeaturesMetadata, R"({"version":1})"}, {"empty", ""}, {"bytes", std::string("\0\1\377", 3)}};
  const ImportedModel model = read_model(write_model(dense_graph(), options));
  EXPECT_EQ(model.description, "a model");
  EXPECT_EQ(model.metadata, options.metadata);
}

TEST(RoundTrip, AcceptsAWeightOfMinus128) {
  graph::Graph graph = dense_graph();
  std::vector<std::int8_t> weights(18, -128);
  graph.tensor(1).data = graph::make_buffer(std::span<const std::int8_t>(weights));
  EXPECT_TRUE(read_model(write_model(graph)).graph == graph);
}

}  // namespace
}  // namespace mote::tflite
