// Bundles with a front end: from clips, from samples as they arrive, to detections; all as on the desktop.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <regex>

#include "bundle_support.h"
#include "front_ends.h"

namespace mote::exporter {
namespace {

class BundleListen : public testing::Test {
 protected:
  static Bundle bundle_of(const FrontEnd& model) { return make_bundle(plan::make_plan(model.graph), model.options); }

  ProcessResult selftest_of(const FrontEnd& model) {
    const Bundle bundle = bundle_of(model);
    write_bundle(folder_.path() / "b", bundle);
    return selftest("gcc", folder_.path() / "b", bundle);
  }

  // The self-test's answer after `pattern` of `file` was replaced once.
  ProcessResult damaged(const FrontEnd& model, const std::string& file, const std::string& pattern,
                        const std::string& replacement) {
    Bundle bundle = bundle_of(model);
    const auto found = std::ranges::find(bundle.files, file, &BundleFile::path);
    const std::string after =
        std::regex_replace(found->text, std::regex(pattern), replacement, std::regex_constants::format_first_only);
    EXPECT_TRUE(found->text != after) << "nothing to damage";
    found->text = after;
    write_bundle(folder_.path() / "b", bundle);
    return selftest("gcc", folder_.path() / "b", bundle);
  }

  static bool has(const Bundle& bundle, const std::string& path) {
    return std::ranges::find(bundle.files, path, &BundleFile::path) != bundle.files.end();
  }
  static std::string text(const Bundle& bundle, const std::string& path) {
    return std::ranges::find(bundle.files, path, &BundleFile::path)->text;
  }

  TestFolder folder_;
};

void expect_text(const ProcessResult& result, const std::string& text) {
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.output.find(text), std::string::npos) << result.output << result.errors;
}

// The others and the folder: bundle_compile_test.
TEST_F(BundleListen, AFixedFrontEndPassesItsSelfTestInASingleFile) {
  FrontEnd model(Heard::kFixed);
  model.options.files = BundleFiles::kSingle;
  const ProcessResult result = selftest_of(model);
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

TEST_F(BundleListen, ClipsOfFloatsAreListenedToAsFloatsOrRounded) {
  for (const Heard heard : {Heard::kFloat, Heard::kFixed}) {
    FrontEnd model(heard);
    std::vector<float> samples(4000);
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<float>(i * 37 % 2001) / 30000.0F;
    model.options.clips = {{"floats", samples}};
    const ProcessResult result = selftest_of(model);
    EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  }
}

TEST_F(BundleListen, NamesTheFeatureOfADamagedFixedTable) {
  expect_text(damaged(FrontEnd(Heard::kFixed), "frontend.c", R"((table_feature_shift\[\d+\] = \{\s*)14)", "$0113"),
              "stage features, vector 'made-up signal 0', layer -1 'features'");
}

TEST_F(BundleListen, NamesAStreamThatDiffersFromTheClip) {
  expect_text(damaged(FrontEnd(Heard::kFloat), "listen.c", "HEARD_INPUT_SCALE", "2 * HEARD_INPUT_SCALE"),
              "stage listen, vector 'made-up signal 0', layer -1 'listen'");
}

TEST_F(BundleListen, NamesADetectionThatDiffers) {
  expect_text(damaged(FrontEnd(Heard::kFixed), "postprocess.c", "-32768", "MOTE_NEVER_FIRES"),
              "stage detect, vector 'made-up signal 0', layer -1 'detect', element -1: wanted 0");
  expect_text(damaged(FrontEnd(Heard::kFixed), "postprocess.c", R"(smoothing = 2)", "smoothing = 1"),
              "stage detect, vector 'made-up signal 1'");
}

TEST_F(BundleListen, APaddedFrontEndTakesWholeClipsOnlyAndSaysWhy) {
  for (const Heard heard : {Heard::kPadded, Heard::kFixedPadded}) {
    const Bundle bundle = bundle_of(FrontEnd(heard));
    EXPECT_FALSE(has(bundle, "listen.c"));
    EXPECT_TRUE(has(bundle, "frontend.c"));
    EXPECT_NE(text(bundle, "README.md").find("samples that are yet to come"), std::string::npos);
  }
  EXPECT_EQ(text(bundle_of(FrontEnd(Heard::kFloat)), "README.md").find("yet to come"), std::string::npos);
}

TEST_F(BundleListen, HoldsOnlyTheRuntimeOfItsOwnFrontEnd) {
  const Bundle fixed = bundle_of(FrontEnd(Heard::kFixed));
  EXPECT_TRUE(has(fixed, "mote/src/dsp/mote_fixed_loops.c"));
  EXPECT_FALSE(has(fixed, "mote/src/dsp/mote_frontend.c"));
  EXPECT_FALSE(has(fixed, "mote/src/kernels/mote_quantize_f32_s8.c"));
  const Bundle floats = bundle_of(FrontEnd(Heard::kFloat));
  EXPECT_TRUE(has(floats, "mote/src/dsp/mote_frontend.c"));
  EXPECT_FALSE(has(floats, "mote/src/dsp/mote_fixed_frontend.c"));
}

// The first window is full within the 13th hop of 320 samples. From there on an inference every 5 hops; the first class
// fires at every second one.
TEST_F(BundleListen, TheExampleListensToSamplesAndPrintsDetections) {
  const FrontEnd model(Heard::kFixed);
  const Bundle bundle = bundle_of(model);
  const auto folder = folder_.path() / "b";
  write_bundle(folder, bundle);
  const std::vector<std::int16_t> samples(10000, 100);
  std::vector<std::uint8_t> bytes(samples.size() * 2);
  std::memcpy(bytes.data(), samples.data(), bytes.size());
  write_file_atomic(folder / "samples.bin", std::span<const std::uint8_t>(bytes));
  ASSERT_EQ(compile({"gcc"}, folder, c_files(bundle), {"-O0", "-DMOTE_OBSERVE", "-o", "listen.out"}).exit_code, 0);
  const ProcessResult result = run_process({(folder / "listen.out").string(), "samples.bin"}, folder);
  EXPECT_EQ(result.output, "sample 4160: yes\nsample 7360: yes\n") << result.errors;
}

TEST_F(BundleListen, RefusesFrontEndsAndPostProcessingThatCannotBe) {
  const auto refused = [](const FrontEnd& model) {
    EXPECT_THROW((void)make_bundle(plan::make_plan(model.graph), model.options), Error);
  };
  FrontEnd both(Heard::kFixed);
  const FrontEnd other(Heard::kFloat);
  both.options.frontend.tables = other.options.frontend.tables;
  refused(both);
  FrontEnd without_thresholds(Heard::kFixed);
  without_thresholds.options.frontend.thresholds.clear();
  refused(without_thresholds);
  FrontEnd without_step(Heard::kFloat);
  without_step.options.postprocess.step_frames = 0;
  refused(without_step);
  FrontEnd deaf(Heard::kFloat);
  deaf.options.frontend = {};
  refused(deaf);
  FrontEnd of_another_model(Heard::kFloat);
  const std::vector<std::int32_t> thresholds(4, 0);
  const mote_postprocess_settings four{4, 1, 0, thresholds.data()};
  of_another_model.options.postprocess.settings = &four;
  refused(of_another_model);
}

}  // namespace
}  // namespace mote::exporter
