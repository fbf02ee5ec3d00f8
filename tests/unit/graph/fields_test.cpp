#include "mote/graph/fields.h"

#include <gtest/gtest.h>

#include "mote/graph/op.h"

namespace mote::graph {
namespace {

TEST(Fields, FloatsReadBackToTheLastBit) {
  for (float value : {0.1F, 1.0F / 3.0F, 1e-3F, 3.4e38F, -1e-40F}) {
    float back = 0;
    ASSERT_TRUE(parse_field(field_text(value), back));
    EXPECT_EQ(back, value);
  }
}

TEST(Fields, ListsReadBack) {
  for (const std::vector<std::int32_t>& value : {std::vector<std::int32_t>{}, {7}, {1, -2, 2147483647}}) {
    std::vector<std::int32_t> back{9, 9};
    ASSERT_TRUE(parse_field(field_text(value), back));
    EXPECT_EQ(back, value);
  }
}

TEST(Fields, EnumsReadBackByName) {
  Padding padding = Padding::kValid;
  EXPECT_EQ(field_text(Padding::kSame), "same");
  EXPECT_TRUE(parse_field("same", padding));
  EXPECT_EQ(padding, Padding::kSame);
}

TEST(Fields, RefuseWhatIsNotWhollyAValue) {
  std::int32_t integer = 5;
  float real = 5;
  std::vector<std::int32_t> list;
  Padding padding = Padding::kSame;
  for (const char* text : {"", "x", "1x", "99999999999", "1.5"}) EXPECT_FALSE(parse_field(text, integer)) << text;
  for (const char* text : {"", "x", "1.5x"}) EXPECT_FALSE(parse_field(text, real)) << text;
  for (const char* text : {"1,,2", "1,", "a"}) EXPECT_FALSE(parse_field(text, list)) << text;
  EXPECT_FALSE(parse_field("full", padding));
  EXPECT_EQ(padding, Padding::kSame);
}

TEST(Fields, AreVisitedInTheOrderOfTheTable) {
  std::string names;
  Pool2d pool;
  for_each_field(pool, [&](std::string_view name, const auto&) { names += std::string(name) + " "; });
  EXPECT_EQ(names, "kind kernel_h kernel_w stride_h stride_w padding activation ");
}

TEST(Ops, AreEqualWhenEveryFieldIs) {
  EXPECT_TRUE(same_op(Conv2d{}, Conv2d{}));
  EXPECT_FALSE(same_op(Conv2d{}, Conv2d{.dilation_w = 2}));
  EXPECT_FALSE(same_op(Conv2d{}, DepthwiseConv2d{}));
}

TEST(Ops, KnowWhichOfThemTrainingAloneHas) {
  EXPECT_TRUE(is_train_only(Dropout{}));
  EXPECT_TRUE(is_train_only(BatchNorm{}));
  EXPECT_FALSE(is_train_only(Softmax{}));
  EXPECT_FALSE(is_import_only(Softmax{}));
  EXPECT_EQ(op_name(DepthwiseConv2d{}), "depthwise_conv2d");
}

}  // namespace
}  // namespace mote::graph
