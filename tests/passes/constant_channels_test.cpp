// remove_constant_channels on random networks: the same bytes for every input, in every layer that the records name.
#include "mote/quant/constant_channels.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "int8_graphs.h"
#include "mote/graph/text.h"
#include "mote/plan/host_runner.h"
#include "zero_filters.h"

namespace mote::quant {
namespace {

using graph::Activation;
using graph::Graph;
using graph::Padding;
using graph::TensorId;
using test::Int8GraphBuilder;
using test::ZeroBias;

using Bytes = std::vector<std::int8_t>;

// Every activation of one inference, by tensor.
std::vector<Bytes> layers_of(plan::HostRunner& runner, const Graph& graph, const Bytes& input) {
  std::vector<Bytes> result(graph.tensors.size());
  result[static_cast<std::size_t>(graph.inputs[0])] = input;
  runner.run(input, [&](TensorId id, std::span<const std::int8_t> values) {
    result[static_cast<std::size_t>(id)].assign(values.begin(), values.end());
  });
  return result;
}

// Random values, and those that reach furthest.
std::vector<Bytes> some_inputs(std::int64_t size, Rng& rng) {
  std::vector<Bytes> result;
  for (int value : {-128, 127, 0}) result.emplace_back(static_cast<std::size_t>(size), static_cast<std::int8_t>(value));
  for (std::uint64_t range : {256U, 2U}) {
    Bytes& input = result.emplace_back(static_cast<std::size_t>(size));
    for (auto& x : input) {
      const int draw = static_cast<int>(rng.below(range));
      x = static_cast<std::int8_t>(range == 2 ? (draw == 0 ? -128 : 127) : draw - 128);
    }
  }
  return result;
}

// Runs both graphs; every layer of the original must be what restore() makes of the smaller graph's layer, where the
// values of the original stand for channels that nobody reads.
void expect_same_layers(const Graph& graph, const WithoutConstantChannels& smaller, Rng& rng) {
  plan::HostRunner whole(graph);
  plan::HostRunner small(smaller.graph);
  for (const Bytes& input : some_inputs(whole.model().input_bytes(), rng)) {
    const std::vector<Bytes> wanted = layers_of(whole, graph, input);
    const std::vector<Bytes> got = layers_of(small, smaller.graph, input);
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
      if (graph.tensors[i].constant) continue;
      const ChannelRecord& record = smaller.records[i];
      Bytes restored = wanted[i];
      restore(record, record.tensor < 0 ? Bytes{} : got[static_cast<std::size_t>(record.tensor)], restored);
      ASSERT_EQ(restored, wanted[i]) << graph.tensors[i].name;
    }
    for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
      ASSERT_EQ(wanted[static_cast<std::size_t>(graph.outputs[o])],
                got[static_cast<std::size_t>(smaller.graph.outputs[o])]);
    }
  }
}

// A chain with branches in which every op that carries channels occurs.
Graph random_network(std::uint64_t seed) {
  Int8GraphBuilder b("network", seed);
  const auto some = [&](std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(b.rng().below(static_cast<std::uint64_t>(high - low + 1)));
  };
  const auto padding = [&] { return some(0, 1) == 0 ? Padding::kSame : Padding::kValid; };
  const auto activation = [&] { return static_cast<Activation>(some(0, 2)); };
  TensorId x = b.input({1, some(8, 10), some(8, 10), some(1, 3)});
  x = b.depthwise(x, some(1, 4), 2, 2, {1, 1, 1, 1, padding(), activation()});
  x = b.conv(x, some(3, 8), some(1, 2), some(1, 2), {1, 1, 1, 1, padding(), activation()});
  for (std::int32_t layers = some(1, 5); layers > 0; --layers) {
    const std::int32_t channels = b.shape(x)[3];
    switch (some(0, 7)) {
      case 0:
        x = b.depthwise(x, some(1, 2), 2, 1, {1, 1, 1, 1, padding(), activation()});
        break;
      case 1:
        x = b.add(x, b.conv(x, channels, 1, 1, {1, 1, 1, 1, padding(), activation()}), activation());
        break;
      case 2:
        x = b.tied(graph::Concat{3},
                   {x, b.tied(graph::Pool2d{graph::PoolKind::kMax, 2, 2, 1, 1, Padding::kSame}, {x})});
        break;
      case 3:
        x = b.tied(graph::Pad{{0, 1, 0, some(0, 1)}, {0, 0, 1, 0}}, {x});
        break;
      case 4:
        x = b.relu(x);
        break;
      case 5:
        x = b.tied(graph::Pool2d{graph::PoolKind::kAverage, 2, 1, 1, 1, padding(), activation()}, {x});
        break;
      case 6:
        x = b.tied(graph::Reshape{{1, b.shape(x)[2], b.shape(x)[1], channels}}, {x});
        break;
      default:
        x = b.conv(x, some(2, 9), some(1, 2), 1, {1, 1, 1, 1, padding(), activation()});
    }
  }
  if (some(0, 1) == 0) x = b.mean(x, {1, 2}, some(0, 1));
  if (some(0, 1) == 0)
    x = b.tied(graph::Reshape{{1, static_cast<std::int32_t>(graph::element_count(b.shape(x)))}}, {x});
  x = b.dense(x, some(3, 7), some(-1, 0), activation());
  return b.build(b.softmax(some(0, 1) == 0 ? b.dense_without_bias(x, 4) : b.dense(x, 4)));
}

class RandomNetworks : public testing::TestWithParam<ZeroBias> {};

TEST_P(RandomNetworks, AnswerTheSameBytesWithoutTheirConstantChannels) {
  std::int64_t before = 0;
  std::int64_t after = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    Rng rng = Rng::derive(seed, "zero filters");
    const Graph graph = test::with_zero_filters(random_network(seed), rng.uniform(0.1, 0.9), GetParam(), rng);
    const WithoutConstantChannels smaller = remove_constant_channels(graph);
    ASSERT_NO_FATAL_FAILURE(expect_same_layers(graph, smaller, rng));
    ASSERT_EQ(graph::print(remove_constant_channels(smaller.graph).graph), graph::print(smaller.graph))
        << "a second run must find nothing to do";
    before += multiply_accumulates(graph);
    after += multiply_accumulates(smaller.graph);
  }
  EXPECT_LT(after, before * 2 / 3);
}

INSTANTIATE_TEST_SUITE_P(Biases, RandomNetworks, testing::Values(ZeroBias::kKept, ZeroBias::kZero),
                         [](const auto& info) { return info.param == ZeroBias::kKept ? "Kept" : "Zero"; });

TEST(ConstantChannels, OpsOnTheirOwnStayAsTheyAre) {
  for (const Graph& graph : test::op_graphs(7)) {
    SCOPED_TRACE(graph.name);
    Rng rng(1);
    expect_same_layers(graph, remove_constant_channels(graph), rng);
  }
}

}  // namespace
}  // namespace mote::quant
