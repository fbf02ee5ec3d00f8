#include "mote/plan/coded_weights.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/graph/text.h"
#include "mote/plan/cost.h"
#include "mote/plan/host_runner.h"
#include "mote/runtime/coding.h"

namespace mote::plan {
namespace {

using Values = std::vector<std::int8_t>;
using Stored = std::vector<std::uint8_t>;

graph::Tensor weights(graph::DType type, graph::Shape shape, const Values& values) {
  return {"w", type, std::move(shape), {}, true, graph::make_buffer(std::span<const std::int8_t>(values))};
}

TEST(CodedWeights, PackInt4LowNibbleFirstAndFiltersOnBytes) {
  const auto coded =
      coded_weights(weights(graph::DType::kInt4, {2, 3}, {1, -2, 7, -7, 0, 3}), ZeroWeights::kMayBeLeftOut);
  EXPECT_EQ(coded->coding, MOTE_CODING_S4);
  EXPECT_EQ(coded->bytes, (Stored{0xe1, 0x07, 0x09, 0x03}));
}

TEST(CodedWeights, PackTernaryInTwoBitsAndBinaryInOne) {
  const auto ternary =
      coded_weights(weights(graph::DType::kTernary, {1, 5}, {1, -1, 0, 0, -1}), ZeroWeights::kMayBeLeftOut);
  EXPECT_EQ(ternary->coding, MOTE_CODING_TERNARY);
  EXPECT_EQ(ternary->bytes, (Stored{0x0d, 0x03}));
  const auto binary = coded_weights(weights(graph::DType::kBinary, {1, 3}, {1, -1, -1}), ZeroWeights::kMayBeLeftOut);
  EXPECT_EQ(binary->coding, MOTE_CODING_BINARY);
  EXPECT_EQ(binary->bytes, Stored{0x06});
}

// 40 weights: at 2, 20 (18 further: one filler) and 21.
Values few_of_forty() {
  Values values(40, 0);
  values[2] = 5;
  values[20] = -6;
  values[21] = 7;
  return values;
}

TEST(CodedWeights, LeaveOutZerosWhereThatPays) {
  const auto coded = coded_weights(weights(graph::DType::kInt8, {1, 40}, few_of_forty()), ZeroWeights::kMayBeLeftOut);
  EXPECT_EQ(coded->coding, MOTE_CODING_SPARSE_S8);
  EXPECT_EQ(coded->bytes, (Stored{4, 0, 0xf2, 5, 0, 0x13, 0xfa, 7}));
  const auto int4 = coded_weights(weights(graph::DType::kInt4, {1, 40}, few_of_forty()), ZeroWeights::kMayBeLeftOut);
  EXPECT_EQ(int4->coding, MOTE_CODING_SPARSE_S4);
  EXPECT_EQ(int4->bytes, (Stored{4, 0, 0x25, 0xf0, 0x3a, 0x17}));
}

TEST(CodedWeights, TakeLongGapsWhereZerosAreMany) {
  Values values(400, 0);
  values[200] = 1;
  values[399] = 2;
  const auto coded = coded_weights(weights(graph::DType::kInt8, {1, 400}, values), ZeroWeights::kMayBeLeftOut);
  EXPECT_EQ(coded->coding, MOTE_CODING_SPARSE_S8_FAR);
  EXPECT_EQ(coded->bytes, (Stored{2, 0, 200, 1, 199, 2}));
}

TEST(CodedWeights, StayPlainWhereZerosAreFewOrMustStay) {
  EXPECT_EQ(coded_weights(weights(graph::DType::kInt8, {1, 40}, Values(40, 1)), ZeroWeights::kMayBeLeftOut), nullptr);
  EXPECT_EQ(coded_weights(weights(graph::DType::kInt8, {1, 40}, few_of_forty()), ZeroWeights::kKept), nullptr);
  const auto packed = coded_weights(weights(graph::DType::kInt4, {1, 40}, few_of_forty()), ZeroWeights::kKept);
  EXPECT_EQ(packed->coding, MOTE_CODING_S4);
}

// A dense layer of 2 × 40 weights in [-7, 7], every one and then every fifth of them.
graph::Graph dense_graph(const std::string& type, int every) {
  std::string hex;
  for (int i = 0; i < 80; ++i) {
    const int value = i % every != 0 ? 0 : type == "i4" || type == "i8" ? i % 15 - 7 : i % 2 == 0 ? 1 : -1;
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[static_cast<std::size_t>((value & 255) >> 4)];
    hex += kDigits[static_cast<std::size_t>(value & 15)];
  }
  return graph::parse("graph \"g\" {\ninput %0 \"x\" i8[1,40] q(0.5,3)\nconst %1 \"w\" " + type +
                      "[2,40] q(0:0.1/0,0.2/0) = 0x" + hex +
                      "\n%2 \"y\" i8[1,2] q(4,-5) = dense(%0, %1)\noutput %2\n}");
}

Values outputs_of(const graph::Graph& graph) {
  HostRunner runner(graph);
  Values input;
  for (int i = 0; i < 40; ++i) input.push_back(static_cast<std::int8_t>(i * 37 % 256 - 128));
  Values output(2);
  runner.run(input, output);
  return output;
}

TEST(CodedWeights, GiveTheBytesOfInt8WeightsOfTheSameValues) {
  for (const std::string type : {"i4", "ternary", "binary"}) {
    graph::Graph narrow = dense_graph(type, 1);
    graph::Graph wide = narrow;
    wide.tensor(1).type = graph::DType::kInt8;
    EXPECT_EQ(outputs_of(narrow), outputs_of(wide)) << type;
  }
  const graph::Graph sparse = dense_graph("i8", 5);
  EXPECT_EQ(make_plan(sparse).steps[0].call.kernel(), "mote_dense_coded_s8");
  graph::Graph int4 = sparse;
  int4.tensor(1).type = graph::DType::kInt4;
  EXPECT_EQ(outputs_of(sparse), outputs_of(int4));
}

TEST(CodedWeights, AreCountedAsTheyAreStored) {
  EXPECT_EQ(cost(make_plan(dense_graph("i8", 1))).weight_bytes, 80);
  EXPECT_EQ(cost(make_plan(dense_graph("i4", 1))).weight_bytes, 40);
  EXPECT_EQ(cost(make_plan(dense_graph("ternary", 1))).weight_bytes, 20);
  EXPECT_EQ(cost(make_plan(dense_graph("binary", 1))).weight_bytes, 10);
  const Cost sparse = cost(make_plan(dense_graph("i8", 5)));
  EXPECT_LT(sparse.weight_bytes, 32);
  EXPECT_GT(sparse.table_bytes, 0);
}

}  // namespace
}  // namespace mote::plan
