#include "mote/graph/text.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "error_text.h"
#include "mote/base/file.h"
#include "mote/graph/builder.h"

namespace mote::graph {
namespace {

using test::error_text;

constexpr std::string_view kTiny = R"(graph "tiny" {
  input %0 "x" i8[1,4] q(0.5,-128)
  const %1 "w" i8[2,4] q(0:0.1/0,0.2/0) = 0x0102030405060708
  const %2 "b" i32[2] = 0x01000000ffffffff
  %3 "y" i8[1,2] q(0.25,3) = dense(%0, %1, %2) activation=relu
  output %3
}
)";

// kTiny with one line replaced.
std::string tiny_with(int line, const std::string& text) {
  std::string result;
  std::string_view rest = kTiny;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n') + 1;
    result += number == line ? text + "\n" : std::string(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return result;
}

std::string parse_error(const std::string& text) {
  return error_text([&] { parse(text); });
}

TEST(GraphText, ReadsEveryPartOfTheDocumentedExample) {
  const Graph graph = parse(kTiny);
  EXPECT_EQ(graph.name, "tiny");
  EXPECT_EQ(graph.inputs, std::vector<TensorId>{0});
  EXPECT_EQ(graph.outputs, std::vector<TensorId>{3});
  EXPECT_EQ(graph.tensor(0).quant, per_tensor(0.5F, -128));
  EXPECT_EQ(graph.tensor(1).quant, (Quant{{0.1F, 0.2F}, {0, 0}, 0}));
  EXPECT_EQ(values<std::int8_t>(graph.tensor(1))[7], 8);
  EXPECT_EQ(values<std::int32_t>(graph.tensor(2))[1], -1);
  EXPECT_EQ(graph.tensor(3).name, "y");
  EXPECT_EQ(graph.tensor(3).shape, (Shape{1, 2}));
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_TRUE(same_op(graph.nodes[0].op, Dense{Activation::kRelu}));
  EXPECT_EQ(graph.nodes[0].inputs, (std::vector<TensorId>{0, 1, 2}));
}

TEST(GraphText, ReadsBackEveryNumberType) {
  for (const std::string type : {"f32[1]", "i8[4]", "i16[2]", "i32[1]", "i4[4]", "ternary[4]", "binary[4]"}) {
    const std::string text = tiny_with(3, "  const %1 \"w\" " + type + " = 0x01ff0100");
    EXPECT_EQ(print(parse(text)), text);
  }
  const std::string wide = tiny_with(4, "  const %2 \"b\" i64[1] = 0x0100000000000000");
  EXPECT_EQ(print(parse(wide)), wide);
}

TEST(GraphText, PrintsTheDocumentedExampleAsItWasWritten) {
  EXPECT_EQ(print(parse(kTiny)), kTiny);
}

TEST(GraphText, LeavesConstantsOutOnRequest) {
  EXPECT_NE(print(parse(kTiny), Constants::kElided).find("const %1 \"w\" i8[2,4] q(0:0.1/0,0.2/0) = ...\n"),
            std::string::npos);
}

TEST(GraphText, KeepsAWeightWithoutValues) {
  const Graph graph = parse(tiny_with(4, "  const %2 \"b\" i32[2] = ?"));
  EXPECT_TRUE(graph.tensor(2).constant);
  EXPECT_EQ(graph.tensor(2).data, nullptr);
  EXPECT_TRUE(parse(print(graph)) == graph);
}

TEST(GraphText, KeepsNamesWithQuotesBackslashesAndLineBreaks) {
  GraphBuilder builder("a \"graph\"\\\n{");
  builder.output(builder.node("y\\n\"", Unary{}, {builder.input("x\n\n\\", {1, 2})}));
  const Graph graph = builder.build();
  EXPECT_TRUE(parse(print(graph)) == graph);
}

TEST(GraphText, KeepsEveryBitOfAScale) {
  Graph graph = parse(kTiny);
  graph.tensor(0).quant = per_tensor(0.1F + 1e-8F, 7);
  graph.tensor(3).quant = per_tensor(1.0F / 3.0F, -1);
  graph.tensor(1).quant.scales = {1e-30F, 3.4e38F};
  EXPECT_TRUE(parse(print(graph)) == graph);
}

TEST(GraphText, KeepsEveryFieldOfEveryOp) {
  GraphBuilder builder("fields");
  const TensorId x = builder.input("x", {1, 9, 9, 4});
  const TensorId w = builder.weight("w", {4, 2, 2, 4});
  const TensorId d = builder.weight("d", {1, 2, 2, 4});
  TensorId y = builder.node("a", Conv2d{2, 1, 1, 3, Padding::kSame, Activation::kRelu6}, {x, w});
  y = builder.node("b", DepthwiseConv2d{1, 2, 2, 1, Padding::kSame, Activation::kRelu}, {y, d});
  y = builder.node("c", Pool2d{PoolKind::kMax, 2, 1, 1, 2, Padding::kSame, Activation::kRelu}, {y});
  y = builder.node("d", Pad{{0, 1, 2, 0}, {0, 0, 1, 3}}, {y});
  y = builder.node("e", Unary{UnaryKind::kRelu6}, {y});
  y = builder.node("f", Concat{2}, {y, y});
  y = builder.node("g", Dropout{0.1F}, {y});
  y = builder.node("h", Reduce{ReduceKind::kMean, {1, 2}, 1}, {y});
  y = builder.node("i", Reshape{{1, 7}}, {y});
  builder.output(builder.node("j", Softmax{0.7F}, {y}));
  const Graph graph = builder.build();
  EXPECT_TRUE(parse(print(graph)) == graph);
}

TEST(GraphText, TakesBlankLinesTabsAndWindowsLineEnds) {
  const Graph graph = parse("graph \"g\" {\r\n\r\n\tinput %0 \"x\" f32[1,2]\r\n  output %0\r\n}\r\n\n");
  EXPECT_EQ(graph.tensor(0).shape, (Shape{1, 2}));
}

TEST(GraphText, DistinguishesGraphsThatDifferInOneThing) {
  const Graph graph = parse(kTiny);
  EXPECT_FALSE(parse(tiny_with(1, "graph \"other\" {")) == graph);
  EXPECT_FALSE(parse(tiny_with(2, "  input %0 \"x\" i8[1,4] q(0.5,-127)")) == graph);
  EXPECT_FALSE(parse(tiny_with(3, "  const %1 \"w\" i8[2,4] q(0:0.1/0,0.2/0) = 0x0102030405060709")) == graph);
  EXPECT_FALSE(parse(tiny_with(4, "  const %2 \"b\" i32[2] = ?")) == graph);
  EXPECT_FALSE(parse(tiny_with(5, "  %3 \"y\" i8[1,2] q(0.25,3) = dense(%0, %1, %2)")) == graph);
  EXPECT_FALSE(parse(tiny_with(5, "  %3 \"y\" i8[1,2] q(0.25,3) = dense(%0, %1) activation=relu")) == graph);
  EXPECT_FALSE(parse(tiny_with(6, "  output %0")) == graph);
}

struct BadLine {
  int line;
  std::string text, error;
};

class BadGraphText : public testing::TestWithParam<BadLine> {};

TEST_P(BadGraphText, IsAnsweredWithItsLine) {
  const BadLine& bad = GetParam();
  EXPECT_EQ(parse_error(tiny_with(bad.line, bad.text)),
            "corrupt: line " + std::to_string(bad.line) + ": wanted " + bad.error);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadGraphText,
    testing::Values(BadLine{1, "tree \"g\" {", "'graph ', got 'tree \"g\" {'"},
                    BadLine{1, "graph \"g", "'\"', got the end of the line"},
                    BadLine{1, "graph \"g\"", "'{', got the end of the line"}, BadLine{2, "input x", "'%', got 'x'"},
                    BadLine{2, "input %-1 \"x\" i8[1]", "a tensor number below 65536, got ' \"x\" i8[1]'"},
                    BadLine{2, "input %65536 \"x\" i8[1]", "a tensor number below 65536, got ' \"x\" i8[1]'"},
                    BadLine{2, "input %99999999999 \"x\" i8[1]", "a tensor number, got '99999999999 \"x\" i8[1]'"},
                    BadLine{2, "input %0 \"x\" f16[1]",
                            "a type (f32, i8, i16, i32, i64, i4, ternary, binary) instead of 'f16', got '[1]'"},
                    BadLine{2, "input %0 \"x\" [1]", "a word, got '[1]'"},
                    BadLine{2, "input %0 \"x\" i8", "'[', got the end of the line"},
                    BadLine{2, "input %0 \"x\" i8[a]", "an extent, got 'a]'"},
                    BadLine{2, "input %0 \"x\" i8[1", "']', got the end of the line"},
                    BadLine{2, "input %0 \"x\" i8[1] q(x)", "a scale or an axis, got 'x)'"},
                    BadLine{2, "input %0 \"x\" i8[1] q(0.5,z)", "a zero point, got 'z)'"},
                    BadLine{2, "input %0 \"x\" i8[1] q(0.5,1", "')', got the end of the line"},
                    BadLine{2, "input %0 \"x\" i8[1] q(16:1/0)", "an axis below 16, got '1/0)'"},
                    BadLine{2, "input %0 \"x\" i8[1] q(nan:1/0)", "an axis below 16, got '1/0)'"},
                    BadLine{2, "input %0 \"x\" i8[1] q(0:1)", "'/', got ')'"},
                    BadLine{2, "input %0 \"x\" i8[1] extra", "the end of the line, got 'extra'"},
                    BadLine{3, "const %1 \"w\" i8[1]", "'=', got the end of the line"},
                    BadLine{3, "const %1 \"w\" i8[1] = 12", "'0x', got '12'"},
                    BadLine{3, "const %1 \"w\" i8[1] = 0x1", "an even number of hex digits, got the end of the line"},
                    BadLine{3, "const %1 \"w\" i8[1] = 0xAB", "lower-case hex digits, got the end of the line"},
                    BadLine{3, "const %1 \"w\" i8[1] = ...",
                            "values (this text was printed without them), got the end of the line"},
                    BadLine{5, "%3 \"y\" i8[1,2] = danse(%0, %1)",
                            "an op instead of 'danse' (did you mean 'dense'?), got '(%0, %1)'"},
                    BadLine{5, "%3 \"y\" i8[1,2] = dense(%0 %1)", "')', got '%1)'"},
                    BadLine{5, "%3 \"y\" i8[1,2] = dense(%0, %1) stride=1",
                            "a field of [dense] instead of 'stride', got the end of the line"},
                    BadLine{5, "%3 \"y\" i8[1,2] = dense(%0, %1) activation=tanh",
                            "a value of activation instead of 'tanh', got the end of the line"},
                    BadLine{6, "output 3", "'%', got '3'"}, BadLine{7, "", "'}', got the end of the text"}));

TEST(GraphText, RefusesTextAfterItsEnd) {
  EXPECT_EQ(parse_error(std::string(kTiny) + "graph"), "corrupt: line 8: wanted the end of the text, got 'graph'");
}

TEST(GraphText, RefusesAnEmptyText) {
  EXPECT_EQ(parse_error(""), "corrupt: line 0: wanted '}', got the end of the text");
}

class SavedGraph : public testing::Test {
 protected:
  SavedGraph() { std::filesystem::create_directories(folder_); }
  ~SavedGraph() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) / "mote_saved_graph";
  std::filesystem::path path_ = folder_ / "model.graph";
};

TEST_F(SavedGraph, LoadsAsItWasSaved) {
  const Graph graph = parse(kTiny);
  save(graph, path_);
  EXPECT_TRUE(load(path_, Stage::kInt8) == graph);
}

TEST_F(SavedGraph, IsNamedWhenItIsMissing) {
  EXPECT_NE(error_text([&] { load(path_, Stage::kInt8); }).find("model.graph"), std::string::npos);
}

TEST_F(SavedGraph, IsNamedWithTheLineThatIsBroken) {
  write_file_atomic(path_, std::string_view("graph \"g\" {\noops\n}\n"));
  EXPECT_EQ(error_text([&] { load(path_, Stage::kInt8); }),
            "corrupt: " + path_.string() + ": line 2: wanted '%', got 'oops'");
}

TEST_F(SavedGraph, IsVerifiedForTheStageThatTheCallerWants) {
  save(parse(kTiny), path_);
  EXPECT_EQ(error_text([&] { load(path_, Stage::kFloat); }),
            "invalid: " + path_.string() +
                ": graph 'tiny', stage float: tensor 0 'x': type i8 is not legal in a graph of stage float");
}

}  // namespace
}  // namespace mote::graph
