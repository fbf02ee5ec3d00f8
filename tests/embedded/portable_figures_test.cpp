// What the planner takes the portable kernels to execute, against what they execute in emulation on a core that has no
// others.
#include <gtest/gtest.h>

#include <string>

#include "mote/base/file.h"
#include "mote/device/bench.h"
#include "mote/plan/cost.h"
#include "mote/tflite/reader.h"
#include "shared_data.h"
#include "tools.h"

namespace mote::device {
namespace {

constexpr double kTolerance = 0.25;
constexpr double kSmallestShare = 0.002;  // of the inference; what a smaller layer takes is the call more than the work

class PortableFigures : public testing::TestWithParam<const char*> {};

void expect_near(std::int64_t estimated, std::int64_t measured, const std::string& what) {
  EXPECT_NEAR(static_cast<double>(estimated), static_cast<double>(measured), kTolerance * static_cast<double>(measured))
      << what;
}

TEST_P(PortableFigures, AreWithinAQuarterOfTheMeasurement) {
  MOTE_NEED_TOOLS(Core::kCortexM3);
  const std::string file = std::string("conformance/") + GetParam() + ".tflite";
  MOTE_SKIP_WITHOUT_SHARED(file);
  exporter::BundleOptions options;
  options.name = "model";
  const Subject subject = make_subject(tflite::read_model(read_binary_file(test::shared_path(file))).graph,
                                       Core::kCortexM3, plan::Optimize::kBalanced, options);
  const plan::Cost estimated = plan::cost(subject.plan);
  const Bench measured = bench(subject, Core::kCortexM3);
  ASSERT_EQ(estimated.layers.size(), measured.layers.size());
  expect_near(estimated.instructions, measured.inference.instructions, "the model");
  const double smallest = kSmallestShare * static_cast<double>(measured.inference.instructions);
  for (std::size_t i = 0; i < measured.layers.size(); ++i) {
    const LayerInstructions& layer = measured.layers[i];
    if (static_cast<double>(layer.instructions) < smallest) continue;
    expect_near(estimated.layers[i].instructions, layer.instructions, layer.name + " " + layer.kernel);
  }
}

INSTANTIATE_TEST_SUITE_P(Conformance, PortableFigures,
                         testing::Values("kws_ref_model", "micro_speech_quantized", "person_detect"),
                         [](const auto& named) { return std::string(named.param); });

}  // namespace
}  // namespace mote::device
