// The layers of real models that are not convolutions or dense, on an emulated Cortex-M4.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "depthwise_layers.h"
#include "mote/base/file.h"
#include "mote/tflite/reader.h"
#include "number_formats.h"
#include "shared_data.h"

namespace mote::test {
namespace {

// The graph of one node, its activations as inputs.
graph::Graph single(const graph::Graph& graph, const graph::Node& node) {
  graph::Graph one;
  one.name = graph.node_name(node);
  graph::Node copy{node.op, {}, {0}};
  one.tensors = {graph.tensor(node.outputs.front())};
  one.outputs = {0};
  for (const graph::TensorId id : node.inputs) {
    const auto place = static_cast<graph::TensorId>(one.tensors.size());
    one.tensors.push_back(graph.tensor(id));
    copy.inputs.push_back(place);
    if (!graph.tensor(id).constant) one.inputs.push_back(place);
  }
  one.nodes = {std::move(copy)};
  return one;
}

bool is_depthwise_3x3(const graph::Graph& graph) {
  const graph::Node& node = graph.nodes.front();
  if (!std::holds_alternative<graph::DepthwiseConv2d>(node.op)) return false;
  const graph::Shape& weights = graph.tensor(node.inputs[1]).shape;
  return weights[1] == 3 && weights[2] == 3 && weights[3] == graph.tensor(node.inputs[0]).shape[3];
}

std::vector<EmittedLayer> depthwise_layers(const std::string& model) {
  const auto file = read_binary_file(shared_path("conformance/" + model));
  const tflite::ImportedModel imported = tflite::read_model(file);
  std::vector<EmittedLayer> layers;
  for (const graph::Node& node : imported.graph.nodes) {
    const graph::Graph graph = single(imported.graph, node);
    if (!is_depthwise_3x3(graph)) continue;
    const std::vector<plan::KernelOption> options = codegen::options(graph, 0, codegen::InstructionSet::kArmDsp);
    const auto fast = std::find_if(options.begin(), options.end(), [](const plan::KernelOption& option) {
      return option.name == "mote_depthwise_3x3";
    });
    EXPECT_NE(fast, options.end()) << graph.name;
    if (fast == options.end()) continue;
    layers.push_back(
        {graph.name, graph, codegen::InstructionSet::kArmDsp, *fast, fast->overlaps.front().least_distance_bytes});
  }
  return layers;
}

// The first layer of a model with all its options.
std::vector<EmittedLayer> first_layer(const std::string& model) {
  const auto file = read_binary_file(shared_path("conformance/" + model));
  const tflite::ImportedModel imported = tflite::read_model(file);
  for (const graph::Node& node : imported.graph.nodes) {
    if (!std::holds_alternative<graph::DepthwiseConv2d>(node.op)) continue;
    return all_options(imported.graph.node_name(node), single(imported.graph, node), codegen::InstructionSet::kArmDsp);
  }
  return {};
}

// Every layer with weights, its activations of int16.
std::vector<EmittedLayer> int16_layers(const std::string& model) {
  const auto file = read_binary_file(shared_path("conformance/" + model));
  const graph::Graph wide = with_int16_activations(tflite::read_model(file).graph);
  std::vector<EmittedLayer> layers;
  for (const graph::Node& node : wide.nodes) {
    const bool has_weights = node.inputs.size() > 1 && wide.tensor(node.inputs[1]).type == graph::DType::kInt8;
    if (!has_weights) continue;
    const graph::Graph one = single(wide, node);
    for (EmittedLayer& layer : all_options(one.name, one, codegen::InstructionSet::kArmDsp)) {
      if (!layer.distance_bytes) layers.push_back(std::move(layer));
    }
  }
  return layers;
}

}  // namespace

TEST(RealLayers, EveryLayerOfTheKeywordSpotterIn16x8HasItsKernel) {
  MOTE_SKIP_WITHOUT_SHARED("conformance/kws_ref_model.tflite");
  const std::vector<EmittedLayer> layers = int16_layers("kws_ref_model.tflite");
  EXPECT_EQ(layers.size(), 10U);
  expect_right(layers, device::Core::kCortexM4);
}

TEST(RealLayers, ADepthwiseOfOneInputChannelRunsAsAConvolution) {
  MOTE_SKIP_WITHOUT_SHARED("conformance/person_detect.tflite");
  std::vector<EmittedLayer> layers = first_layer("person_detect.tflite");
  for (EmittedLayer& layer : first_layer("micro_speech_quantized.tflite")) layers.push_back(std::move(layer));
  expect_same_bytes(layers, device::Core::kCortexM4);
}

TEST(RealLayers, EveryDepthwiseOfTheKeywordSpotterRunsInPlaceOnPlanes) {
  MOTE_SKIP_WITHOUT_SHARED("conformance/kws_ref_model.tflite");
  const std::vector<EmittedLayer> layers = depthwise_layers("kws_ref_model.tflite");
  EXPECT_EQ(layers.size(), 4U);
  expect_right(layers, device::Core::kCortexM4);
}

TEST(RealLayers, EveryDepthwiseOfThePersonDetectorRunsInPlaceOnPlanes) {
  MOTE_SKIP_WITHOUT_SHARED("conformance/person_detect.tflite");
  const std::vector<EmittedLayer> layers = depthwise_layers("person_detect.tflite");
  EXPECT_EQ(layers.size(), 13U);
  expect_right(layers, device::Core::kCortexM4);
}

}  // namespace mote::test
