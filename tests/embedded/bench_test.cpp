#include "mote/device/bench.h"

#include <gtest/gtest.h>

#include <numeric>

#include "error_text.h"
#include "front_ends.h"
#include "int8_graphs.h"
#include "tools.h"

namespace mote::device {
namespace {

Subject subject() {
  exporter::BundleOptions options;
  options.name = "network";
  return make_subject(test::network_graph(3), Core::kCortexM3, plan::Optimize::kBalanced, options);
}

// 12 frames of 20 ms; docs/features.md has the figures of a frame.
TEST(Bench, CountsTheFeaturesOfAFixedFrontEnd) {
  MOTE_NEED_TOOLS(Core::kCortexM0);
  const exporter::FrontEnd front_end(exporter::Heard::kFixed);
  const Subject model = make_subject(front_end.graph, Core::kCortexM0, plan::Optimize::kBalanced, front_end.options);
  const Bench result = bench(model, Core::kCortexM0);
  ASSERT_TRUE(result.features.has_value());
  EXPECT_GT(result.features->instructions, 12 * 40'000);
  EXPECT_LT(result.features->instructions, 12 * 60'000);
  EXPECT_GT(result.image_with_features.flash_bytes(), result.image.flash_bytes() + 5'000) << "tables and code";
}

TEST(Bench, InstructionsOfTheLayersAddUpToTheInference) {
  MOTE_NEED_TOOLS(Core::kCortexM3);
  const Subject model = subject();
  const Bench result = bench(model, Core::kCortexM3);
  std::int64_t sum = 0;
  for (const LayerInstructions& layer : result.layers) sum += layer.instructions;
  EXPECT_EQ(result.layers.size(), model.plan.steps.size());
  EXPECT_NEAR(static_cast<double>(sum), static_cast<double>(result.inference.instructions),
              40.0 * static_cast<double>(result.layers.size()));
  EXPECT_GT(result.inference.instructions, result.multiply_accumulates);
  EXPECT_GT(result.inference.loads, 0);
  EXPECT_GT(result.inference.branches_taken, 0);
}

TEST(Bench, FlashAndRamAreThoseOfTheLeastProgram) {
  MOTE_NEED_TOOLS(Core::kCortexM3);
  const Subject model = subject();
  const Bench result = bench(model, Core::kCortexM3);
  EXPECT_GE(result.image.static_ram_bytes(), result.arena_bytes);
  EXPECT_LT(result.image.static_ram_bytes(), result.arena_bytes + 512);
  EXPECT_GT(result.image.rodata_bytes, result.weight_bytes);
  EXPECT_GT(result.image.text_bytes, 1000);
  EXPECT_GT(result.flash_overhead_bytes(), 1000);
  EXPECT_GT(result.stack_bytes, 50);
  EXPECT_LT(result.stack_bytes, 2000);
}

TEST(Bench, TheHostHasTimesOfInferenceAndFeatures) {
  MOTE_NEED_TOOLS(Core::kHost);
  const exporter::FrontEnd front_end(exporter::Heard::kFixed);
  const HostBench result =
      bench_on_host(make_subject(front_end.graph, Core::kHost, plan::Optimize::kBalanced, front_end.options));
  EXPECT_GT(result.repeats, 10);
  EXPECT_GT(result.inference_us, 0);
  EXPECT_GT(result.features_us.value_or(0), 0);
  EXPECT_GT(result.multiply_accumulates, 0);
}

TEST(Bench, InstructionsOfTheHostAreNotCounted) {
  EXPECT_EQ(
      test::error_text([] { bench(subject(), Core::kHost); }),
      "unsupported: [bench] wanted a microcontroller's core, got host: instructions are counted in emulation only");
}

}  // namespace
}  // namespace mote::device
