#include "mote/plan/streaming_runner.h"

#include <gtest/gtest.h>

#include <array>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/quant/constant_channels.h"
#include "random_network.h"
#include "zero_filters.h"

namespace mote::plan {
namespace {

using graph::Activation;
using graph::Graph;
using graph::Padding;
using graph::TensorId;
using test::Int8GraphBuilder;

using Bytes = std::vector<std::int8_t>;

Bytes random_bytes(std::int64_t count, Rng& rng) {
  Bytes result(static_cast<std::size_t>(count));
  for (auto& x : result) x = static_cast<std::int8_t>(static_cast<int>(rng.below(256)) - 128);
  return result;
}

// Feeds `hops` steps beyond the warm-up; from its end on each answer must be that of the whole network over the last
// window of frames.
void expect_equal_to_whole(const Graph& graph, StreamingRunner& runner, std::int32_t hops, Rng& rng) {
  HostRunner whole(graph);
  const std::int64_t window = whole.model().input_bytes();
  const std::int32_t steps = runner.streaming().warmup_hops() + hops;
  const Bytes stream = random_bytes(steps * runner.hop_bytes(), rng);
  Bytes got(static_cast<std::size_t>(runner.output_bytes()));
  Bytes wanted(static_cast<std::size_t>(whole.model().output_bytes()));
  for (std::int32_t step = 1; step <= steps; ++step) {
    const std::int64_t end = step * runner.hop_bytes();
    runner.run(std::span(stream).subspan(static_cast<std::size_t>(end - runner.hop_bytes()),
                                         static_cast<std::size_t>(runner.hop_bytes())),
               got);
    if (step < runner.streaming().warmup_hops()) continue;
    whole.run(std::span(stream).subspan(static_cast<std::size_t>(end - window), static_cast<std::size_t>(window)),
              wanted);
    ASSERT_EQ(got, wanted) << "step " << step;
  }
}

// Layers over time of every kind, padded in the other axis only, ended in each of the ways in which frames are joined.
Graph random_network(std::uint64_t seed) {
  Int8GraphBuilder b("network", seed);
  const auto some = [&](std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(b.rng().below(static_cast<std::uint64_t>(high - low + 1)));
  };
  const std::int32_t features = some(1, 5);
  TensorId x = b.input({1, some(36, 48), features, 1});
  const bool time_is_width = some(0, 2) == 0;
  if (time_is_width) x = b.tied(graph::Reshape{{1, 1, b.shape(x)[1], features}}, {x});
  const std::size_t time = time_is_width ? 2 : 1;
  const auto kernel = [&](std::int32_t size, std::int32_t other) {
    return time_is_width ? std::array<std::int32_t, 2>{1, size} : std::array<std::int32_t, 2>{size, other};
  };
  for (std::int32_t layers = some(1, 6); layers > 0 && b.shape(x)[time] >= 12; --layers) {
    const std::int32_t size = some(2, 4);
    const auto [kernel_h, kernel_w] = kernel(size, some(1, b.shape(x)[2] > 1 ? 2 : 1));
    const auto [stride_h, stride_w] = kernel(some(1, 2), 1);
    const auto [dilation_h, dilation_w] = kernel(some(1, 2), 1);
    const auto activation = static_cast<Activation>(some(0, 2));
    switch (some(0, 5)) {
      case 0:
        x = b.depthwise(x, some(1, 2), kernel_h, kernel_w,
                        {stride_h, stride_w, dilation_h, dilation_w, Padding::kValid, activation});
        break;
      case 1:
        x = b.add(x, b.conv(x, b.shape(x)[3], 1, 1, {1, 1, 1, 1, Padding::kValid, activation}));
        break;
      case 2:
        x = b.tied(graph::Pool2d{static_cast<graph::PoolKind>(some(0, 1)), kernel_h, kernel_w, stride_h, stride_w,
                                 Padding::kValid, activation},
                   {x});
        break;
      case 3:
        x = b.relu(b.tied(graph::Pad{{0, 0, time_is_width ? 0 : 1, 0}, {0, 0, 0, 1}}, {x}));
        break;
      case 4:
        x = b.tied(graph::Concat{3}, {x, b.relu6(x)});
        break;
      default:
        x = b.conv(x, some(2, 6), kernel_h, kernel_w,
                   {stride_h, stride_w, dilation_h, dilation_w, Padding::kValid, activation});
    }
  }
  const auto [last_h, last_w] = kernel(2, 1);
  x = b.conv(x, 4, last_h, last_w, {1, 1, 1, 1, Padding::kValid, Activation::kRelu});
  const graph::Shape map = b.shape(x);
  const std::int32_t end = some(0, 3);
  if (end == 0) x = b.tied(graph::Pool2d{graph::PoolKind::kAverage, map[1], map[2], map[1], map[2]}, {x});
  if (end == 1) x = b.mean(x, {1, 2}, some(0, 1));
  if (end == 2) x = b.conv(x, 3, map[1], map[2], {1, 1, 1, 1, Padding::kValid, Activation::kNone});
  return b.build(b.softmax(b.dense(x, 4)));
}

TEST(StreamingRunner, AnswersAsTheWholeNetworkOnRandomNetworks) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    Rng rng(seed);
    const Graph graph = random_network(seed);
    StreamingRunner runner(quant::streaming_graph(graph));
    ASSERT_NO_FATAL_FAILURE(expect_equal_to_whole(graph, runner, 5, rng));
  }
}

Graph keyword_spotter() {
  return test::random_int8_network({.name = "ds-cnn", .time_padding = Padding::kValid}, {1, 49, 10, 1}, 12,
                                   test::Norms::kUsed, 21);
}

TEST(StreamingRunner, AnswersAsTheWholeKeywordSpotterAtAnEighthOfItsProducts) {
  const Graph graph = keyword_spotter();
  StreamingRunner runner(quant::streaming_graph(graph));
  EXPECT_EQ(runner.streaming().hop_frames, 2);
  EXPECT_LE(multiply_accumulates(runner.streaming().step) * 8, multiply_accumulates(graph));
  Rng rng(1);
  expect_equal_to_whole(graph, runner, 64, rng);
}

TEST(StreamingRunner, StreamsWhatIsLeftOfAPrunedNetwork) {
  Rng rng(4);
  const Graph graph = test::with_zero_filters(keyword_spotter(), 0.4, test::ZeroBias::kZero, rng);
  StreamingRunner whole(quant::streaming_graph(graph));
  StreamingRunner runner(quant::streaming_graph(quant::remove_constant_channels(graph).graph));
  EXPECT_LT(multiply_accumulates(runner.streaming().step), multiply_accumulates(whole.streaming().step) / 2);
  EXPECT_LT(runner.streaming().state_bytes(), whole.streaming().state_bytes());
  expect_equal_to_whole(graph, runner, 8, rng);
}

TEST(StreamingRunner, ForgetsItsFramesWhenReset) {
  const Graph graph = keyword_spotter();
  StreamingRunner used(quant::streaming_graph(graph));
  StreamingRunner fresh(quant::streaming_graph(graph));
  Rng rng(2);
  Bytes first(static_cast<std::size_t>(used.output_bytes()));
  Bytes second(first);
  used.run(random_bytes(used.hop_bytes(), rng), first);
  used.reset();
  const Bytes frames = random_bytes(used.hop_bytes(), rng);
  used.run(frames, first);
  fresh.run(frames, second);
  EXPECT_EQ(first, second);
}

TEST(StreamingRunner, RefusesOtherSizes) {
  StreamingRunner runner(quant::streaming_graph(keyword_spotter()));
  Bytes output(12);
  EXPECT_EQ(test::error_text([&] { runner.run(Bytes(19), output); }),
            "invalid: [streaming] wanted frames of 20 bytes, got 19");
  output.resize(3);
  EXPECT_EQ(test::error_text([&] { runner.run(Bytes(20), output); }),
            "invalid: [streaming] wanted an output of 12 bytes, got 3");
}

}  // namespace
}  // namespace mote::plan
