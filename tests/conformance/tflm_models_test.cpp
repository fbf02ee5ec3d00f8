// Public models through reader, planner and the runtime's C, against what TensorFlow Lite Micro answered (commit
// 90b983c2, reference kernels): outputs and every layer, tolerance 0.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mote/base/file.h"
#include "mote/plan/host_runner.h"
#include "mote/tflite/reader.h"
#include "same_bytes.h"
#include "shared_data.h"

namespace mote {
namespace {

// Sanitizers make the kernels slow; what they look for shows in a few records.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kMostRecords = 3;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::size_t kMostRecords = 3;
#else
constexpr std::size_t kMostRecords = 1000;
#endif
#else
constexpr std::size_t kMostRecords = 1000;
#endif

std::vector<std::int8_t> read_values(const std::filesystem::path& path) {
  const std::vector<std::uint8_t> bytes = read_binary_file(path);
  return {bytes.begin(), bytes.end()};
}

struct Recording {
  const char* model;   // file name without extension
  const char* folder;  // with the inputs and answers
};

void PrintTo(const Recording& recording, std::ostream* stream) {
  *stream << recording.folder;
}

class TflmModels : public testing::TestWithParam<Recording> {
 protected:
  std::filesystem::path answer(const std::string& file) const {
    return test::shared_path("conformance") / GetParam().folder / file;
  }
  plan::HostModel model() const {
    const auto path = test::shared_path("conformance") / (std::string(GetParam().model) + ".tflite");
    return plan::HostModel(plan::make_plan(tflite::read_model(read_binary_file(path)).graph));
  }
  void expect_outputs(const std::string& inputs, const std::string& outputs) const {
    if (!std::filesystem::exists(answer(inputs))) return;
    const plan::HostModel host = model();
    std::vector<std::int8_t> given = read_values(answer(inputs));
    std::vector<std::int8_t> wanted = read_values(answer(outputs));
    const auto input_bytes = static_cast<std::size_t>(host.input_bytes());
    const std::size_t records = std::min(given.size() / input_bytes, kMostRecords);
    given.resize(records * input_bytes);
    wanted.resize(records * static_cast<std::size_t>(host.output_bytes()));
    EXPECT_TRUE(test::same_bytes(plan::invoke(host, given).outputs, wanted));
  }
};

TEST_P(TflmModels, AnswerTheSameBytes) {
  MOTE_SKIP_WITHOUT_SHARED("conformance");
  expect_outputs("inputs.bin", "outputs.bin");
  expect_outputs("inputs2.bin", "outputs2.bin");
}

TEST_P(TflmModels, HaveTheSameBytesInEveryLayer) {
  MOTE_SKIP_WITHOUT_SHARED("conformance");
  const plan::HostModel host = model();
  const std::vector<std::int8_t> wanted = read_values(answer("layers.bin"));
  std::size_t record = 0;
  for (const plan::Step& step : host.plan().steps) {
    for (graph::TensorId id : step.completes) record += static_cast<std::size_t>(host.plan().graph.tensor(id).bytes());
  }
  ASSERT_EQ(wanted.size() % record, 0U);
  std::vector<std::int8_t> inputs = read_values(answer("inputs.bin"));
  inputs.resize(wanted.size() / record * static_cast<std::size_t>(host.input_bytes()));
  EXPECT_TRUE(test::same_bytes(plan::invoke(host, inputs, plan::Layers::kRecord).layers, wanted));
}

INSTANTIATE_TEST_SUITE_P(Conformance, TflmModels,
                         testing::Values(Recording{"kws_ref_model", "kws_ref_model"},
                                         Recording{"kws_ref_model", "kws_ref_model_kws01"},
                                         Recording{"micro_speech_quantized", "micro_speech_quantized"},
                                         Recording{"person_detect", "person_detect"},
                                         Recording{"hello_world_int8", "hello_world_int8"}));

}  // namespace
}  // namespace mote
