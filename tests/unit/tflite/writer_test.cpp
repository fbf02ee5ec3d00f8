#include "mote/tflite/writer.h"

#include <gtest/gtest.h>

#include <map>

#include "damaged_file.h"

namespace mote::tflite {
namespace {

TEST(Writer, GivesTheSameBytesEachTime) {
  EXPECT_EQ(write_model(test::network_graph(3)), write_model(test::network_graph(3)));
}

TEST(Writer, AlignsConstantsTo16Bytes) {
  DamagedFile file(test::network_graph(2));
  int constants = 0;
  for (const format::Buffer* buffer : *file.model().buffers()) {
    if (buffer->data() == nullptr) continue;
    ++constants;
    EXPECT_EQ((buffer->data()->Data() - file.bytes().data()) % 16, 0);
  }
  EXPECT_GT(constants, 8);
}

TEST(Writer, StoresBothOperatorCodesWithAVersionForInt8) {
  const std::map<format::BuiltinOperator, int> versions{{format::BuiltinOperator::CONV_2D, 3},
                                                        {format::BuiltinOperator::DEPTHWISE_CONV_2D, 3},
                                                        {format::BuiltinOperator::FULLY_CONNECTED, 4},
                                                        {format::BuiltinOperator::RESHAPE, 1}};
  DamagedFile file(test::network_graph(2));
  for (const format::OperatorCode* code : *file.model().operator_codes()) {
    EXPECT_EQ(static_cast<int>(code->deprecated_builtin_code()), static_cast<int>(code->builtin_code()));
    const auto wanted = versions.find(code->builtin_code());
    EXPECT_EQ(code->version(), wanted == versions.end() ? 2 : wanted->second);
  }
}

TEST(Writer, StoresTheChannelMultiplierOfADepthwiseLayer) {
  test::Int8GraphBuilder builder("multiplier", 1);
  DamagedFile file(builder.build(builder.depthwise(builder.input({1, 5, 5, 2}), 3, 3, 3, {})));
  EXPECT_EQ(file.layer(0).builtin_options_as_DepthwiseConv2DOptions()->depth_multiplier(), 3);
}

TEST(Writer, NamesTheRuntimeThatTheFileNeeds) {
  DamagedFile file(dense_graph());
  const format::Metadata* entry = file.model().metadata()->Get(0);
  EXPECT_EQ(entry->name()->str(), "min_runtime_version");
  EXPECT_EQ(file.model().buffers()->Get(entry->buffer())->data()->size(), 16U);
}

TEST(Writer, RefusesItsOwnMetadataName) {
  WriteOptions options;
  options.metadata = {{"min_runtime_version", "9"}};
  EXPECT_THROW(write_model(dense_graph(), options), Error);
  options.metadata = {{"", "x"}};
  EXPECT_THROW(write_model(dense_graph(), options), Error);
}

TEST(Writer, RefusesAFloatGraph) {
  graph::GraphBuilder builder("float");
  builder.output(builder.node("relu", graph::Unary{}, {builder.input("x", {1, 4})}));
  EXPECT_THROW(write_model(builder.build()), Error);
}

}  // namespace
}  // namespace mote::tflite
