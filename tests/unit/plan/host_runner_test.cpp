#include "mote/plan/host_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "int8_graphs.h"
#include "mote/base/error.h"

namespace mote::plan {
namespace {

std::vector<std::int8_t> random_input(const graph::Graph& graph, std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "input");
  std::vector<std::int8_t> values(static_cast<std::size_t>(graph.tensor(graph.inputs[0]).bytes()));
  for (auto& value : values) value = static_cast<std::int8_t>(static_cast<int>(rng.below(256)) - 128);
  return values;
}

std::vector<std::int8_t> run(HostRunner& runner, const std::vector<std::int8_t>& input) {
  std::vector<std::int8_t> output(static_cast<std::size_t>(runner.model().output_bytes()));
  runner.run(input, output);
  return output;
}

TEST(HostRunner, GivesTheSameBytesWithAndWithoutReuse) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const graph::Graph graph = test::network_graph(seed);
    const std::vector<std::int8_t> input = random_input(graph, seed);
    const HostModel reused(make_plan(graph, {Reuse::kInPlace}));
    const HostModel apart(make_plan(graph, {Reuse::kNone}));
    EXPECT_EQ(invoke(reused, input, Layers::kRecord).layers, invoke(apart, input, Layers::kRecord).layers) << seed;
  }
}

TEST(Invoke, RecordsLayersInTheOrderOfTheGraphWhereStepsRunInAnother) {
  test::Int8GraphBuilder builder("branches", 1);
  const test::TensorId x = builder.input({1, 8, 8, 4});
  const test::TensorId wide = builder.conv(x, 32, 3, 3, {});
  const test::TensorId wide_too = builder.conv(x, 32, 3, 3, {});
  const test::TensorId narrow = builder.conv(wide, 4, 3, 3, {});
  const graph::Graph graph = builder.build(builder.add(narrow, builder.conv(wide_too, 4, 3, 3, {})));
  const HostModel moved(make_plan(graph));
  const HostModel given(make_plan(graph, {Reuse::kNone}));
  ASSERT_NE(moved.plan().steps[1].node, 1);
  ASSERT_EQ(given.plan().steps[1].node, 1);
  const std::vector<std::int8_t> input = random_input(graph, 1);
  EXPECT_EQ(invoke(moved, input, Layers::kRecord).layers, invoke(given, input, Layers::kRecord).layers);
}

TEST(HostRunner, ShowsEveryLayerInOrder) {
  const graph::Graph graph = test::network_graph(3);
  HostRunner runner(graph);
  std::vector<graph::TensorId> seen;
  std::vector<std::int8_t> last;
  const std::vector<std::int8_t> input = random_input(graph, 3);
  runner.run(input, [&](graph::TensorId id, std::span<const std::int8_t> values) {
    EXPECT_EQ(static_cast<std::int64_t>(values.size()), graph.tensor(id).bytes());
    seen.push_back(id);
    last.assign(values.begin(), values.end());
  });
  std::vector<graph::TensorId> wanted;
  for (const graph::Node& node : graph.nodes) wanted.push_back(node.outputs[0]);
  EXPECT_EQ(seen, wanted);
  EXPECT_EQ(last, run(runner, input));
}

TEST(HostRunner, RunsInCopiesOnThreads) {
  const graph::Graph graph = test::network_graph(6);
  HostRunner runner(graph);
  const std::vector<std::int8_t> input = random_input(graph, 6);
  const std::vector<std::int8_t> wanted = run(runner, input);
  std::vector<std::vector<std::int8_t>> got(4);
  std::vector<std::thread> threads;
  for (auto& output : got) {
    threads.emplace_back([&output, &input, copy = runner]() mutable { output = run(copy, input); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& output : got) EXPECT_EQ(output, wanted);
}

TEST(HostRunner, TakesSeveralInputsOneAfterTheOther) {
  graph::GraphBuilder builder("two inputs");
  const auto quant = graph::per_tensor(0.5F, 0);
  const auto a = builder.input("a", {1, 3}, graph::DType::kInt8, quant);
  const auto b = builder.input("b", {1, 3}, graph::DType::kInt8, quant);
  builder.output(builder.node("sum", graph::Binary{}, {a, b}, graph::DType::kInt8, quant));
  HostRunner runner(builder.build());
  EXPECT_EQ(run(runner, {1, 2, 3, 10, 20, 30}), (std::vector<std::int8_t>{11, 22, 33}));
}

TEST(HostRunner, RefusesBuffersOfTheWrongSize) {
  HostRunner runner(test::network_graph(1));
  std::vector<std::int8_t> input(static_cast<std::size_t>(runner.model().input_bytes()));
  std::vector<std::int8_t> output(static_cast<std::size_t>(runner.model().output_bytes()));
  EXPECT_THROW(runner.run(std::span(input).first(1), output), Error);
  EXPECT_THROW(runner.run(input, std::span(output).first(1)), Error);
  EXPECT_THROW(runner.run(std::span(input).first(1), [](graph::TensorId, std::span<const std::int8_t>) {}), Error);
}

TEST(HostModel, RefusesAccumulatorsThatMayLeave32Bits) {
  graph::GraphBuilder builder("bias");
  const auto x = builder.input("x", {1, 1}, graph::DType::kInt8, graph::per_tensor(1.0F, -128));
  const std::vector<std::int8_t> weight{127};
  const std::vector<std::int32_t> bias{std::numeric_limits<std::int32_t>::max()};
  const auto w = builder.constant({"w",
                                   graph::DType::kInt8,
                                   {1, 1},
                                   graph::per_tensor(1.0F, 0),
                                   true,
                                   graph::make_buffer(std::span<const std::int8_t>(weight))});
  const auto b = builder.constant({"b",
                                   graph::DType::kInt32,
                                   {1},
                                   graph::per_tensor(1.0F, 0),
                                   true,
                                   graph::make_buffer(std::span<const std::int32_t>(bias))});
  builder.output(builder.node("y", graph::Dense{}, {x, w, b}, graph::DType::kInt8, graph::per_tensor(1e7F, 0)));
  try {
    const HostModel model(make_plan(builder.build()));
    FAIL() << "the model was accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("layer 0 'y'"), std::string::npos) << error.what();
  }
}

TEST(HostModel, RefusesATensorOfRankSix) {
  test::Int8GraphBuilder builder("rank", 1);
  EXPECT_THROW(HostModel(make_plan(builder.build(builder.relu(builder.input({1, 1, 1, 1, 1, 2}))))), Error);
}

TEST(Invoke, RunsRecordAfterRecord) {
  const graph::Graph graph = test::network_graph(8);
  const HostModel model(make_plan(graph));
  std::vector<std::int8_t> inputs = random_input(graph, 1);
  const std::vector<std::int8_t> second = random_input(graph, 2);
  const std::size_t record = inputs.size();
  inputs.insert(inputs.end(), second.begin(), second.end());
  const Invocation both = invoke(model, inputs);
  EXPECT_EQ(both.outputs.size(), static_cast<std::size_t>(2 * model.output_bytes()));
  EXPECT_TRUE(both.layers.empty());
  const Invocation one = invoke(model, std::span(inputs).subspan(record));
  EXPECT_TRUE(std::equal(one.outputs.begin(), one.outputs.end(), both.outputs.begin() + model.output_bytes()));
}

TEST(Invoke, RefusesAPartOfARecord) {
  const HostModel model(make_plan(test::network_graph(1)));
  const std::vector<std::int8_t> inputs(static_cast<std::size_t>(model.input_bytes()) + 1);
  EXPECT_THROW(invoke(model, inputs), Error);
  EXPECT_THROW(invoke(model, {}), Error);
}

}  // namespace
}  // namespace mote::plan
