#include "mote/exporter/model_data.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "int8_graphs.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/process.h"
#include "mote/tflite/writer.h"

namespace mote::exporter {
namespace {

class ModelDataTest : public testing::Test {
 protected:
  void SetUp() override {
    test::Int8GraphBuilder builder("three", 1);
    const auto x = builder.input({1, 6});
    graph_ = builder.build(builder.softmax(builder.dense(x, 3)));
    file_ = tflite::write_model(graph_);
    folder_ = std::filesystem::temp_directory_path() / ("mote_model_data_" + std::to_string(::getpid()));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  ModelData make(const ModelDataOptions& options = {}) const {
    return make_model_data(file_, plan::make_plan(graph_), options);
  }

  graph::Graph graph_;
  std::vector<std::uint8_t> file_;
  std::filesystem::path folder_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(ModelDataTest, GivesTheSameTextEachTime) {
  EXPECT_EQ(make().header, make().header);
  EXPECT_EQ(make().source, make().source);
}

TEST_F(ModelDataTest, StatesArenaAndQuantization) {
  const plan::Plan plan = plan::make_plan(graph_);
  const std::string header = make().header;
  EXPECT_TRUE(has(header, "kModelArenaBytes = " + std::to_string(plan.arena_bytes) + ";"));
  EXPECT_TRUE(has(header, "kModelTflmArenaBytes = " + std::to_string(plan::tflm_arena_bytes(graph_)) + ";"));
  EXPECT_TRUE(has(header, "kModelInputBytes = 6;"));
  EXPECT_TRUE(has(header, "kModelOutputScale = 0.00390625f;"));
  EXPECT_TRUE(has(header, "kModelOutputZeroPoint = -128;"));
  EXPECT_FALSE(has(header, "kModelLabels"));
}

TEST_F(ModelDataTest, CompilesAsCxx11AndHoldsTheFileAlignedAndWhole) {
  ModelDataOptions options;
  options.labels = {"yes", "n\"o\\?\?/", "\xD9\x86\xD8\xB9\xD9\x85"};
  options.origin = "test";
  write_model_data(folder_, make(options), options);
  write_file_atomic(folder_ / "main.cc", R"(
#include "model_data.h"
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
int main(int, char** argv) {
  static unsigned char file[1 << 20];
  std::FILE* stream = std::fopen(argv[1], "rb");
  const int size = static_cast<int>(std::fread(file, 1, sizeof file, stream));
  std::fclose(stream);
  if (size != g_model_len || std::memcmp(file, g_model, static_cast<std::size_t>(size)) != 0) return 1;
  if (reinterpret_cast<std::uintptr_t>(g_model) % 16 != 0) return 2;
  if (kModelLabelCount != 3 || std::strcmp(kModelLabels[1], "n\"o\\\?\?/") != 0) return 3;
  if (std::strcmp(kModelLabels[2], "\xD9\x86\xD8\xB9\xD9\x85") != 0) return 4;
  static unsigned char arena[kModelArenaBytes];
  return kModelTflmArenaBytes > static_cast<int>(sizeof arena) ? 0 : 5;
}
)");
  write_file_atomic(folder_ / "model.tflite", std::span<const std::uint8_t>(file_));
  const ProcessResult compiled = run_process({MOTE_CXX_COMPILER, "-std=c++11", "-pedantic", "-Wall", "-Wextra",
                                              "-Werror", "main.cc", "model_data.cc", "-o", "program"},
                                             folder_);
  ASSERT_EQ(compiled.exit_code, 0) << compiled.errors;
  EXPECT_EQ(run_process({(folder_ / "program").string(), "model.tflite"}, folder_).exit_code, 0);
}

TEST_F(ModelDataTest, NamesItsGuardAfterTheFile) {
  ModelDataOptions options;
  options.file_stem = "keyword_model";
  EXPECT_TRUE(has(make(options).header, "#ifndef KEYWORD_MODEL_H_"));
  EXPECT_TRUE(has(make(options).source, "#include \"keyword_model.h\""));
}

TEST_F(ModelDataTest, RefusesAStemThatIsNoName) {
  ModelDataOptions options;
  for (const char* stem : {"", "2go", "a-b", "a/b"}) {
    options.file_stem = stem;
    EXPECT_THROW(make(options), Error) << stem;
  }
}

TEST_F(ModelDataTest, RefusesAnOriginOfTwoLines) {
  ModelDataOptions options;
  options.origin = "one\ntwo";
  EXPECT_THROW(make(options), Error);
}

TEST_F(ModelDataTest, RefusesLabelsThatDoNotMatchTheOutputs) {
  ModelDataOptions options;
  options.labels = {"yes", "no"};
  EXPECT_THROW(make(options), Error);
}

}  // namespace
}  // namespace mote::exporter
