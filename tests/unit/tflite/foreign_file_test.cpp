// Files as other converters make them, in ways that mote's writer never does.
#include <gtest/gtest.h>

#include "damaged_file.h"

namespace mote::tflite {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

Offset<format::Tensor> int8_tensor(FlatBufferBuilder& builder, const std::vector<std::int32_t>& shape,
                                   std::uint32_t buffer, const char* name,
                                   const std::vector<std::int32_t>* signature = nullptr) {
  const std::vector<float> scale{0.5F};
  const std::vector<std::int64_t> zero_point{0};
  const auto quant = format::CreateQuantizationParametersDirect(builder, nullptr, nullptr, &scale, &zero_point);
  return format::CreateTensorDirect(builder, &shape, format::TensorType::INT8, buffer, name, quant, false, 0,
                                    signature);
}

// A dense layer that keeps the four axes of its input, as models with keep_num_dims do; its batch is free.
std::vector<std::uint8_t> dense_of_rank_four(std::int32_t batch_signature, std::int32_t width_signature) {
  FlatBufferBuilder builder;
  const std::vector<std::uint8_t> weights{1, 2, 3, 4, 5, 6};
  const std::vector<Offset<format::Buffer>> buffers{format::CreateBuffer(builder),
                                                    format::CreateBufferDirect(builder, &weights)};
  const std::vector<std::int32_t> signature{batch_signature, 1, width_signature, 3};
  const std::vector<Offset<format::Tensor>> tensors{int8_tensor(builder, {1, 1, 1, 3}, 0, "x", &signature),
                                                    int8_tensor(builder, {2, 3}, 1, "w"),
                                                    int8_tensor(builder, {1, 1, 1, 2}, 0, "y")};
  const std::vector<std::int32_t> inputs{0, 1, -1};
  const std::vector<std::int32_t> outputs{2};
  const std::vector<std::int32_t> first{0};
  const auto options = format::CreateFullyConnectedOptions(builder, format::ActivationFunctionType::NONE,
                                                           format::FullyConnectedOptionsWeightsFormat::DEFAULT, true);
  const std::vector<Offset<format::Operator>> operators{format::CreateOperatorDirect(
      builder, 0, &inputs, &outputs, format::BuiltinOptions::FullyConnectedOptions, options.Union())};
  const std::vector<Offset<format::SubGraph>> graphs{
      format::CreateSubGraphDirect(builder, &tensors, &first, &outputs, &operators)};
  const std::vector<Offset<format::OperatorCode>> codes{
      format::CreateOperatorCode(builder, 9, 0, 5, format::BuiltinOperator::FULLY_CONNECTED)};
  format::FinishModelBuffer(builder, format::CreateModelDirect(builder, 3, &codes, &graphs, "foreign", &buffers));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

TEST(ForeignFile, MakesADenseLayerOfRankFourADenseLayerAndAReshape) {
  const graph::Graph graph = read_model(dense_of_rank_four(1, 1)).graph;
  ASSERT_EQ(graph.nodes.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<graph::Dense>(graph.nodes[0].op));
  EXPECT_TRUE(std::holds_alternative<graph::Reshape>(graph.nodes[1].op));
  EXPECT_EQ(graph.tensor(graph.outputs[0]).name, "y");
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (graph::Shape{1, 1, 1, 2}));
  EXPECT_TRUE(read_model(write_model(graph)).graph == graph);
}

TEST(ForeignFile, TakesAFreeBatchAsOneSample) {
  EXPECT_EQ(read_model(dense_of_rank_four(-1, 1)).graph.tensors[0].shape, (graph::Shape{1, 1, 1, 3}));
}

TEST(ForeignFile, IsRefusedWithAnotherFreeAxis) {
  expect_refused(dense_of_rank_four(1, -1), ErrorCode::kUnsupported, {"FULLY_CONNECTED", "'x'", "dynamic shape"});
}

}  // namespace
}  // namespace mote::tflite
