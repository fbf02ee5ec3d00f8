// Bundles compile without a warning by the compilers of the devices.
#include <gtest/gtest.h>

#include "bundle_support.h"
#include "front_ends.h"
#include "int8_graphs.h"

namespace mote::exporter {
namespace {

struct Compiler {
  const char* name;
  std::vector<std::string> command;
};

const std::vector<Compiler>& compilers() {
  static const std::vector<Compiler> all{
      {"cortex_m0", {"arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb"}},
      {"cortex_m4", {"arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"}},
      {"cortex_m55", {"arm-none-eabi-gcc", "-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard"}},
      {"rv32imc", {"riscv64-unknown-elf-gcc", "-march=rv32imc", "-mabi=ilp32"}}};
  return all;
}

void PrintTo(const Compiler& compiler, std::ostream* stream) {
  *stream << compiler.name;
}

class BundleCores : public testing::TestWithParam<Compiler> {
 protected:
  void SetUp() override {
    if (find_program(GetParam().command.front()).empty()) GTEST_SKIP() << "no " << GetParam().command.front();
  }
  // Every file but the example, freestanding: no header of a C library is needed.
  void expect_compiles(const Bundle& bundle, const std::string& name, std::vector<std::string> flags) {
    const auto folder = folder_.path() / name;
    std::filesystem::remove_all(folder);
    write_bundle(folder, bundle);
    std::vector<std::string> sources = c_files(bundle);
    std::erase(sources, "example_main.c");
    flags.insert(flags.end(), {"-O2", "-ffreestanding", "-DMOTE_OBSERVE", "-DMOTE_SELFTEST", "-c"});
    const ProcessResult result = compile(GetParam().command, folder, sources, flags);
    EXPECT_EQ(result.exit_code, 0) << name << '\n' << result.errors;
  }
  void expect_compiles(const plan::Plan& plan, const BundleOptions& options) {
    expect_compiles(make_bundle(plan, options), options.name, {});
  }

  TestFolder folder_;
};

TEST_P(BundleCores, CompileANetworkInEveryForm) {
  for (const Form& form : kForms) expect_compiles(plan::make_plan(test::network_graph(1)), form.options(form.name));
}

TEST_P(BundleCores, CompileEveryOp) {
  for (const graph::Graph& graph : test::op_graphs(1)) {
    BundleOptions options;
    options.name = graph.name;
    options.files = BundleFiles::kSingle;
    expect_compiles(plan::make_plan(graph), options);
  }
}

TEST_P(BundleCores, CompileEveryFrontEnd) {
  for (const Heard heard : {Heard::kFloat, Heard::kFixed, Heard::kPadded, Heard::kFixedPadded, Heard::kMotion}) {
    FrontEnd model(heard);
    model.options.golden_vectors = 1;
    for (const Form& form : {kForms[0], kForms[3]}) {
      model.options.form = form.form;
      model.options.files = form.files;
      expect_compiles(plan::make_plan(model.graph), model.options);
    }
  }
}

TEST_P(BundleCores, CompileKernelsMadeForACoreAndTheirFallback) {
  for (const codegen::InstructionSet set : {codegen::InstructionSet::kArmDsp, codegen::InstructionSet::kHelium}) {
    for (const BundleFiles files : {BundleFiles::kFolder, BundleFiles::kSingle}) {
      const Bundle bundle = made_for(set, files);
      expect_compiles(bundle, "made", {});
      expect_compiles(bundle, "portable", {"-DMOTE_PORTABLE"});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Compilers, BundleCores, testing::ValuesIn(compilers()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mote::exporter
