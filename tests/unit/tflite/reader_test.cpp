#include "mote/tflite/reader.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "damaged_file.h"

namespace mote::tflite {
namespace {

using format::BuiltinOperator;

graph::Graph relu_graph() {
  test::Int8GraphBuilder builder("relu", 1);
  return builder.build(builder.relu(builder.input({1, 6})));
}

graph::Graph reshape_graph() {
  test::Int8GraphBuilder builder("reshape", 1);
  return builder.build(builder.tied(graph::Reshape{{1, 3, 2}}, {builder.input({1, 6})}));
}

TEST(Reader, RefusesWhatIsNoTflite) {
  expect_refused({}, ErrorCode::kCorrupt, {"TFL3"});
  expect_refused(std::vector<std::uint8_t>(64, 'x'), ErrorCode::kCorrupt, {"TFL3"});
}

TEST(Reader, NamesTheOperatorsOfAFileOnceEach) {
  EXPECT_EQ(operator_names(write_model(dense_graph())), (std::vector<std::string>{"FULLY_CONNECTED"}));
  test::Int8GraphBuilder builder("twice", 1);
  const auto x = builder.dense(builder.dense(builder.input({1, 6}), 5), 4);
  EXPECT_EQ(operator_names(write_model(builder.build(builder.softmax(x)))),
            (std::vector<std::string>{"FULLY_CONNECTED", "SOFTMAX"}));
  EXPECT_THROW(operator_names({}), Error);
}

TEST(Reader, RefusesEveryTruncation) {
  const std::vector<std::uint8_t> file = write_model(dense_graph());
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_THROW(read_model({file.data(), size}), Error) << size;
  }
}

TEST(Reader, SurvivesEveryDamagedByte) {
  const std::vector<std::uint8_t> good = write_model(test::network_graph(1));
  int refused = 0;
  const std::array<std::uint8_t, 3> values{0x00, 0x7F, 0xFF};
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::vector<std::uint8_t> file = good;
    file[i] = values[i % values.size()];
    try {
      graph::verify(read_model(file).graph, graph::Stage::kInt8);
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(Reader, NamesAnOperatorThatMoteDoesNotKnow) {
  DamagedFile file(relu_graph());
  file.set_code(0, BuiltinOperator::LOGISTIC);
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"operator 0", "LOGISTIC", "'layer0'"});
}

TEST(Reader, NamesAnOperatorCodeThatTheFormatDidNotHave) {
  DamagedFile file(relu_graph());
  ASSERT_TRUE(file.code(0).mutate_builtin_code(static_cast<BuiltinOperator>(4711)));
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"operator 0", "4711"});
}

TEST(Reader, TakesTheGreaterOfBothOperatorCodes) {
  DamagedFile file(relu_graph());
  ASSERT_TRUE(file.code(0).mutate_builtin_code(static_cast<BuiltinOperator>(0)));
  EXPECT_TRUE(read_model(file.bytes()).graph == relu_graph());
}

TEST(Reader, RefusesAnotherVersionOfTheFormat) {
  DamagedFile file(relu_graph());
  ASSERT_TRUE(file.model().mutate_version(2));
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"version 3", "got 2"});
}

TEST(Reader, RefusesFloatTensorsWithAdvice) {
  DamagedFile file(relu_graph());
  ASSERT_TRUE(file.tensor(0).mutate_type(format::TensorType::FLOAT32));
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"operator 0 RELU", "'x' is FLOAT32", "int8"});
}

TEST(Reader, RefusesTensorIdsOutsideTheFile) {
  DamagedFile file(relu_graph());
  file.layer(0).mutable_inputs()->Mutate(0, 99);
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"operator 0 RELU", "got 99"});
}

TEST(Reader, RefusesAnOperandThatWasLeftOut) {
  DamagedFile file(relu_graph());
  file.layer(0).mutable_inputs()->Mutate(0, -1);
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"RELU"});
}

TEST(Reader, ReadsALayerWhoseBiasIsLeftOut) {
  DamagedFile file(dense_graph());
  file.layer(0).mutable_inputs()->Mutate(2, -1);
  const ImportedModel model = read_model(file.bytes());
  EXPECT_EQ(model.graph.nodes[0].inputs.size(), 2U);
}

TEST(Reader, RefusesBufferIndicesOutsideTheFile) {
  DamagedFile file(dense_graph());
  ASSERT_TRUE(file.tensor(1).mutate_buffer(77));
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"tensor 1", "no buffer 77"});
}

TEST(Reader, RefusesAConstantWhoseSizeIsNotThatOfItsShape) {
  DamagedFile file(dense_graph());
  file.tensor(1).mutable_shape()->Mutate(0, 4);
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"tensor 1", "wanted 24 bytes", "got 18"});
}

TEST(Reader, RefusesShapesThatDependOnData) {
  DamagedFile file(relu_graph());
  file.tensor(0).mutable_shape()->Mutate(1, -1);
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"[1,-1]", "fixed extents"});
}

TEST(Reader, RefusesTensorsOfManyMillionElements) {
  DamagedFile file(relu_graph());
  file.tensor(0).mutable_shape()->Mutate(1, 1 << 30);
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"at most"});
}

TEST(Reader, RefusesAShapeThatTheOpDoesNotGive) {
  DamagedFile file(relu_graph());
  file.tensor(1).mutable_shape()->Mutate(1, 7);
  expect_refused(file.bytes(), ErrorCode::kInvalid, {"layer 0 'layer0'", "[1,6]", "[1,7]"});
}

TEST(Reader, RefusesScalesThatAreNoScales) {
  for (const float scale :
       {0.0F, -1.0F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    DamagedFile file(relu_graph());
    file.tensor(0).mutable_quantization()->mutable_scale()->Mutate(0, scale);
    expect_refused(file.bytes(), ErrorCode::kInvalid, {"positive finite scale"});
  }
}

TEST(Reader, RefusesAZeroPointOutsideInt8) {
  DamagedFile file(relu_graph());
  file.tensor(0).mutable_quantization()->mutable_zero_point()->Mutate(0, 128);
  expect_refused(file.bytes(), ErrorCode::kInvalid, {"zero point", "128"});
  file.tensor(0).mutable_quantization()->mutable_zero_point()->Mutate(0, std::int64_t{1} << 40);
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"32 bits"});
}

TEST(Reader, RefusesAnActivationThatNoKernelFuses) {
  test::Int8GraphBuilder builder("tanh", 1);
  DamagedFile file(builder.build(builder.dense(builder.input({1, 6}), 3, -1, graph::Activation::kRelu)));
  auto* options = static_cast<format::FullyConnectedOptions*>(file.layer(0).mutable_builtin_options());
  ASSERT_TRUE(options->mutate_fused_activation_function(format::ActivationFunctionType::TANH));
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"FULLY_CONNECTED", "TANH"});
}

TEST(Reader, RefusesAStrideBelowOne) {
  test::Int8GraphBuilder builder("stride", 1);
  DamagedFile file(builder.build(builder.conv(builder.input({1, 6, 6, 1}), 2, 3, 3, {})));
  auto* options = static_cast<format::Conv2DOptions*>(file.layer(0).mutable_builtin_options());
  ASSERT_TRUE(options->mutate_stride_h(-1));
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"CONV_2D", "stride", "-1"});
}

TEST(Reader, RefusesOptionsOfAnotherOperator) {
  DamagedFile file(dense_graph());
  file.set_code(0, BuiltinOperator::CONV_2D);
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"CONV_2D", "options belong to another operator"});
}

TEST(Reader, TakesTheOutputShapeOfAReshapeWithMinusOne) {
  DamagedFile file(reshape_graph());
  auto* shape = file.model().mutable_buffers()->GetMutableObject(file.tensor(2).buffer())->mutable_data();
  for (unsigned byte = 4; byte < 8; ++byte) shape->Mutate(byte, 0xFF);
  EXPECT_TRUE(read_model(file.bytes()).graph == reshape_graph());
}

TEST(Reader, RefusesAReshapeWhoseOutputIsNotWhatItAsksFor) {
  DamagedFile file(reshape_graph());
  auto* shape = file.model().mutable_buffers()->GetMutableObject(file.tensor(2).buffer())->mutable_data();
  shape->Mutate(4, 2);
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"RESHAPE", "[1,2,2]", "[1,3,2]"});
}

TEST(Reader, RefusesAReshapeToAShapeFromData) {
  DamagedFile file(reshape_graph());
  ASSERT_TRUE(file.tensor(2).mutate_buffer(0));
  expect_refused(file.bytes(), ErrorCode::kUnsupported, {"RESHAPE", "must be a constant"});
}

TEST(Reader, TakesNegativeAxesOfAMean) {
  test::Int8GraphBuilder builder("mean", 1);
  const graph::Graph graph = builder.build(builder.mean(builder.input({1, 4, 3}), {2}, 0));
  DamagedFile file(graph);
  auto* axes = file.model().mutable_buffers()->GetMutableObject(file.tensor(2).buffer())->mutable_data();
  for (unsigned byte = 0; byte < 4; ++byte) axes->Mutate(byte, 0xFF);
  EXPECT_TRUE(read_model(file.bytes()).graph == graph);
}

TEST(Reader, RefusesMetadataOutsideTheFile) {
  DamagedFile file(dense_graph());
  WriteOptions options;
  options.metadata = {{"mine", "x"}};
  file.bytes() = write_model(dense_graph(), options);
  ASSERT_TRUE(file.model().mutable_metadata()->GetMutableObject(1)->mutate_buffer(1000));
  expect_refused(file.bytes(), ErrorCode::kCorrupt, {"metadata 'mine'", "1000"});
}

}  // namespace
}  // namespace mote::tflite
