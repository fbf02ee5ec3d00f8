#include "mote/exporter/bundle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/dsp/bake.h"

namespace mote::exporter {
namespace {

dsp::FeatureSettings small_mfcc() {
  dsp::FeatureSettings settings;
  settings.window_ms = 30;
  settings.hop_ms = 20;
  return settings;
}

class BundleText : public testing::Test {
 protected:
  BundleText() : plan_(plan::make_plan(test::network_graph(1))) {}

  std::string text(const Bundle& bundle, const std::string& path) const {
    const auto found = std::find_if(bundle.files.begin(), bundle.files.end(),
                                    [&](const BundleFile& file) { return file.path == path; });
    return found == bundle.files.end() ? "" : found->text;
  }
  bool has(const std::string& text, const std::string& part) const { return text.find(part) != std::string::npos; }

  plan::Plan plan_;
};

TEST_F(BundleText, IsTheSameEachTime) {
  const Bundle first = make_bundle(plan_);
  const Bundle second = make_bundle(plan_);
  ASSERT_EQ(first.files.size(), second.files.size());
  for (std::size_t i = 0; i < first.files.size(); ++i) {
    EXPECT_EQ(first.files[i].path, second.files[i].path);
    EXPECT_EQ(first.files[i].text, second.files[i].text);
  }
}

TEST_F(BundleText, StatesArenaAndQuantization) {
  const std::string header = text(make_bundle(plan_), "model.h");
  EXPECT_TRUE(has(header, "#define MODEL_ARENA_BYTES " + std::to_string(plan_.arena_bytes) + "\n"));
  EXPECT_TRUE(has(header, "#define MODEL_OUTPUT_SCALE 0.00390625f\n"));
  EXPECT_TRUE(has(header, "#define MODEL_OUTPUT_ZERO_POINT (-128)\n"));
  EXPECT_FALSE(has(header, "labels"));
}

TEST_F(BundleText, CountsTheExecutorIntoTheArenaOfTables) {
  BundleOptions options;
  options.form = BundleForm::kTables;
  EXPECT_GT(make_bundle(plan_, options).arena_bytes, plan_.arena_bytes);
  EXPECT_EQ(make_bundle(plan_).arena_bytes, plan_.arena_bytes);
}

TEST_F(BundleText, HoldsNoFileOfAKernelThatTheModelDoesNotUse) {
  test::Int8GraphBuilder builder("dense", 1);
  const auto x = builder.input({1, 6});
  const Bundle bundle = make_bundle(plan::make_plan(builder.build(builder.dense(x, 3))));
  EXPECT_NE(text(bundle, "mote/src/kernels/mote_dense_s8.c"), "");
  for (const BundleFile& file : bundle.files) {
    EXPECT_FALSE(has(file.path, "conv2d") || has(file.path, "executor/mote_init") || has(file.path, "_op.c"))
        << file.path;
  }
}

TEST_F(BundleText, NeedsNothingOfTheLibraryButIntegersAndSizes) {
  const std::regex include(R"(#include <(\w+\.h)>)");
  BundleOptions tables;
  tables.form = BundleForm::kTables;
  for (const Bundle& bundle : {make_bundle(plan_), make_bundle(plan_, tables)}) {
    for (const BundleFile& file : bundle.files) {
      if (file.path == "example_main.c" || file.path == "README.md") continue;
      for (std::sregex_iterator match(file.text.begin(), file.text.end(), include), end; match != end; ++match) {
        const std::string header = (*match)[1];
        EXPECT_TRUE(header == "stdint.h" || header == "stddef.h" || header == "float.h") << file.path << ": " << header;
      }
      EXPECT_FALSE(has(file.text, "malloc")) << file.path;
    }
  }
}

TEST_F(BundleText, NamesEverythingAfterTheModel) {
  BundleOptions options;
  options.name = "Kws2";
  const Bundle bundle = make_bundle(plan_, options);
  EXPECT_TRUE(has(text(bundle, "Kws2.h"), "#ifndef KWS2_H_"));
  EXPECT_TRUE(has(text(bundle, "Kws2.h"), "mote_status Kws2_invoke(void* arena);"));
}

TEST_F(BundleText, EscapesLabelsAndNames) {
  graph::Graph graph = test::network_graph(1);
  graph.tensor(graph.outputs.front()).name = "out */ int x; /*";
  const plan::Plan plan = plan::make_plan(graph);
  BundleOptions options;
  const auto classes = static_cast<std::size_t>(graph.tensor(graph.outputs.front()).elements());
  options.labels.assign(classes, "a\"b");
  const std::string model = text(make_bundle(plan, options), "model.c");
  EXPECT_TRUE(has(model, R"("a\"b")"));
  EXPECT_TRUE(has(model, "'out *? int x; /?'"));
}

TEST_F(BundleText, RefusesANameThatIsNoIdentifierOrTaken) {
  BundleOptions options;
  for (const char* name : {"", "2go", "a-b", "_x", "frontend", "golden", "selftest", "mote", "mote_conv2d_s8"}) {
    options.name = name;
    EXPECT_THROW(make_bundle(plan_, options), Error) << name;
  }
}

TEST_F(BundleText, RefusesAnOriginOfTwoLines) {
  BundleOptions options;
  options.origin = "one\ntwo";
  EXPECT_THROW(make_bundle(plan_, options), Error);
}

TEST_F(BundleText, RefusesToHaveNoGoldenVector) {
  BundleOptions options;
  options.golden_vectors = 0;
  EXPECT_THROW(make_bundle(plan_, options), Error);
}

TEST_F(BundleText, RefusesLabelsThatDoNotMatchTheOutputs) {
  BundleOptions options;
  options.labels.assign(100, "x");
  EXPECT_THROW(make_bundle(plan_, options), Error);
}

TEST_F(BundleText, RefusesClipsWithoutAFrontEndOrOfAnotherLength) {
  const dsp::BakedFrontend frontend(small_mfcc());
  BundleOptions options;
  options.clips = {{"clip", std::vector<float>(100)}};
  EXPECT_THROW(make_bundle(plan_, options), Error);
  options.frontend = {&frontend.frontend(), 16000};
  EXPECT_THROW(make_bundle(plan_, options), Error);
}

TEST_F(BundleText, RefusesAFrontEndThatHearsLessThanAWindowOrMakesOtherFeatures) {
  const dsp::BakedFrontend frontend(small_mfcc());
  BundleOptions options;
  options.frontend = {&frontend.frontend(), 10};
  EXPECT_THROW(make_bundle(plan_, options), Error);
  options.frontend = {&frontend.frontend(), 16000};
  EXPECT_THROW(make_bundle(plan_, options), Error);
}

}  // namespace
}  // namespace mote::exporter
