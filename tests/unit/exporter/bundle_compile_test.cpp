// Bundles of every op and of whole networks, in every form: they compile alone without a warning and compute what the
// desktop does.
#include <gtest/gtest.h>

#include "bundle_support.h"
#include "int8_graphs.h"
#include "mote/plan/plan.h"

namespace mote::exporter {
namespace {

struct Form {
  const char* name;
  Optimize optimize;
  BundleFiles files;
};

constexpr Form kForms[] = {{"straight_line", Optimize::kBalanced, BundleFiles::kFolder},
                           {"size", Optimize::kSize, BundleFiles::kFolder},
                           {"straight_line_single", Optimize::kBalanced, BundleFiles::kSingle},
                           {"size_single", Optimize::kSize, BundleFiles::kSingle}};

void PrintTo(const Form& form, std::ostream* stream) {
  *stream << form.name;
}

class BundleCompile : public testing::TestWithParam<Form> {
 protected:
  void expect_selftest(const graph::Graph& graph, const std::string& compiler) const {
    BundleOptions options;
    options.optimize = GetParam().optimize;
    options.files = GetParam().files;
    options.name = graph.name;
    const Bundle bundle = make_bundle(plan::make_plan(graph), options);
    const auto folder = folder_.path() / graph.name;
    write_bundle(folder, bundle);
    const ProcessResult result = selftest(compiler, folder, bundle);
    EXPECT_EQ(result.exit_code, 0) << graph.name << '\n' << result.output << result.errors;
  }

  TestFolder folder_;
};

TEST_P(BundleCompile, GivesEveryOpTheValuesOfTheDesktop) {
  for (const graph::Graph& graph : test::op_graphs(1)) expect_selftest(graph, "gcc");
}

TEST_P(BundleCompile, GivesANetworkTheValuesOfTheDesktop) {
  expect_selftest(test::network_graph(2), "gcc");
}

TEST_P(BundleCompile, CompilesWithClang) {
  if (find_program("clang").empty()) GTEST_SKIP() << "no clang";
  expect_selftest(test::network_graph(3, test::Head::kPointwise), "clang");
}

INSTANTIATE_TEST_SUITE_P(Forms, BundleCompile, testing::ValuesIn(kForms),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mote::exporter
