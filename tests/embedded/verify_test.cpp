#include "mote/device/verify.h"

#include <gtest/gtest.h>

#include <regex>

#include "error_text.h"
#include "front_ends.h"
#include "int8_graphs.h"
#include "tools.h"

namespace mote::device {
namespace {

graph::Graph small_network() {
  test::Int8GraphBuilder net("small", 7);
  const auto x = net.input({1, 12, 10, 1});
  const auto a = net.conv(x, 8, 3, 3, {.stride_h = 2, .stride_w = 2, .padding = graph::Padding::kSame});
  const auto b = net.depthwise(a, 1, 3, 3, {.padding = graph::Padding::kSame});
  const auto c = net.conv(b, 8, 1, 1, {});
  return net.build(net.dense(net.add(a, c), 5));
}

Subject small_subject() {
  exporter::BundleOptions options;
  options.name = "small";
  return make_subject(small_network(), Core::kCortexM3, plan::Optimize::kBalanced, options);
}

class VerifyCores : public testing::TestWithParam<Core> {};

TEST_P(VerifyCores, ABundleGivesTheDesktopsBytes) {
  MOTE_NEED_TOOLS(GetParam());
  exporter::BundleOptions options;
  options.name = "network";
  const Subject subject = make_subject(test::network_graph(3), GetParam(), plan::Optimize::kBalanced, options);
  const Verification result =
      verify(subject, random_records(subject.model, subject.options.frontend, 20, 1), GetParam());
  EXPECT_TRUE(result.equal()) << describe(result);
  EXPECT_EQ(result.records, 20);
  EXPECT_EQ(result.layers, static_cast<std::int64_t>(subject.plan.graph.nodes.size()));
}

std::string test_name(const testing::TestParamInfo<Core>& one) {
  std::string name(enum_name(one.param));
  std::erase(name, '-');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, VerifyCores, testing::ValuesIn(all_cores()), test_name);

// Records of samples through features, network and post-processing.
class VerifyFrontEnds : public testing::TestWithParam<Core> {};

TEST_P(VerifyFrontEnds, GiveTheDesktopsBytesUpToDetections) {
  MOTE_NEED_TOOLS(GetParam());
  for (const exporter::Heard heard : {exporter::Heard::kFixed, exporter::Heard::kFloat}) {
    const exporter::FrontEnd front_end(heard);
    const Subject subject = make_subject(front_end.graph, GetParam(), plan::Optimize::kBalanced, front_end.options);
    const Verification result =
        verify(subject, random_records(subject.model, subject.options.frontend, 6, 1), GetParam());
    EXPECT_TRUE(result.equal()) << describe(result);
    EXPECT_EQ(result.records, 6);
  }
}

INSTANTIATE_TEST_SUITE_P(All, VerifyFrontEnds, testing::ValuesIn(all_cores()), test_name);

class VerifyDamage : public testing::Test {
 protected:
  // Where a bundle with a fixed front end differs after `from` of `file` became `to`.
  static Difference difference_of(const char* file, const std::string& from, const std::string& to) {
    const exporter::FrontEnd front_end(exporter::Heard::kFixed);
    Subject subject = make_subject(front_end.graph, Core::kHost, plan::Optimize::kBalanced, front_end.options);
    for (exporter::BundleFile& one : subject.bundle.files) {
      if (one.path == file) one.text = std::regex_replace(one.text, std::regex(from), to);
    }
    const Verification result =
        verify(subject, random_records(subject.model, subject.options.frontend, 3, 1), Core::kHost);
    return result.difference.value_or(Difference{});
  }
};

TEST_F(VerifyDamage, OfAFixedTableIsFoundInTheFeatures) {
  const Difference difference = difference_of("frontend.c", R"((table_feature_shift\[\d+\] = \{\s*)14)", "$0113");
  EXPECT_EQ(difference.stage, "features");
  EXPECT_EQ(difference.file, "frontend.c");
  EXPECT_EQ(difference.index, 0);
  EXPECT_EQ(difference.record, "random 0");
  EXPECT_NE(difference.wanted, difference.got);
}

TEST_F(VerifyDamage, OfPostProcessingIsFoundWhereItShows) {
  const Difference smoothing = difference_of("postprocess.c", "smoothing = 2", "smoothing = 1");
  EXPECT_EQ(smoothing.stage, "post-processing");
  EXPECT_EQ(smoothing.file, "postprocess.c");
  EXPECT_EQ(smoothing.record, "random 1") << "one inference has the same average";
  EXPECT_EQ(smoothing.operands, "inferences in the average");
  const Difference threshold = difference_of("postprocess.c", "-32768", "MOTE_NEVER_FIRES");
  EXPECT_EQ(threshold.operands, "the class that fires");
  EXPECT_EQ(threshold.wanted, 0);
  EXPECT_EQ(threshold.got, -1);
}

TEST(Verify, FindsAndNamesABrokenMultiplier) {
  MOTE_NEED_TOOLS(Core::kCortexM3);
  Subject subject = small_subject();
  for (exporter::BundleFile& file : subject.bundle.files) {
    if (file.path != "model.c") continue;
    const std::regex table(R"((layer2_multipliers[^{]*\{\s*)(\d+))");
    ASSERT_TRUE(std::regex_search(file.text, table));
    file.text = std::regex_replace(file.text, table, "$011073741824");
  }
  const Verification result =
      verify(subject, random_records(subject.model, subject.options.frontend, 5, 1), Core::kCortexM3);
  ASSERT_FALSE(result.equal());
  EXPECT_EQ(result.difference->stage, "layer");
  EXPECT_EQ(result.difference->file, "model.c, layer2");
  EXPECT_EQ(result.difference->index % 8, 0) << "channel 0 is the broken one";
  EXPECT_NE(result.difference->wanted, result.difference->got);
  EXPECT_NE(result.difference->operands.find("channel 0: multiplier "), std::string::npos)
      << result.difference->operands;
}

TEST(Verify, RecordsThatDoNotFitAreAnError) {
  const Subject subject = small_subject();
  Records records = random_records(subject.model, subject.options.frontend, 2, 1);
  records.inputs.pop_back();
  EXPECT_EQ(
      test::error_text([&] { verify(subject, records, Core::kHost); }),
      "invalid: [verify] wanted 120 values for each record and at least one record, got 2 records and 239 values");
}

TEST(Verify, ABundleThatFailsIsAnErrorAndNotADifference) {
  MOTE_NEED_TOOLS(Core::kHost);
  Subject subject = small_subject();
  for (exporter::BundleFile& file : subject.bundle.files) {
    const std::size_t at =
        file.path == "model.c" ? file.text.find("small_init(void* arena, size_t arena_bytes) {") : std::string::npos;
    if (at != std::string::npos) file.text.insert(file.text.find('{', at) + 1, " return MOTE_ERROR_NULL_POINTER;");
  }
  const std::string text = test::error_text(
      [&] { verify(subject, random_records(subject.model, subject.options.frontend, 1, 1), Core::kHost); });
  EXPECT_NE(text.find("wanted the model to run on host, got exit status 4"), std::string::npos) << text;
}

}  // namespace
}  // namespace mote::device
