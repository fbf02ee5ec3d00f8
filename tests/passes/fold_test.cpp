// fold(): the passes together, switched off by name, and what they say of graphs that cannot be folded.
#include "mote/quant/fold.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/graph/builder.h"
#include "mote/graph/text.h"

namespace mote::quant {
namespace {

using graph::Graph;
using test::error_text;

// dense → batch norm (a = 1, b = 0) → relu → dropout.
Graph trained() {
  return graph::parse(R"(graph "g" {
  input %0 "x" f32[1,1]
  const %1 "w" f32[1,1] = 0x00000040
  const %2 "one" f32[1] = 0x0000803f
  const %3 "zero" f32[1] = 0x00000000
  const %4 "half" f32[1] = 0x0000003f
  %5 "dense" f32[1,1] = dense(%0, %1)
  %6 "norm" f32[1,1] = batch_norm(%5, %2, %3, %3, %4) epsilon=0.5
  %7 "relu" f32[1,1] = unary(%6)
  %8 "drop" f32[1,1] = dropout(%7)
  output %8
})");
}

std::string fold_error(const Graph& graph, const std::vector<std::string>& disabled = {}) {
  return error_text([&] { fold(graph, disabled); });
}

TEST(Fold, LeavesInferenceOpsOnly) {
  EXPECT_EQ(graph::print(fold(trained())), R"(graph "g" {
  input %0 "x" f32[1,1]
  const %2 "w" f32[1,1] = 0x00000040
  const %3 "dense.bias" f32[1] = 0x00000000
  %1 "dense" f32[1,1] = dense(%0, %2, %3) activation=relu
  output %1
}
)");
}

TEST(Fold, LeavesOutThePassesThatAreSwitchedOff) {
  const std::vector<std::string> disabled{"fuse_activation"};
  EXPECT_EQ(fold(trained(), disabled).nodes.size(), 2U);
}

TEST(Fold, SaysWhatIsLeftWhenAPassThatMustRunIsSwitchedOff) {
  EXPECT_EQ(fold_error(trained(), {"remove_dropout"}),
            "invalid: graph 'g', stage float: layer 1 'drop': [dropout] is legal in a graph of stage train only, got "
            "stage float");
  EXPECT_EQ(fold_error(trained(), {"fold_batch_norm"}),
            "invalid: graph 'g', stage float: layer 1 'norm': [batch_norm] is legal in a graph of stage train only, "
            "got stage float");
}

TEST(Fold, AnswersAnUnknownPassWithTheNearest) {
  EXPECT_EQ(fold_error(trained(), {"fold_batchnorm"}),
            "not_found: wanted a pass (remove_dropout, fold_batch_norm, merge_branches, fuse_activation), got "
            "'fold_batchnorm' (did you "
            "mean 'fold_batch_norm'?)");
}

TEST(Fold, WantsTrainedValues) {
  for (graph::TensorId id : {1, 2, 4}) {
    Graph graph = trained();
    graph.tensor(id).data = nullptr;
    EXPECT_EQ(fold_error(graph),
              "invalid: pass fold_batch_norm: wanted a trained '" + graph.tensor(id).name + "', got no values");
  }
}

TEST(Fold, WantsATrainedBiasToo) {
  Graph graph = trained();
  graph.tensors.push_back({"b", graph::DType::kFloat32, {1}, {}, true, nullptr});
  graph.nodes[0].inputs.push_back(9);
  EXPECT_EQ(fold_error(graph), "invalid: pass fold_batch_norm: wanted a trained 'b', got no values");
}

TEST(Fold, WantsTrainedValuesWithoutABatchNormToo) {
  graph::GraphBuilder builder("g");
  builder.output(builder.layer("d", graph::Dense{}, {builder.input("x", {1, 1})}, {.filters = 1}));
  EXPECT_EQ(fold_error(builder.build()),
            "invalid: graph 'g', stage float: tensor 1 'd.weight': a constant has no values");
}

TEST(Fold, SaysWhereABatchNormCannotGo) {
  Graph graph = trained();
  graph.nodes[1].inputs[0] = 0;
  EXPECT_EQ(
      fold_error(graph),
      "unsupported: pass fold_batch_norm: [batch_norm] 'norm' follows no convolution or dense layer and its input "
      "[1,1] is no picture");
}

TEST(Fold, RefusesAGraphThatIsNoTrainGraph) {
  Graph graph = trained();
  graph.outputs.clear();
  EXPECT_EQ(fold_error(graph), "invalid: graph 'g', stage train: wanted at least one input and one output");
}

}  // namespace
}  // namespace mote::quant
