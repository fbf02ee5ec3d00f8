// Depthwise layers for the host and the emulator.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "layer_samples.h"
#include "mote/device/toolchain.h"
#include "plane_graphs.h"

namespace mote::test {

inline graph::DepthwiseConv2d depthwise_op(std::int32_t stride, Padding padding) {
  return {stride, stride, 1, 1, padding, Activation::kRelu};
}

// 3×3, strides 1 and 2, narrow and wide rows, even and odd, with and without padding.
inline std::vector<EmittedLayer> depthwise_3x3_layers() {
  struct Case {
    std::int32_t height, width, channels, stride;
    Padding padding;
  };
  const std::vector<Case> cases{
      {25, 5, 6, 1, Padding::kSame},  {3, 3, 4, 1, Padding::kSame},   {6, 6, 4, 1, Padding::kSame},
      {7, 4, 3, 1, Padding::kSame},   {12, 12, 3, 1, Padding::kSame}, {24, 24, 2, 1, Padding::kSame},
      {48, 48, 2, 1, Padding::kSame}, {9, 31, 3, 1, Padding::kSame},  {10, 33, 3, 1, Padding::kValid},
      {5, 8, 3, 1, Padding::kValid},  {48, 48, 2, 2, Padding::kSame}, {24, 24, 3, 2, Padding::kSame},
      {6, 6, 4, 2, Padding::kSame},   {25, 13, 3, 2, Padding::kSame}, {13, 47, 2, 2, Padding::kSame},
      {12, 7, 3, 2, Padding::kSame},  {9, 11, 3, 2, Padding::kValid}, {8, 50, 2, 2, Padding::kValid},
      {5, 5, 2, 2, Padding::kSame},   {4, 3, 2, 1, Padding::kSame},
  };
  std::vector<EmittedLayer> layers;
  std::uint64_t seed = 1;
  for (const Case& one : cases) {
    for (const InputRange range : {InputRange::kRectified, InputRange::kAny}) {
      const std::string name = fmt::format("{}x{}x{} stride {}", one.height, one.width, one.channels, one.stride);
      add_options(layers, name,
                  depthwise_graph({1, one.height, one.width, one.channels}, 1, 3, 3,
                                  depthwise_op(one.stride, one.padding), range, seed++));
    }
  }
  return layers;
}

// 3×3 with every kind of end: no activation, an upper bound, channels without right shift.
inline std::vector<EmittedLayer> depthwise_3x3_ends() {
  std::vector<EmittedLayer> layers;
  std::uint64_t seed = 300;
  for (const Activation activation : {Activation::kNone, Activation::kRelu6}) {
    for (const std::int32_t stride : {1, 2}) {
      const graph::DepthwiseConv2d op{stride, stride, 1, 1, Padding::kSame, activation};
      for (const graph::Shape& shape : {graph::Shape{1, 13, 5, 7}, graph::Shape{1, 24, 24, 3}}) {
        graph::Graph graph = depthwise_graph(shape, 1, 3, 3, op, InputRange::kAny, seed++);
        add_options(layers, fmt::format("end {}", seed), graph);
        if (activation == Activation::kNone) add_options(layers, fmt::format("mixed {}", seed), mixed_graph(graph, 3));
        graph.tensor(graph.outputs[0]).quant.zero_points = {-128};
        add_options(layers, fmt::format("end {} from zero", seed), graph);
      }
    }
  }
  return layers;
}

// What is left for the general kernel: other kernels, strides, dilations, activations and multipliers.
inline std::vector<EmittedLayer> other_depthwise_layers() {
  struct Case {
    std::string name;
    graph::Shape input;
    std::int32_t multiplier, kernel_h, kernel_w;
    graph::DepthwiseConv2d op;
  };
  const std::vector<Case> cases{
      {"5x5", {1, 9, 8, 3}, 1, 5, 5, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}},
      {"3x3 without activation", {1, 7, 6, 3}, 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kNone}},
      {"3x3 below six", {1, 6, 6, 3}, 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu6}},
      {"dilated", {1, 11, 9, 2}, 1, 3, 3, {1, 1, 2, 3, Padding::kSame, Activation::kNone}},
      {"three outputs a channel", {1, 10, 9, 2}, 3, 5, 3, {2, 2, 1, 1, Padding::kSame, Activation::kRelu6}},
      {"stride 3 and 1", {1, 8, 7, 3}, 1, 4, 2, {3, 1, 1, 1, Padding::kValid, Activation::kRelu}},
      {"one position", {1, 1, 1, 5}, 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}},
      {"one column", {1, 12, 1, 3}, 1, 3, 1, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}},
      {"two rows", {1, 2, 9, 3}, 1, 3, 3, {1, 1, 1, 1, Padding::kSame, Activation::kRelu}},
  };
  std::vector<EmittedLayer> layers;
  std::uint64_t seed = 100;
  for (const Case& one : cases) {
    add_options(
        layers, one.name,
        depthwise_graph(one.input, one.multiplier, one.kernel_h, one.kernel_w, one.op, InputRange::kAny, seed++));
  }
  return layers;
}

// One input channel, several outputs: what a convolution of one input channel computes.
inline std::vector<EmittedLayer> one_channel_layers() {
  std::vector<EmittedLayer> layers;
  const graph::DepthwiseConv2d op = depthwise_op(2, Padding::kSame);
  add_options(layers, "one channel", depthwise_graph({1, 12, 9, 1}, 4, 5, 4, op, InputRange::kAny, 150));
  add_options(layers, "one channel 3x3", depthwise_graph({1, 14, 14, 1}, 8, 3, 3, op, InputRange::kAny, 151));
  return layers;
}

// Every byte; the estimates are those of the convolution's generators.
inline void expect_same_bytes(std::span<const EmittedLayer> layers, device::Core core) {
  const std::string missing = device::missing_tools(core);
  if (!missing.empty()) GTEST_SKIP() << missing;
  const auto is_gemm = [](const EmittedLayer& layer) { return layer.option.name != "mote_depthwise_planes"; };
  EXPECT_GE(std::count_if(layers.begin(), layers.end(), is_gemm), 2);
  for (const LayerRun& run : run_layers(layers, core)) EXPECT_EQ(run.difference, "");
}

}  // namespace mote::test
