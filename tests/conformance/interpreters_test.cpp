// Random models of every op, written by mote and run by LiteRT's reference kernels and by TensorFlow Lite Micro:
// outputs and every layer equal mote's, tolerance 0. Needs MOTE_PYTHON, a Python with ai-edge-litert and tflite-micro.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "int8_graphs.h"
#include "mote/base/file.h"
#include "mote/base/process.h"
#include "mote/plan/host_runner.h"
#include "mote/tflite/writer.h"
#include "number_formats.h"
#include "same_bytes.h"

namespace mote {
namespace {

constexpr std::uint64_t kVariants = 4;  // of each op
constexpr std::uint64_t kNetworks = 12;
constexpr std::int64_t kRecords = 8;  // inputs of each model

const char* python() {
  return std::getenv("MOTE_PYTHON");
}

#define MOTE_SKIP_WITHOUT_PYTHON() \
  if (python() == nullptr) GTEST_SKIP() << "set MOTE_PYTHON to a Python with ai-edge-litert and tflite-micro"

std::filesystem::path script() {
  return std::filesystem::path(MOTE_TEST_DATA_DIR) / "litert_tflm.py";
}

std::vector<std::int8_t> read_values(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = read_binary_file(path);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::int8_t> random_inputs(const graph::Graph& graph, std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "inputs");
  std::vector<std::int8_t> values(static_cast<std::size_t>(kRecords * graph.tensor(graph.inputs[0]).bytes()));
  for (auto& value : values) value = static_cast<std::int8_t>(static_cast<int>(rng.below(256)) - 128);
  return values;
}

std::vector<graph::Graph> random_graphs() {
  std::vector<graph::Graph> graphs;
  for (std::uint64_t seed = 1; seed <= kVariants; ++seed) {
    for (graph::Graph& graph : test::op_graphs(seed)) graphs.push_back(std::move(graph));
  }
  for (std::uint64_t seed = 1; seed <= kNetworks; ++seed) {
    graphs.push_back(test::network_graph(seed, test::Head::kDense));
    graphs.push_back(test::network_graph(seed, test::Head::kPointwise));
  }
  return graphs;
}

bool has_dense(const graph::Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const graph::Node& node) { return std::holds_alternative<graph::Dense>(node.op); });
}

// Whose factor LiteRT rounds to float32 for int16 as well.
bool has_relu(const graph::Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const graph::Node& node) { return std::holds_alternative<graph::Unary>(node.op); });
}

class Interpreters : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("mote_interpreters_" + std::to_string(::getpid()));
    make_folder(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void run_script() const {
    const ProcessResult result = run_process({python(), script().string(), folder_.string()});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
  }

  std::filesystem::path file(std::size_t index, const std::string& ending) const {
    return folder_ / ("model" + std::to_string(index) + ending);
  }

  void write(std::size_t index, const graph::Graph& graph) const {
    write_file_atomic(file(index, ".tflite"), std::span<const std::uint8_t>(tflite::write_model(graph)));
    const std::vector<std::int8_t> inputs = random_inputs(graph, index);
    const auto bytes = std::as_bytes(std::span(inputs));
    write_file_atomic(file(index, ".inputs.bin"),
                      std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  }

  void expect_equal(std::size_t index, const graph::Graph& graph, const std::string& engine) const {
    const plan::HostModel model(plan::make_plan(graph));
    const plan::Invocation own = plan::invoke(model, random_inputs(graph, index), plan::Layers::kRecord);
    EXPECT_TRUE(test::same_bytes(own.outputs, read_values(file(index, "." + engine + ".outputs.bin"))))
        << engine << ": outputs of " << graph.name << ", model " << index;
    EXPECT_TRUE(test::same_bytes(own.layers, read_values(file(index, "." + engine + ".layers.bin"))))
        << engine << ": layers of " << graph.name << ", model " << index;
  }

  std::filesystem::path folder_;
};

TEST_F(Interpreters, AnswerTheSameBytesForEveryOp) {
  MOTE_SKIP_WITHOUT_PYTHON();
  const std::vector<graph::Graph> graphs = random_graphs();
  for (std::size_t i = 0; i < graphs.size(); ++i) write(i, graphs[i]);
  run_script();
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    expect_equal(i, graphs[i], "tflm");
    if (!has_dense(graphs[i])) expect_equal(i, graphs[i], "litert");
  }
}

TEST_F(Interpreters, AnswerTheSameBytesForConvolutionsOfFourBits) {
  MOTE_SKIP_WITHOUT_PYTHON();
  std::vector<graph::Graph> graphs;
  for (const graph::Graph& graph : random_graphs()) {
    if (multiply_accumulates(graph) > 0 && !has_dense(graph))
      graphs.push_back(test::with_weights(graph, graph::DType::kInt4));
  }
  for (std::size_t i = 0; i < graphs.size(); ++i) write(i, graphs[i]);
  run_script();
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    expect_equal(i, graphs[i], "tflm");
    expect_equal(i, graphs[i], "litert");
  }
}

TEST_F(Interpreters, AnswerTheSameBytesForInt16Activations) {
  MOTE_SKIP_WITHOUT_PYTHON();
  std::vector<graph::Graph> graphs;
  for (const graph::Graph& graph : random_graphs()) graphs.push_back(test::with_int16_activations(graph));
  for (std::size_t i = 0; i < graphs.size(); ++i) write(i, graphs[i]);
  run_script();
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    expect_equal(i, graphs[i], "tflm");
    if (!has_dense(graphs[i]) && !has_relu(graphs[i])) expect_equal(i, graphs[i], "litert");
  }
}

TEST_F(Interpreters, DifferByOneAtMostWhereLiteRtRoundsDenseLayersOnce) {
  MOTE_SKIP_WITHOUT_PYTHON();
  std::vector<graph::Graph> graphs;
  for (std::uint64_t seed = 1; seed <= kNetworks; ++seed) {
    test::Int8GraphBuilder builder("dense", seed);
    graphs.push_back(builder.build(builder.dense(builder.input({1, 40}), 30)));
    write(graphs.size() - 1, graphs.back());
  }
  run_script();
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    const plan::Invocation own = plan::invoke(plan::HostModel(plan::make_plan(graphs[i])), random_inputs(graphs[i], i));
    const std::vector<std::int8_t> other = read_values(file(i, ".litert.outputs.bin"));
    ASSERT_EQ(own.outputs.size(), other.size());
    for (std::size_t k = 0; k < other.size(); ++k) ASSERT_LE(std::abs(own.outputs[k] - other[k]), 1) << "model " << i;
  }
}

TEST_F(Interpreters, NeedNoLargerArenaThanEstimated) {
  MOTE_SKIP_WITHOUT_PYTHON();
  const std::vector<graph::Graph> graphs = random_graphs();
  std::vector<std::string> command{python(), script().string(), "--arena"};
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    write(i, graphs[i]);
    command.push_back(file(i, ".tflite").string());
  }
  const ProcessResult result = run_process(command);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  std::istringstream lines(result.output);
  std::int64_t used_bytes = 0;
  std::string path;
  std::size_t index = 0;
  for (; lines >> used_bytes >> path; ++index) {
    const std::int64_t estimate_bytes = plan::tflm_arena_bytes(graphs[index]);
    EXPECT_GE(estimate_bytes, used_bytes) << graphs[index].name;
    // Small enough to be of use: the margin is the interpreter's fixed part and CMSIS-NN's scratch.
    EXPECT_LE(estimate_bytes, 2 * used_bytes + 2048) << graphs[index].name;
  }
  EXPECT_EQ(index, graphs.size());
}

}  // namespace
}  // namespace mote
