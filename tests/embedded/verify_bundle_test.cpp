// A bundle's folder verifies itself on the cores, and what is damaged in it is said.
#include "mote/device/verify_bundle.h"

#include <gtest/gtest.h>

#include <functional>
#include <regex>

#include "error_text.h"
#include "front_ends.h"
#include "mote/plan/plan.h"
#include "tools.h"

namespace mote::device {
namespace {

exporter::BundleOnDisk bundle_of(exporter::Heard heard,
                                 const std::function<void(exporter::BundleOptions&)>& change = {}) {
  exporter::FrontEnd front_end(heard);
  if (change) change(front_end.options);
  return {exporter::make_bundle(plan::make_plan(front_end.graph), front_end.options).files, {}};
}

// `from` in `file` becomes `to`; the pattern is asserted to be there.
exporter::BundleOnDisk damaged(exporter::BundleOnDisk bundle, const std::string& path, const std::string& from,
                               const std::string& to) {
  for (exporter::BundleFile& file : bundle.files) {
    if (file.path != path) continue;
    EXPECT_TRUE(std::regex_search(file.text, std::regex(from))) << from;
    file.text = std::regex_replace(file.text, std::regex(from), to, std::regex_constants::format_first_only);
  }
  return bundle;
}

std::string error_of(const exporter::BundleOnDisk& bundle) {
  return test::error_text([&] { verify_bundle(bundle, Core::kHost); });
}

class VerifyBundleCores : public testing::TestWithParam<Core> {};

TEST_P(VerifyBundleCores, FoldersTestThemselves) {
  MOTE_NEED_TOOLS(GetParam());
  for (const exporter::Heard heard : {exporter::Heard::kFixed, exporter::Heard::kFloat}) {
    const Verification result = verify_bundle(bundle_of(heard), GetParam());
    EXPECT_TRUE(result.equal()) << describe(result);
    EXPECT_EQ(result.records, 2);
    EXPECT_GE(result.layers, 2);
  }
}

INSTANTIATE_TEST_SUITE_P(Some, VerifyBundleCores,
                         testing::Values(Core::kHost, Core::kCortexM0, Core::kCortexM55, Core::kRv32imc),
                         [](const auto& one) {
                           std::string name(enum_name(one.param));
                           std::erase(name, '-');
                           return name;
                         });

class VerifyBundle : public testing::Test {
 protected:
  void SetUp() override { MOTE_NEED_TOOLS(Core::kHost); }
};

TEST_F(VerifyBundle, ASingleFileTestsItself) {
  const auto single = [](exporter::BundleOptions& options) { options.files = exporter::BundleFiles::kSingle; };
  const Verification result = verify_bundle(bundle_of(exporter::Heard::kFloat, single), Core::kHost);
  EXPECT_TRUE(result.equal()) << describe(result);
  EXPECT_GE(result.layers, 2);
}

TEST_F(VerifyBundle, ABrokenMultiplierIsFoundInItsLayer) {
  const Verification result = verify_bundle(
      damaged(bundle_of(exporter::Heard::kFixed), "model.c", R"((layer0_multipliers[^{]*\{\s*)(\d+))", "$011073741824"),
      Core::kHost);
  ASSERT_FALSE(result.equal());
  EXPECT_EQ(result.difference->stage, "layer");
  EXPECT_EQ(result.difference->file, "model.c");
  EXPECT_EQ(result.difference->index, -1);
  EXPECT_NE(describe(result).find("hash of all values: wanted "), std::string::npos) << describe(result);
}

TEST_F(VerifyBundle, ABrokenThresholdIsFoundInPostProcessing) {
  const Verification result = verify_bundle(
      damaged(bundle_of(exporter::Heard::kFixed), "postprocess.c", "-32768", "MOTE_NEVER_FIRES"), Core::kHost);
  ASSERT_FALSE(result.equal());
  EXPECT_EQ(result.difference->stage, "post-processing");
  EXPECT_EQ(result.difference->operands, "the class that fires: wanted 0, got -1");
}

TEST_F(VerifyBundle, BitsOfAFloatFeatureAreShownAsItsValue) {
  const Verification result = verify_bundle(
      damaged(bundle_of(exporter::Heard::kFloat), "frontend.c", R"(\.log_factor = [^,]*)", ".log_factor = 2.0f"),
      Core::kHost);
  ASSERT_FALSE(result.equal());
  EXPECT_EQ(result.difference->stage, "features");
  EXPECT_LT(std::abs(result.difference->wanted), 1e3);
}

TEST_F(VerifyBundle, FilesThatWereChangedAreNamed) {
  exporter::BundleOnDisk bundle = bundle_of(exporter::Heard::kFixed);
  bundle.changed = {"model.c"};
  EXPECT_EQ(verify_bundle(bundle, Core::kHost).note, "changed since the export: model.c");
}

TEST_F(VerifyBundle, DamagedGoldenVectorsAreRefused) {
  exporter::BundleOnDisk bundle = bundle_of(exporter::Heard::kFixed);
  bundle.changed = {"golden.c"};
  EXPECT_EQ(error_of(bundle),
            "corrupt: [verify] wanted golden.c as the export wrote it, got a damaged or changed one: export again");
}

TEST_F(VerifyBundle, GoldenVectorsOfAnotherModelAreRefused) {
  const std::string text = error_of(damaged(bundle_of(exporter::Heard::kFixed), "golden.c", "HEARD_GOLDEN_SEAL", "1u"));
  EXPECT_NE(text.find("corrupt: [verify] wanted the self-test to run, got the status '"), std::string::npos) << text;
}

TEST_F(VerifyBundle, AModelOfAnotherVersionIsRefused) {
  const auto tables = [](exporter::BundleOptions& options) { options.form = exporter::BundleForm::kTables; };
  const std::string text =
      error_of(damaged(bundle_of(exporter::Heard::kFixed, tables), "model.c", "MOTE_MODEL_VERSION,", "9u,"));
  EXPECT_NE(text.find("version"), std::string::npos) << text;
}

TEST_F(VerifyBundle, FilesWithoutASelfTestAreRefused) {
  EXPECT_EQ(error_of({{{"main.c", "int main(void) { return 0; }\n"}}, {}}),
            "unsupported: [verify] wanted a bundle with its self-test, got none: mote export --format c makes one");
}

}  // namespace
}  // namespace mote::device
