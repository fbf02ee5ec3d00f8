// Bundles that stream: what they hold, and that they compile without a warning and test themselves.
#include "bundle_support.h"
#include "error_text.h"
#include "mote/plan/plan.h"

namespace mote::exporter {
namespace {

// Frames [1,20,6,1] through two convolutions without padding in time.
graph::Graph listening_network() {
  test::Int8GraphBuilder net("listening", 3);
  const auto x = net.input({1, 20, 6, 1});
  const auto a = net.conv(x, 4, 4, 3, {2, 1, 1, 1, graph::Padding::kValid, graph::Activation::kRelu});
  const auto b = net.depthwise(a, 1, 3, 1, {1, 1, 1, 1, graph::Padding::kValid, graph::Activation::kRelu});
  return net.build(net.dense(net.mean(b, {1, 2}, 0), 3));
}

BundleOptions streaming(BundleOptions options, const codegen::DevicePlan& planned) {
  options.streaming = planned.streaming;
  options.removal = planned.removal;
  return options;
}

class StreamForms : public testing::TestWithParam<Form> {};

TEST_P(StreamForms, CompileWithoutAWarningAndTestThemselves) {
  const TestFolder folder;
  const codegen::DevicePlan planned = codegen::stream_plan(listening_network(), codegen::InstructionSet::kPortable);
  const Bundle bundle = make_bundle(planned.plan, streaming(GetParam().options("listening"), planned));
  write_bundle(folder.path() / "bundle", bundle);
  const ProcessResult result = selftest("cc", folder.path() / "bundle", bundle);
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

INSTANTIATE_TEST_SUITE_P(All, StreamForms, testing::ValuesIn(kForms),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(StreamBundle, StatesAreTheLastBytesOfTheArena) {
  const codegen::DevicePlan planned = codegen::stream_plan(listening_network(), codegen::InstructionSet::kPortable);
  const Bundle bundle = make_bundle(planned.plan, streaming({}, planned));
  EXPECT_EQ(bundle.arena_bytes, planned.plan.arena_bytes + planned.streaming->state_bytes());
}

TEST(StreamBundle, AFrontEndOfWholeClipsIsRefused) {
  const codegen::DevicePlan planned = codegen::stream_plan(listening_network(), codegen::InstructionSet::kPortable);
  const mote_frontend tables{};
  BundleOptions options = streaming({}, planned);
  options.frontend.tables = &tables;
  EXPECT_EQ(test::error_text([&] { make_bundle(planned.plan, options); }),
            "invalid: [bundle] wanted no front end where frames stream, got one for whole clips");
}

TEST(StreamBundle, ThePlanOfAnotherGraphIsRefused) {
  const codegen::DevicePlan planned = codegen::stream_plan(listening_network(), codegen::InstructionSet::kPortable);
  EXPECT_EQ(test::error_text([&] { make_bundle(plan::make_plan(listening_network()), streaming({}, planned)); }),
            "invalid: [bundle] wanted the plan of the streaming graph's step, got another one");
}

}  // namespace
}  // namespace mote::exporter
