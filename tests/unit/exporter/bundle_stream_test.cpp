// Bundles that stream: what they hold, and that they compile without a warning and test themselves.
#include <algorithm>
#include <cstring>

#include "bundle_support.h"
#include "error_text.h"
#include "front_ends.h"
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

TEST(StreamBundle, WindowsOfFramesLieInThePlanWithKernelsOfACore) {
  const codegen::DevicePlan planned = codegen::stream_plan(listening_network(), codegen::InstructionSet::kArmDsp);
  BundleOptions options = streaming({}, planned);
  options.instruction_set = codegen::InstructionSet::kArmDsp;
  EXPECT_EQ(planned.plan.carried.size(), planned.streaming->states.size());
  const Bundle bundle = make_bundle(planned.plan, options);
  EXPECT_EQ(bundle.arena_bytes, planned.plan.arena_bytes);
  const TestFolder folder;
  write_bundle(folder.path() / "bundle", bundle);
  const ProcessResult result = selftest("gcc", folder.path() / "bundle", bundle);
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

// Behind a front end, with post-processing: hops of two frames.
struct Hearing {
  explicit Hearing(Heard heard) : front_end(heard) {
    const BundleFrontend& whole = front_end.options.frontend;
    test::Int8GraphBuilder net("hearing", 3);
    const auto x = net.input({1, whole.frames(), whole.coefficients(), 1});
    const auto a = net.conv(x, 4, 4, 3, {2, 1, 1, 1, graph::Padding::kValid, graph::Activation::kRelu});
    planned = codegen::stream_plan(net.build(net.softmax(net.dense(net.mean(a, {1, 2}, 0), 3))),
                                   codegen::InstructionSet::kPortable);
    options = streaming(front_end.options, planned);
    options.frontend = hop_frontend(whole, planned.streaming->hop_frames);
  }

  FrontEnd front_end;
  codegen::DevicePlan planned;
  BundleOptions options;
};

class HearingForms : public testing::TestWithParam<std::tuple<Heard, Form>> {};

TEST_P(HearingForms, TestThemselvesFromSamplesToDetections) {
  const auto& [heard, form] = GetParam();
  Hearing model(heard);
  model.options.form = form.form;
  model.options.files = form.files;
  const TestFolder folder;
  const Bundle bundle = make_bundle(model.planned.plan, model.options);
  write_bundle(folder.path() / "bundle", bundle);
  const ProcessResult result = selftest("gcc", folder.path() / "bundle", bundle);
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

INSTANTIATE_TEST_SUITE_P(All, HearingForms,
                         testing::Values(std::tuple(Heard::kFloat, kForms[0]), std::tuple(Heard::kFixed, kForms[3])),
                         [](const auto& one) {
                           return std::string(std::get<0>(one.param) == Heard::kFloat ? "float_" : "fixed_") +
                                  std::get<1>(one.param).name;
                         });

// A window of 12 frames is full after 480 + 11 · 320 samples, within the 13th read of 320. From there on a detection at
// most each 5 frames, which are 6 in hops of 2; a class fires at every second one.
TEST(StreamBundle, TheExampleHearsSamplesAndPrintsDetections) {
  const Hearing model(Heard::kFixed);
  const TestFolder folder;
  const auto at = folder.path() / "bundle";
  const Bundle bundle = make_bundle(model.planned.plan, model.options);
  write_bundle(at, bundle);
  const std::vector<std::int16_t> samples(10000, 100);
  std::vector<std::uint8_t> bytes(samples.size() * 2);
  std::memcpy(bytes.data(), samples.data(), bytes.size());
  write_file_atomic(at / "samples.bin", std::span<const std::uint8_t>(bytes));
  ASSERT_EQ(compile({"gcc"}, at, c_files(bundle), {"-O0", "-DMOTE_OBSERVE", "-o", "hear.out"}).exit_code, 0);
  const ProcessResult result = run_process({(at / "hear.out").string(), "samples.bin"}, at);
  EXPECT_EQ(result.output, "sample 4160: no\nsample 8000: no\n") << result.errors;
}

TEST(StreamBundle, AFrontEndOfWholeClipsIsRefused) {
  Hearing model(Heard::kFloat);
  model.options.frontend = model.front_end.options.frontend;
  EXPECT_EQ(test::error_text([&] { make_bundle(model.planned.plan, model.options); }),
            "invalid: [bundle] wanted a front end for the 2 frames of a hop, got one for 12");
}

TEST(StreamBundle, AFrontEndThatNormalizesClipsIsRefused) {
  Hearing model(Heard::kNormalized);
  EXPECT_EQ(test::error_text([&] { make_bundle(model.planned.plan, model.options); }),
            "invalid: [bundle] wanted frames that stand alone, got a front end that normalizes clips");
}

TEST(StreamBundle, APaddedFrontEndIsRefusedAndLeftOutOfHops) {
  Hearing model(Heard::kPadded);
  EXPECT_FALSE(model.options.frontend.exists());
  model.options.frontend = model.front_end.options.frontend;
  EXPECT_EQ(test::error_text([&] { make_bundle(model.planned.plan, model.options); }),
            "invalid: [bundle] wanted frames of samples that have come, got a padded front end");
}

TEST(StreamBundle, ThePlanOfAnotherGraphIsRefused) {
  const codegen::DevicePlan planned = codegen::stream_plan(listening_network(), codegen::InstructionSet::kPortable);
  EXPECT_EQ(test::error_text([&] { make_bundle(plan::make_plan(listening_network()), streaming({}, planned)); }),
            "invalid: [bundle] wanted the plan of the streaming graph's step, got another one");
}

}  // namespace
}  // namespace mote::exporter
