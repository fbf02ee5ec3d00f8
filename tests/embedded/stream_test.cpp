// Streaming bundles: hop after hop, the bytes and a small part of the work of whole windows.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>

#include "front_ends.h"
#include "mote/device/bench.h"
#include "mote/device/verify.h"
#include "random_network.h"
#include "tools.h"
#include "zero_filters.h"

namespace mote::device {
namespace {

constexpr std::int64_t kHops = 64;

graph::Graph keyword_spotter(double width = 1) {
  return test::random_int8_network({.name = "ds-cnn", .width = width, .time_padding = graph::Padding::kValid},
                                   {1, 49, 10, 1}, 12, test::Norms::kUsed, 21);
}

exporter::BundleOptions options_of(exporter::BundleForm form) {
  exporter::BundleOptions options;
  options.name = "kws";
  options.form = form;
  return options;
}

Subject stream_of(const graph::Graph& model, Core core, exporter::BundleForm form = exporter::BundleForm::kCalls) {
  return make_stream_subject(model, core, plan::Optimize::kBalanced, options_of(form));
}

Records hops_for(const Subject& subject) {
  return random_hops(subject, subject.streaming()->warmup_hops() + kHops, 3);
}

class StreamCores : public testing::TestWithParam<Core> {};

TEST_P(StreamCores, OnceWarmAHopGivesTheBytesOfTheWholeWindow) {
  MOTE_NEED_TOOLS(GetParam());
  const Subject subject = stream_of(keyword_spotter(), GetParam());
  const Verification result = verify(subject, hops_for(subject), GetParam());
  EXPECT_TRUE(result.equal()) << describe(result);
  EXPECT_EQ(result.records, subject.streaming()->warmup_hops() + kHops);
}

INSTANTIATE_TEST_SUITE_P(All, StreamCores, testing::ValuesIn(all_cores()), [](const auto& one) {
  std::string name(enum_name(one.param));
  std::erase(name, '-');
  return name;
});

TEST(Stream, TheExecutorCarriesStatesToo) {
  MOTE_NEED_TOOLS(Core::kHost);
  const Subject subject = stream_of(keyword_spotter(), Core::kHost, exporter::BundleForm::kTables);
  const Verification result = verify(subject, hops_for(subject), Core::kHost);
  EXPECT_TRUE(result.equal()) << describe(result);
}

TEST(Stream, WhatIsLeftOfAPrunedNetworkStreams) {
  MOTE_NEED_TOOLS(Core::kHost);
  Rng rng(4);
  const graph::Graph model = test::with_zero_filters(keyword_spotter(), 0.4, test::ZeroBias::kZero, rng);
  const Subject subject = stream_of(model, Core::kHost);
  const Verification result = verify(subject, hops_for(subject), Core::kHost);
  EXPECT_TRUE(result.equal()) << describe(result);
  EXPECT_LT(subject.streaming()->state_bytes(), stream_of(keyword_spotter(), Core::kHost).streaming()->state_bytes());
}

TEST(Stream, AStateThatIsNotCarriedIsFound) {
  MOTE_NEED_TOOLS(Core::kHost);
  Subject subject = stream_of(keyword_spotter(), Core::kHost);
  for (exporter::BundleFile& file : subject.bundle.files) {
    if (file.path == "model.c") file.text = std::regex_replace(file.text, std::regex("  end_hop\\(arena\\);"), "");
  }
  const Verification result = verify(subject, hops_for(subject), Core::kHost);
  ASSERT_FALSE(result.equal());
  EXPECT_EQ(result.difference->record, "random hop 1");
}

// From samples to detections, hop after hop.
class StreamFrontEnds : public testing::TestWithParam<std::tuple<exporter::Heard, Core>> {};

TEST_P(StreamFrontEnds, EveryHopHasTheFeaturesAndDetectionsOfTheDesktop) {
  const auto [heard, core] = GetParam();
  MOTE_NEED_TOOLS(core);
  const exporter::FrontEnd front_end(heard);
  const exporter::BundleFrontend whole = front_end.options.frontend.of_frames(30);
  const graph::Graph model =
      test::random_int8_network({.name = "ds-cnn", .width = 0.25, .depth = 1, .time_padding = graph::Padding::kValid},
                                {1, whole.frames(), whole.coefficients(), 1}, 3, test::Norms::kUsed, 21);
  exporter::BundleOptions options = front_end.options;
  options.frontend = whole;
  const graph::Quant& input = model.tensor(model.inputs.front()).quant;
  if (whole.is_fixed()) options.frontend.thresholds = front_end.thresholds_for(input);
  const Subject subject = make_stream_subject(model, core, plan::Optimize::kBalanced, options);
  const Verification result = verify(subject, hops_for(subject), core);
  EXPECT_TRUE(result.equal()) << describe(result);
  EXPECT_EQ(result.records, subject.streaming()->warmup_hops() + kHops);
}

INSTANTIATE_TEST_SUITE_P(Some, StreamFrontEnds,
                         testing::Values(std::tuple(exporter::Heard::kFloat, Core::kHost),
                                         std::tuple(exporter::Heard::kFloat, Core::kCortexM4),
                                         std::tuple(exporter::Heard::kFixed, Core::kCortexM0),
                                         std::tuple(exporter::Heard::kFixed, Core::kCortexM4)),
                         [](const auto& one) {
                           std::string name(enum_name(std::get<1>(one.param)));
                           std::erase(name, '-');
                           return name + (std::get<0>(one.param) == exporter::Heard::kFixed ? "_fixed" : "_float");
                         });

// Windows and hops both on kernels made for the core.
class StreamInstructions : public testing::TestWithParam<std::tuple<double, plan::Optimize>> {};

TEST_P(StreamInstructions, AHopTakesLessThanAnEighthOfTheInstructionsOfTheWindow) {
  const auto [width, optimize] = GetParam();
  MOTE_NEED_TOOLS(Core::kCortexM4);
  const graph::Graph model = keyword_spotter(width);
  const exporter::BundleOptions options = options_of(exporter::BundleForm::kCalls);
  const Bench window = bench(make_subject(model, Core::kCortexM4, optimize, options), Core::kCortexM4);
  const Bench hop = bench(make_stream_subject(model, Core::kCortexM4, optimize, options), Core::kCortexM4);
  RecordProperty("window", std::to_string(window.inference.instructions));
  RecordProperty("hop", std::to_string(hop.inference.instructions));
  EXPECT_EQ(hop.runs, 64);
  EXPECT_LT(hop.inference.instructions * 8, window.inference.instructions);
  EXPECT_LT(hop.ram_bytes(), window.ram_bytes());
}

INSTANTIATE_TEST_SUITE_P(Widths, StreamInstructions,
                         testing::Values(std::tuple(0.5, plan::Optimize::kBalanced),
                                         std::tuple(1.0, plan::Optimize::kBalanced),
                                         std::tuple(1.0, plan::Optimize::kSpeed),
                                         std::tuple(1.5, plan::Optimize::kBalanced)),
                         [](const auto& one) {
                           return fmt::format("{}percent_{}", static_cast<int>(100 * std::get<0>(one.param)),
                                              enum_name(std::get<1>(one.param)));
                         });

}  // namespace
}  // namespace mote::device
