#include "mote/graph/tensor.h"

#include <gtest/gtest.h>

namespace mote::graph {
namespace {

TEST(Tensor, CountsElementsAndBytes) {
  Tensor tensor{"t", DType::kInt16, {1, 49, 10, 2}, {}, false, nullptr};
  EXPECT_EQ(tensor.elements(), 980);
  EXPECT_EQ(tensor.bytes(), 1960);
  EXPECT_EQ(size_bytes(DType::kInt8), 1);
  EXPECT_EQ(size_bytes(DType::kInt32), 4);
  EXPECT_EQ(size_bytes(DType::kFloat32), 4);
}

TEST(Tensor, OfANarrowTypeHasAByteAValueAndIsStoredPacked) {
  const Tensor int4{"w", DType::kInt4, {3, 1, 1, 5}, {}, true, nullptr};
  EXPECT_EQ(int4.bytes(), 15);
  EXPECT_EQ(int4.stored_bytes(), 9);  // three rows of five nibbles
  const Tensor ternary{"w", DType::kTernary, {2, 9}, {}, true, nullptr};
  EXPECT_EQ(ternary.stored_bytes(), 6);
  const Tensor binary{"w", DType::kBinary, {1, 3, 3, 4}, {}, true, nullptr};
  EXPECT_EQ(binary.stored_bytes(), 5);
  const Tensor int8{"w", DType::kInt8, {3, 5}, {}, true, nullptr};
  EXPECT_EQ(int8.stored_bytes(), 15);
}

TEST(Tensor, OfRankZeroHasOneElement) {
  EXPECT_EQ(element_count({}), 1);
}

TEST(Tensor, NamesTypesAndShapesForPeople) {
  EXPECT_EQ(to_string(Shape{1, 49, 10, 1}), "[1,49,10,1]");
  EXPECT_EQ(to_string(Shape{}), "[]");
  EXPECT_EQ(to_string(DType::kFloat32), "f32");
  EXPECT_EQ(to_string(DType::kInt8), "i8");
  EXPECT_EQ(to_string(DType::kInt16), "i16");
  EXPECT_EQ(to_string(DType::kInt32), "i32");
  EXPECT_EQ(to_string(DType::kInt64), "i64");
  EXPECT_EQ(to_string(DType::kInt4), "i4");
  EXPECT_EQ(to_string(DType::kTernary), "ternary");
  EXPECT_EQ(to_string(DType::kBinary), "binary");
}

TEST(Tensor, GivesItsValuesBack) {
  const std::vector<float> written{1.5F, -2.0F};
  const Tensor tensor{"t", DType::kFloat32, {2}, {}, true, make_buffer(std::span<const float>(written))};
  const auto read = values<float>(tensor);
  EXPECT_EQ(std::vector<float>(read.begin(), read.end()), written);
}

TEST(Quant, IsPerTensorUnlessItHasAnAxis) {
  EXPECT_TRUE(Quant{}.empty());
  EXPECT_FALSE(per_tensor(0.5F, 3).per_channel());
  EXPECT_FALSE(per_tensor(0.5F, 3).empty());
  EXPECT_TRUE((Quant{{0.5F, 0.25F}, {0, 0}, 0}).per_channel());
}

}  // namespace
}  // namespace mote::graph
