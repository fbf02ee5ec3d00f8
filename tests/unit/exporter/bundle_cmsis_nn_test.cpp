// A bundle over CMSIS-NN: by a stand-in with its interface, and by a real checkout where MOTE_CMSIS_NN names one.
#include <gtest/gtest.h>

#include <cstdlib>

#include "bundle_support.h"
#include "int8_graphs.h"
#include "mote/plan/plan.h"

namespace mote::exporter {
namespace {

const std::vector<std::string> kFunctions{"arm_convolve_wrapper_s8", "arm_depthwise_conv_wrapper_s8",
                                          "arm_fully_connected_s8",  "arm_avgpool_s8",
                                          "arm_max_pool_s8",         "arm_softmax_s8",
                                          "arm_elementwise_add_s8"};

// Every operator twice over the same input: for the first of the two, the output lies apart from it.
graph::Graph pairs_graph() {
  const auto pool = [](graph::PoolKind kind, std::int32_t size) {
    return graph::Pool2d{kind, size, size, 2, 2, graph::Padding::kSame};
  };
  test::Int8GraphBuilder b("pairs", 5);
  const auto x = b.input({1, 9, 7, 3});
  const auto maps = b.add(b.conv(x, 6, 3, 3, {1, 1, 1, 1, graph::Padding::kSame, graph::Activation::kRelu}),
                          b.conv(x, 6, 1, 1, {1, 1, 1, 1, graph::Padding::kSame}));
  const auto deep = b.add(b.depthwise(maps, 1, 3, 3, {1, 1, 1, 1, graph::Padding::kSame}),
                          b.depthwise(maps, 1, 3, 5, {1, 1, 1, 1, graph::Padding::kSame}));
  const auto means =
      b.add(b.tied(pool(graph::PoolKind::kAverage, 2), {deep}), b.tied(pool(graph::PoolKind::kAverage, 3), {deep}));
  const auto most =
      b.add(b.tied(pool(graph::PoolKind::kMax, 2), {means}), b.tied(pool(graph::PoolKind::kMax, 3), {means}));
  const auto logits = b.add(b.dense(most, 5), b.dense_without_bias(most, 5));
  return b.build(b.add(b.softmax(logits), logits));
}

class BundleCmsisNn : public testing::TestWithParam<BundleForm> {
 protected:
  // What the self-test prints, over `cmsis_nn`.
  std::string selftest(const std::string& cmsis_nn, const std::string& bytes = "8192") const {
    BundleOptions options;
    options.name = "net";
    options.form = GetParam();
    write_bundle(folder_.path() / "b", make_bundle(plan::make_plan(pairs_graph()), options));
    const std::vector<std::vector<std::string>> commands{
        {"cmake", "-B", "build", "-DMOTE_CMSIS_NN=" + cmsis_nn, "-DMOTE_CMSIS_NN_BYTES=" + bytes,
         "-DCMAKE_C_FLAGS=-Wall -Wextra -Wconversion -Werror"},
        {"cmake", "--build", "build"},
        {(folder_.path() / "b/build/net_selftest").string()}};
    std::string output;
    for (const auto& command : commands) {
      const ProcessResult result = run_process(command, folder_.path() / "b", 300);
      EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
      output = result.output;
    }
    return output;
  }

  TestFolder folder_;
};

TEST_P(BundleCmsisNn, ComputesTheDesktopsBytesByItsFunctions) {
  const std::string output = selftest(MOTE_CMSIS_NN_STAND_IN);
  EXPECT_NE(output.find("self-test passed"), std::string::npos) << output;
  for (const std::string& function : kFunctions) EXPECT_NE(output.find(function + "\n"), std::string::npos) << function;
}

TEST_P(BundleCmsisNn, RunsWhatWantsTooMuchMemoryByItsOwnKernels) {
  const std::string output = selftest(MOTE_CMSIS_NN_STAND_IN, "4");
  EXPECT_NE(output.find("self-test passed"), std::string::npos) << output;
  EXPECT_EQ(output.find("arm_convolve_wrapper_s8"), std::string::npos);
  EXPECT_NE(output.find("arm_elementwise_add_s8"), std::string::npos);
}

TEST_P(BundleCmsisNn, AgreesWithTheRealOne) {
  const char* const checkout = std::getenv("MOTE_CMSIS_NN");
  if (checkout == nullptr) GTEST_SKIP() << "MOTE_CMSIS_NN names no checkout of CMSIS-NN";
  EXPECT_NE(selftest(checkout).find("self-test passed"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Forms, BundleCmsisNn, testing::Values(BundleForm::kCalls, BundleForm::kTables),
                         [](const auto& info) { return std::string(enum_name(info.param)); });

}  // namespace
}  // namespace mote::exporter
