// Networks whose every layer must have a Helium kernel, small enough for the emulator.
#pragma once

#include <algorithm>
#include <array>
#include <variant>
#include <vector>

#include "helium_layers.h"
#include "random_network.h"

namespace mote::test {

// Dense layers 640-128×4-8-128×4-640.
inline graph::Graph autoencoder() {
  Int8GraphBuilder b("autoencoder", 5);
  TensorId x = b.input({1, 640});
  for (const std::int32_t units : {128, 128, 128, 128, 8, 128, 128, 128, 128}) {
    x = b.dense(x, units, 0, Activation::kRelu);
  }
  return b.build(b.dense(x, 640));
}

// As MobileNet v2: a block that widens, a depthwise 3x3 with ReLU6, a linear layer that narrows, and a sum.
inline graph::Graph inverted_residuals() {
  Int8GraphBuilder b("inverted_residuals", 6);
  const auto relu6 = Activation::kRelu6;
  TensorId x = b.conv(b.input({1, 16, 12, 3}), 8, 3, 3, {2, 2, 1, 1, Padding::kSame, relu6});
  for (const std::int32_t stride : {1, 2, 1}) {
    const TensorId wide = b.conv(x, 24, 1, 1, {1, 1, 1, 1, Padding::kSame, relu6});
    const TensorId mixed = b.depthwise(wide, 1, 3, 3, {stride, stride, 1, 1, Padding::kSame, relu6});
    const TensorId narrow = b.conv(mixed, 8, 1, 1, {1, 1, 1, 1, Padding::kSame, Activation::kNone});
    x = stride == 1 ? b.add(x, narrow) : narrow;
  }
  return b.build(b.dense(b.mean(x, {1, 2}, 0), 5));
}

inline std::vector<graph::Graph> helium_networks() {
  const auto network = [](const graph::ArchitectureSettings& settings, const graph::Shape& input, std::uint64_t seed) {
    graph::Graph graph = random_int8_network(settings, input, 6, Norms::kUsed, seed);
    graph.name = settings.name;
    return graph;
  };
  return {
      autoencoder(),
      inverted_residuals(),
      network({.name = "ds-cnn", .width = 0.5}, {1, 25, 10, 1}, 1),
      network({.name = "ds-cnn", .width = 1.3}, {1, 15, 7, 1}, 2),
      network({.name = "tc-resnet8", .width = 0.5}, {1, 33, 20, 1}, 3),
      network({.name = "resnet8", .width = 0.5}, {1, 12, 12, 3}, 4),
      network({.name = "mobilenet-v1", .width = 0.25}, {1, 32, 32, 3}, 5),
  };
}

inline bool computes(const graph::Node& node) {
  return !std::holds_alternative<graph::Reshape>(node.op) && !std::holds_alternative<graph::Softmax>(node.op);
}

// Of each layer the option that takes least instructions.
inline Layers helium_network_layers() {
  Layers layers;
  for (const graph::Graph& network : helium_networks()) {
    for (std::size_t i = 0; i < network.nodes.size(); ++i) {
      const graph::Graph one = alone(network, i);
      const Layers options = all_options(network.name + " " + std::to_string(i), one, codegen::InstructionSet::kHelium);
      const auto best =
          std::ranges::min_element(options, {}, [](const EmittedLayer& layer) { return layer.option.instructions; });
      if (best != options.end()) layers.push_back(*best);
    }
  }
  return layers;
}

// Convolutions and depthwise layers of random shapes, one option each.
inline Layers random_helium_layers(std::uint64_t seed) {
  Rng rng(seed);
  const auto from = [&](std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
  };
  constexpr std::array kActivations{Activation::kNone, Activation::kRelu, Activation::kRelu6};
  Layers layers;
  for (std::uint64_t i = 0; i < 24; ++i) {
    const std::string name = "random_" + std::to_string(seed) + "_" + std::to_string(i);
    const bool depthwise = i % 2 == 0;
    const std::int32_t kernel_h = from(1, depthwise ? 5 : 4);
    const std::int32_t kernel_w = from(1, 4);
    const graph::Conv2d op{from(1, 3), from(1, 3), from(1, 2), from(1, 2), Padding::kSame, kActivations[rng.below(3)]};
    const HeliumShape shape{
        name, {1, from(1, 11), from(2, 9), from(1, 21)}, depthwise ? from(1, 3) : from(1, 19), kernel_h, kernel_w, op};
    graph::Graph graph = depthwise ? helium_depthwise(shape, seed + i) : helium_convolution(shape, seed + i);
    if (i % 3 == 1) graph = with_relu_range(std::move(graph));
    if (i % 5 == 2) graph = with_left_shifts(std::move(graph));
    const Layers options = all_options(name, graph, codegen::InstructionSet::kHelium);
    if (!options.empty()) layers.push_back(options[rng.below(options.size())]);
  }
  return layers;
}

}  // namespace mote::test
