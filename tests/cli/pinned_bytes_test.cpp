// What is made from pinned/float.graph and fixed ranges keeps its bytes: a refactor leaves these hashes as they are; a
// deliberate change of the format or of the numbers updates them in the same commit, with the reason.
// pinned/float.graph was made by `mote quantize` of a recipe with the layers that inspect shows; it is input, not
// truth.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mote/base/hash.h"
#include "mote/exporter/model_data.h"
#include "mote/graph/text.h"
#include "mote/plan/plan.h"
#include "mote/quant/quantize.h"
#include "mote/tflite/writer.h"

namespace mote {
namespace {

std::string sha256_of(const std::string& text) {
  return sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

class PinnedBytes : public testing::Test {
 protected:
  static graph::Graph quantized() {
    const graph::Graph graph =
        graph::load(std::string(MOTE_TEST_DATA_DIR) + "/pinned/float.graph", graph::Stage::kFloat);
    std::vector<quant::Range> ranges;
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
      ranges.push_back({-1.0F - 0.25F * static_cast<float>(i), 2.0F + 0.5F * static_cast<float>(i)});
    }
    return quant::quantize(graph, ranges);
  }
};

TEST_F(PinnedBytes, OfTheInt8Graph) {
  EXPECT_EQ(sha256_of(graph::print(quantized())), "79786267e043b0ce314068de246ff24ab2a21c40b2fbeb56abc7fcc88c1675b8");
}

TEST_F(PinnedBytes, OfTheModelFile) {
  EXPECT_EQ(sha256(tflite::write_model(quantized())),
            "73ff8ab6dff5d7faf57db0ba34ad0be9968fa1a97ab6297215a7d1009385f2af");
}

TEST_F(PinnedBytes, OfTheCArray) {
  const graph::Graph graph = quantized();
  const exporter::ModelData data = exporter::make_model_data(tflite::write_model(graph), plan::make_plan(graph));
  EXPECT_EQ(sha256_of(data.header), "d94c661cd56790b3be402f183a0868f185726de99ac039baba9a889773bcef6b");
  EXPECT_EQ(sha256_of(data.source), "1a0bb8eec8a1c1f4e136c9b7040b7289646b3b14ebe4a00c828ecb1cd9387c5f");
}

}  // namespace
}  // namespace mote
