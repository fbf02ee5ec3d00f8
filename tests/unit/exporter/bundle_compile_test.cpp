// Bundles in every form: they compile alone without a warning, and their self-test finds the values of the desktop.
#include <gtest/gtest.h>

#include "bundle_support.h"
#include "front_ends.h"
#include "int8_graphs.h"
#include "mote/plan/plan.h"

namespace mote::exporter {
namespace {

class BundleCompile : public testing::TestWithParam<Form> {
 protected:
  void expect_selftest(const graph::Graph& graph, const std::string& compiler,
                       const plan::PlanOptions& choices = {}) const {
    const Bundle bundle = make_bundle(plan::make_plan(graph, choices), GetParam().options(graph.name));
    const auto folder = folder_.path() / graph.name;
    write_bundle(folder, bundle);
    const ProcessResult result = selftest(compiler, folder, bundle);
    EXPECT_EQ(result.exit_code, 0) << graph.name << '\n' << result.output << result.errors;
  }

  TestFolder folder_;
};

TEST_P(BundleCompile, GivesANetworkTheValuesOfTheDesktop) {
  expect_selftest(test::network_graph(2), "gcc");
}

TEST_P(BundleCompile, GivesStripsTheValuesOfTheDesktop) {
  test::Int8GraphBuilder b("strips", 5);
  test::TensorId x = b.conv(b.input({1, 21, 10, 2}), 6, 3, 3, {2, 2, 1, 1, test::Padding::kSame});
  x = b.conv(b.depthwise(x, 1, 3, 3, {1, 1, 1, 1, test::Padding::kSame}), 5, 1, 1, {});
  plan::PlanOptions choices;
  choices.strips.cut = {3, 2};
  expect_selftest(b.build(b.dense(x, 3)), "gcc", choices);
}

TEST_P(BundleCompile, CompilesWithClang) {
  if (find_program("clang").empty()) GTEST_SKIP() << "no clang";
  expect_selftest(test::network_graph(3, test::Head::kPointwise), "clang");
}

TEST_P(BundleCompile, GivesEveryFrontEndTheValuesOfTheDesktop) {
  for (const Heard heard :
       {Heard::kFloat, Heard::kFixed, Heard::kPadded, Heard::kFixedPadded, Heard::kNormalized, Heard::kMotion}) {
    FrontEnd model(heard);
    model.options.form = GetParam().form;
    model.options.files = GetParam().files;
    model.options.golden_vectors = 2;
    const Bundle bundle = make_bundle(plan::make_plan(model.graph), model.options);
    for (const char* compiler : {"gcc", "clang"}) {
      if (find_program(compiler).empty()) continue;
      write_bundle(folder_.path() / "b", bundle);
      const ProcessResult result = selftest(compiler, folder_.path() / "b", bundle);
      EXPECT_EQ(result.exit_code, 0) << compiler << static_cast<int>(heard) << '\n' << result.output << result.errors;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, BundleCompile, testing::ValuesIn(kForms),
                         [](const auto& info) { return info.param.name; });

class BundleBuild : public testing::Test {
 protected:
  void SetUp() override {
    bundle_ = make_bundle(plan::make_plan(test::network_graph(4)));
    write_bundle(folder_.path() / "b", bundle_);
  }
  ProcessResult run(const std::vector<std::string>& command) const {
    return run_process(command, folder_.path() / "b");
  }

  TestFolder folder_;
  Bundle bundle_;
};

TEST_F(BundleBuild, GivesTheValuesOfTheDesktopWithKernelsMadeForACore) {
  for (const codegen::InstructionSet set : {codegen::InstructionSet::kArmDsp, codegen::InstructionSet::kHelium}) {
    const Bundle bundle = made_for(set, BundleFiles::kFolder);
    const auto folder = folder_.path() / std::string(enum_name(set));
    write_bundle(folder, bundle);
    const ProcessResult result = selftest("gcc", folder, bundle);
    EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  }
}

TEST_F(BundleBuild, HasAMakefileThatRunsTheSelfTest) {
  const ProcessResult result = run({"make", "selftest"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_NE(result.output.find("self-test passed"), std::string::npos) << result.output;
}

TEST_F(BundleBuild, HasACMakeFileThatRunsTheSelfTest) {
  ASSERT_EQ(run({"cmake", "-B", "build"}).exit_code, 0);
  const ProcessResult built = run({"cmake", "--build", "build"});
  ASSERT_EQ(built.exit_code, 0) << built.output << built.errors;
  EXPECT_EQ(run({"ctest", "--test-dir", "build"}).exit_code, 0);
}

TEST_F(BundleBuild, DoesNotCompileBeyondItsLimits) {
  const auto compiles = [&](const std::string& limit, const char* standard) {
    return run({"gcc", standard, "-I.", "-c", "model.c", "-o", "model.out", limit}).exit_code == 0;
  };
  for (const char* standard : {"-std=c99", "-std=c11"}) {
    EXPECT_TRUE(compiles("-DMOTE_RAM_LIMIT_BYTES=" + std::to_string(bundle_.arena_bytes), standard));
    EXPECT_FALSE(compiles("-DMOTE_RAM_LIMIT_BYTES=" + std::to_string(bundle_.arena_bytes - 1), standard));
    EXPECT_FALSE(compiles("-DMOTE_FLASH_LIMIT_BYTES=100", standard));
  }
}

TEST_F(BundleBuild, HoldsTheLimitsOfItsTarget) {
  BundleOptions options;
  options.ram_limit_bytes = bundle_.arena_bytes - 1;
  write_bundle(folder_.path() / "b", make_bundle(plan::make_plan(test::network_graph(4)), options));
  EXPECT_NE(run({"gcc", "-std=c99", "-I.", "-c", "model.c", "-o", "model.out"}).exit_code, 0);
}

TEST_F(BundleBuild, HasAHeaderForCxx) {
  write_file_atomic(folder_.path() / "main.cc",
                    std::string_view("#include \"b/model.h\"\n"
                                     "int main() { return model_invoke(nullptr) == MOTE_OK; }\n"));
  const ProcessResult result = run_process({"g++", "-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Ib",
                                            "-DMOTE_OBSERVE", "-DMOTE_RAM_LIMIT_BYTES=1000000", "-c", "main.cc"},
                                           folder_.path());
  EXPECT_EQ(result.exit_code, 0) << result.errors;
}

}  // namespace
}  // namespace mote::exporter
