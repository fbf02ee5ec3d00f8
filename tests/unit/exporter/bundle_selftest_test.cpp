// A bundle whose constants were damaged says where the first difference is.
#include <gtest/gtest.h>

#include <regex>

#include "bundle_support.h"
#include "int8_graphs.h"
#include "mote/dsp/bake.h"
#include "mote/graph/builder.h"

namespace mote::exporter {
namespace {

class BundleSelftest : public testing::Test {
 protected:
  // A network behind features of audio.
  void SetUp() override {
    test::Int8GraphBuilder b("heard", 5);
    const auto x = b.input({1, 24, 10, 1});
    const auto first = b.conv(x, 4, 3, 3, {2, 2, 1, 1, test::Padding::kSame, test::Activation::kRelu});
    const auto second = b.depthwise(first, 1, 3, 3, {1, 1, 1, 1, test::Padding::kSame, test::Activation::kNone});
    plan_ = plan::make_plan(b.build(b.softmax(b.dense(second, 3))));
    options_.name = "heard";
    options_.frontend = {&frontend_.frontend(), 8000};
  }

  static dsp::FeatureSettings settings() {
    dsp::FeatureSettings settings;
    settings.window_ms = 30;
    settings.hop_ms = 20;
    settings.mfcc_count = 10;
    return settings;
  }

  // The self-test's answer after `pattern` of `file` was replaced once.
  ProcessResult damaged(const std::string& file, const std::string& pattern, const std::string& replacement) {
    Bundle bundle = make_bundle(plan_, options_);
    write_bundle(folder_.path() / "b", bundle);
    const auto path = folder_.path() / "b" / file;
    const std::string before = read_text_file(path);
    const std::string after =
        std::regex_replace(before, std::regex(pattern), replacement, std::regex_constants::format_first_only);
    EXPECT_NE(before, after) << "nothing to damage";
    write_file_atomic(path, std::string_view(after));
    return selftest("gcc", folder_.path() / "b", bundle);
  }

  dsp::BakedFrontend frontend_{settings()};
  plan::Plan plan_;
  BundleOptions options_;
  TestFolder folder_;
};

void expect_text(const ProcessResult& result, const std::string& text) {
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.output.find(text), std::string::npos) << result.output << result.errors;
}

TEST_F(BundleSelftest, PassesAsItWasMade) {
  const Bundle bundle = make_bundle(plan_, options_);
  write_bundle(folder_.path() / "b", bundle);
  const ProcessResult result = selftest("gcc", folder_.path() / "b", bundle);
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

TEST_F(BundleSelftest, PassesInASingleFile) {
  for (const BundleForm form : {BundleForm::kCalls, BundleForm::kTables}) {
    options_.files = BundleFiles::kSingle;
    options_.form = form;
    const Bundle bundle = make_bundle(plan_, options_);
    write_bundle(folder_.path() / "b", bundle);
    const ProcessResult result = selftest("gcc", folder_.path() / "b", bundle);
    EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  }
}

TEST_F(BundleSelftest, NamesTheLayerOfADamagedMultiplier) {
  const ProcessResult result = damaged("model.c", R"((layer1_multipliers\[4\] = \{\s*1)\d)", "$010");
  expect_text(result, "stage layer, vector 'made-up signal 0', layer 1 'layer1', element -1");
}

TEST_F(BundleSelftest, NamesTheFeatureOfADamagedTable) {
  const ProcessResult result = damaged("frontend.c", R"((dct\[\d+\] = \{\s*)[-0-9.e]+f)", "$010.5f");
  expect_text(result, "stage features, vector 'made-up signal 0', layer -1 'features', element 0");
}

TEST_F(BundleSelftest, NamesADamagedScaleOfTheInput) {
  expect_text(damaged("heard.h", "HEARD_INPUT_ZERO_POINT \\((-?\\d+)\\)", "HEARD_INPUT_ZERO_POINT ($1 + 3)"),
              "stage input, ");
}

TEST_F(BundleSelftest, NamesAnOutputThatDiffers) {
  const ProcessResult result = damaged("golden.c", R"((output_0\[3\] = \{\s*-?\d+,) -?\d+)", "$01 77");
  expect_text(result, "stage output, vector 'made-up signal 0', layer -1 'output', element 1: wanted 77");
}

TEST_F(BundleSelftest, RefusesGoldenVectorsOfAnotherModel) {
  expect_text(damaged("golden.c", "HEARD_GOLDEN_SEAL", "HEARD_GOLDEN_SEAL + 1u"), "golden vectors are damaged");
}

TEST_F(BundleSelftest, RefusesFewerGoldenVectorsThanItWasMadeWith) {
  expect_text(damaged("golden.c", "HEARD_GOLDEN_SEAL, 3", "HEARD_GOLDEN_SEAL, 2"), "golden vectors are damaged");
}

TEST_F(BundleSelftest, NamesTheFirstValueOfATruncatedGoldenTable) {
  expect_text(damaged("golden.c", R"((features_2\[\d+\] = \{\s*[-0-9.e]+f,)[^}]*)", "$01"),
              "stage features, vector 'made-up signal 2', layer -1 'features', element 1");
}

TEST_F(BundleSelftest, HearsClipsOfFloatsAndOfIntegers) {
  std::vector<float> integers(8000);
  std::vector<float> floats(8000);
  for (std::size_t i = 0; i < floats.size(); ++i) {
    integers[i] = static_cast<float>(static_cast<int>(i * 37 % 2001) - 1000) / 32768.0F;
    floats[i] = integers[i] / 3.0F;
  }
  options_.clips = {{"integers", integers}, {"floats", floats}};
  const Bundle bundle = make_bundle(plan_, options_);
  write_bundle(folder_.path() / "b", bundle);
  const ProcessResult result = selftest("gcc", folder_.path() / "b", bundle);
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

}  // namespace
}  // namespace mote::exporter
