// int4 weights and 16x8 as TensorFlow Lite stores them, and what becomes of weights for which it has no type.
#include "number_formats.h"

#include <gtest/gtest.h>

#include "damaged_file.h"
#include "error_text.h"
#include "mote/graph/text.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"

namespace mote::tflite {
namespace {

TEST(NumberFormats, ComeBackAsTheyWere) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const graph::Graph int8 = test::network_graph(seed);
    for (const graph::Graph& graph :
         {test::with_weights(int8, graph::DType::kInt4), test::with_int16_activations(int8)}) {
      EXPECT_EQ(read_model(write_model(graph)).graph, graph);
    }
  }
}

TEST(NumberFormats, PackInt4TwoAByteWithTheFirstInTheLowHalf) {
  test::Int8GraphBuilder builder("packed", 1);
  graph::Graph graph =
      test::with_weights(builder.build(builder.dense_without_bias(builder.input({1, 5}), 1)), graph::DType::kInt4);
  const std::vector<std::int8_t> values{1, -2, 7, -7, 3};
  graph.tensor(graph.nodes[0].inputs[1]).data = graph::make_buffer(std::span<const std::int8_t>(values));
  DamagedFile file(graph);
  const format::Tensor& weights = *file.model().subgraphs()->Get(0)->tensors()->Get(1);
  EXPECT_EQ(weights.type(), format::TensorType::INT4);
  const auto* data = file.model().buffers()->Get(weights.buffer())->data();
  EXPECT_EQ(std::vector<int>(data->begin(), data->end()), (std::vector<int>{0xe1, 0x97, 0x03}));
}

TEST(NumberFormats, WithoutATypeOfTheFormatAreRefusedUnlessOneSaysWhatToDo) {
  const graph::Graph graph = test::with_weights(test::network_graph(2), graph::DType::kTernary);
  const std::string error = test::error_text([&] { write_model(graph); });
  EXPECT_NE(error.find("the format has no ternary weights"), std::string::npos) << error;
  EXPECT_NE(error.find("export the C bundle"), std::string::npos) << error;
}

TEST(NumberFormats, WithoutATypeOfTheFormatComeBackByMetadata) {
  WriteOptions options;
  options.narrow_weights = NarrowWeights::kAsInt8;
  for (const graph::DType type : {graph::DType::kTernary, graph::DType::kBinary}) {
    const graph::Graph graph = test::with_weights(test::network_graph(2), type);
    const ImportedModel model = read_model(write_model(graph, options));
    EXPECT_EQ(model.graph, graph);
    EXPECT_TRUE(model.metadata.empty());
  }
}

TEST(NumberFormats, OwnTheirMetadataName) {
  WriteOptions options;
  options.metadata = {{"mote.weights", "0 ternary"}};
  EXPECT_THROW(write_model(test::network_graph(2), options), Error);
}

}  // namespace
}  // namespace mote::tflite
