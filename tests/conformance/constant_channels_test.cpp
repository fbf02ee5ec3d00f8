// Public models without their constant channels: the same bytes on the inputs that TFLM answered, and how much went.
#include "mote/quant/constant_channels.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "mote/base/file.h"
#include "mote/plan/host_runner.h"
#include "mote/tflite/reader.h"
#include "same_bytes.h"
#include "shared_data.h"

namespace mote {
namespace {

constexpr std::size_t kMostRecords = 20;

struct PublicModel {
  const char* name;
  std::int64_t products;       // multiply-accumulates of the model as published
  std::int64_t live_products;  // of what is left of it
};

void PrintTo(const PublicModel& model, std::ostream* stream) {
  *stream << model.name;
}

class PublicModels : public testing::TestWithParam<PublicModel> {};

TEST_P(PublicModels, AnswerTheSameBytesWithoutTheirConstantChannels) {
  MOTE_SKIP_WITHOUT_SHARED("conformance");
  const std::string name = GetParam().name;
  const auto folder = test::shared_path("conformance");
  const graph::Graph graph = tflite::read_model(read_binary_file(folder / (name + ".tflite"))).graph;
  const quant::WithoutConstantChannels smaller = quant::remove_constant_channels(graph);
  const plan::HostModel host(plan::make_plan(smaller.graph));
  const std::vector<std::uint8_t> given = read_binary_file(folder / name / "inputs.bin");
  const std::vector<std::uint8_t> answers = read_binary_file(folder / name / "outputs.bin");
  const auto input_bytes = static_cast<std::size_t>(host.input_bytes());
  const std::size_t records = std::min(given.size() / input_bytes, kMostRecords);
  const std::vector<std::int8_t> inputs(given.begin(),
                                        given.begin() + static_cast<std::ptrdiff_t>(records * input_bytes));
  const std::vector<std::int8_t> wanted(
      answers.begin(),
      answers.begin() + static_cast<std::ptrdiff_t>(records * static_cast<std::size_t>(host.output_bytes())));
  EXPECT_TRUE(test::same_bytes(plan::invoke(host, inputs).outputs, wanted));
  EXPECT_EQ(multiply_accumulates(graph), GetParam().products);
  EXPECT_EQ(multiply_accumulates(smaller.graph), GetParam().live_products);
}

INSTANTIATE_TEST_SUITE_P(Conformance, PublicModels,
                         testing::Values(PublicModel{"kws_ref_model", 2656768, 2656768},
                                         PublicModel{"micro_speech_quantized", 336000, 336000},
                                         PublicModel{"person_detect", 7157888, 7077246},
                                         PublicModel{"hello_world_int8", 288, 220}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mote
