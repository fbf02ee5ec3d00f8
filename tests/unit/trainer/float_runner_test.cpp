#include "mote/trainer/float_runner.h"

#include <gtest/gtest.h>

#include <map>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "synthetic_source.h"

namespace mote::trainer {
namespace {

// [1,4,3,2] → convolution with relu → added to itself → dense → softmax, with values.
graph::Graph float_net() {
  Rng rng = Rng::derive(4, "net");
  graph::GraphBuilder b("float");
  const auto constant = [&](const std::string& name, const graph::Shape& shape) {
    std::vector<float> values(static_cast<std::size_t>(graph::element_count(shape)));
    for (float& value : values) value = static_cast<float>(rng.normal());
    return b.constant(name, shape, values);
  };
  graph::Conv2d conv;
  conv.padding = graph::Padding::kSame;
  conv.activation = graph::Activation::kRelu;
  const auto x = b.input("x", {1, 4, 3, 2});
  auto y = b.node("conv", conv, {x, constant("w", {5, 3, 3, 2}), constant("b", {5})});
  y = b.node("sum", graph::Binary{}, {y, constant("offset", {1, 4, 3, 5})});
  y = b.node("logits", graph::Dense{}, {y, constant("dw", {3, 60})});
  b.output(b.node("softmax", graph::Softmax{}, {y}));
  return b.build();
}

std::vector<float> samples_of(std::int64_t count, std::int64_t elements) {
  Rng rng = Rng::derive(5, "samples");
  std::vector<float> values(static_cast<std::size_t>(count * elements));
  for (float& value : values) value = static_cast<float>(rng.normal());
  return values;
}

TEST(FloatRunner, ShowsTheInputAndEveryActivationInOrderForAllSamples) {
  ThreadPool pool(2);
  const auto graph = float_net();
  const auto inputs = samples_of(37, 24);
  std::vector<std::string> seen;
  std::vector<float> last;
  make_float_runner(pool)->run(graph, inputs, 37, [&](graph::TensorId id, std::span<const float> values) {
    seen.push_back(graph.tensor(id).name);
    EXPECT_EQ(static_cast<std::int64_t>(values.size()), 37 * graph.tensor(id).elements());
    last.assign(values.begin(), values.end());
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"x", "conv", "sum", "logits", "softmax"}));
  EXPECT_EQ(last, predict(graph, inputs, 37, pool));
}

TEST(FloatRunner, GivesTheSameBitsForEveryGroupingAndNumberOfThreads) {
  ThreadPool one(1), four(4);
  const auto graph = float_net();
  const auto inputs = samples_of(37, 24);
  const auto together = predict(graph, inputs, 37, four);
  std::vector<float> apart;
  for (std::size_t n = 0; n < 37; ++n) {
    const auto row = predict(graph, std::span(inputs).subspan(n * 24, 24), 1, one);
    apart.insert(apart.end(), row.begin(), row.end());
  }
  EXPECT_EQ(together, apart);
}

TEST(FloatRunner, ShowsTheNodesAfterItWhatAnEditorMadeOfATensor) {
  ThreadPool pool(2);
  const auto graph = float_net();
  const auto inputs = samples_of(20, 24), others = samples_of(40, 24);
  std::vector<float> last;
  make_float_runner(pool)->run_edited(graph, inputs, 20, [&](graph::TensorId id, std::span<float> values) {
    if (id == graph.inputs[0]) std::copy_n(others.begin() + 20 * 24, values.size(), values.begin());
    last.assign(values.begin(), values.end());
  });
  EXPECT_EQ(last, predict(graph, std::span(others).subspan(20 * 24), 20, pool));
}

TEST(FloatRunner, RefusesAWrongNumberOfValues) {
  ThreadPool pool(1);
  const auto graph = float_net();
  const auto inputs = samples_of(2, 24);
  EXPECT_THROW(predict(graph, inputs, 3, pool), Error);
  EXPECT_THROW(make_float_runner(pool)->run(graph, inputs, 3, [](auto, auto) {}), Error);
}

TEST(FloatRunner, RefusesATrainGraph) {
  ThreadPool pool(1);
  EXPECT_THROW(make_float_runner(pool)->run(test::small_conv_net(3), samples_of(1, 30), 1, [](auto, auto) {}), Error);
}

TEST(Predict, WantsWeightsWithValues) {
  ThreadPool pool(1);
  EXPECT_THROW(predict(test::small_conv_net(3), samples_of(1, 30), 1, pool), Error);
}

}  // namespace
}  // namespace mote::trainer
