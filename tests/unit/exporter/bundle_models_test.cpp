// Bundles of every op and of public models compute the bytes of the desktop and of TensorFlow Lite Micro.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "bundle_support.h"
#include "int8_graphs.h"
#include "mote/plan/host_runner.h"
#include "mote/tflite/reader.h"
#include "shared_data.h"

namespace mote::exporter {
namespace {

// Reads records of the model's input from one file and writes its outputs to another.
std::string record_program(const std::string& name) {
  const std::string macro = [&] {
    std::string upper = name;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return static_cast<char>(std::toupper(c)); });
    return upper;
  }();
  return fmt::format(
      "#include <stdio.h>\n#include \"{0}.h\"\n"
      "static uint8_t arena[{1}_ARENA_BYTES] __attribute__((aligned(16)));\n"
      "int main(int argc, char** argv) {{\n"
      "  FILE* in = fopen(argv[1], \"rb\");\n  FILE* out = fopen(argv[2], \"wb\");\n"
      "  if (argc != 3 || in == NULL || out == NULL || {0}_init(arena, sizeof arena) != MOTE_OK) return 1;\n"
      "  while (fread({0}_input(arena), 1, {1}_INPUT_BYTES, in) == {1}_INPUT_BYTES) {{\n"
      "    if ({0}_invoke(arena) != MOTE_OK) return 2;\n"
      "    fwrite({0}_output(arena), 1, {1}_OUTPUT_BYTES, out);\n  }}\n"
      "  fclose(in);\n  return fclose(out);\n}}\n",
      name, macro);
}

class BundleModels : public testing::Test {
 protected:
  // What the bundle of `graph` answers to `inputs`, record after record.
  std::vector<std::uint8_t> answers(const graph::Graph& graph, BundleForm form, std::span<const std::uint8_t> inputs) {
    const auto folder = folder_.path() / "b";
    std::filesystem::remove_all(folder);
    BundleOptions options;
    options.form = form;
    options.golden_vectors = 1;
    const Bundle bundle = make_bundle(plan::make_plan(graph), options);
    write_bundle(folder, bundle);
    write_file_atomic(folder / "main.c", std::string_view(record_program("model")));
    write_file_atomic(folder / "in.bin", inputs);
    std::vector<std::string> sources{"main.c"};
    for (const std::string& path : c_files(bundle)) {
      if (path != "example_main.c" && path != "golden.c" && path != "selftest.c") sources.push_back(path);
    }
    const ProcessResult built = compile({"gcc"}, folder, sources, {"-O2", "-o", "answer"});
    EXPECT_EQ(built.exit_code, 0) << built.errors;
    EXPECT_EQ(run_process({(folder / "answer").string(), "in.bin", "out.bin"}, folder).exit_code, 0);
    return read_binary_file(folder / "out.bin");
  }

  TestFolder folder_;
};

TEST_F(BundleModels, GiveEveryOpTheBytesOfTheHostRun) {
  for (const graph::Graph& graph : test::op_graphs(1)) {
    plan::HostRunner runner(graph);
    Rng rng(7);
    std::vector<std::uint8_t> inputs(static_cast<std::size_t>(2 * runner.model().input_bytes()));
    for (std::uint8_t& byte : inputs) byte = static_cast<std::uint8_t>(rng.below(256));
    const std::span values(reinterpret_cast<const std::int8_t*>(inputs.data()), inputs.size());
    const std::vector<std::int8_t> wanted = plan::invoke(runner.model(), values).outputs;
    for (const BundleForm form : {BundleForm::kCalls, BundleForm::kTables}) {
      const std::vector<std::uint8_t> got = answers(graph, form, inputs);
      ASSERT_EQ(got.size(), wanted.size()) << graph.name;
      EXPECT_EQ(std::memcmp(got.data(), wanted.data(), got.size()), 0) << graph.name;
    }
  }
}

TEST_F(BundleModels, GiveTheBytesOfTensorFlowLiteMicro) {
  MOTE_SKIP_WITHOUT_SHARED("conformance");
  constexpr std::size_t kMostRecords = 20;
  for (const char* name : {"hello_world_int8", "kws_ref_model", "micro_speech_quantized", "person_detect"}) {
    const auto at = test::shared_path("conformance");
    const graph::Graph graph = tflite::read_model(read_binary_file(at / (std::string(name) + ".tflite"))).graph;
    std::vector<std::uint8_t> inputs = read_binary_file(at / name / "inputs.bin");
    std::vector<std::uint8_t> wanted = read_binary_file(at / name / "outputs.bin");
    const auto input_bytes = static_cast<std::size_t>(graph.tensor(graph.inputs.front()).bytes());
    const std::size_t records = inputs.size() / input_bytes;
    const std::size_t kept = std::min(records, kMostRecords);
    wanted.resize(wanted.size() / records * kept);
    inputs.resize(input_bytes * kept);
    for (const BundleForm form : {BundleForm::kCalls, BundleForm::kTables}) {
      EXPECT_EQ(answers(graph, form, inputs), wanted) << name;
    }
  }
}

}  // namespace
}  // namespace mote::exporter
