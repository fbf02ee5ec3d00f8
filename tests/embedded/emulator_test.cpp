#include "mote/device/emulator.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "tools.h"

namespace mote::device {
namespace {

Firmware program(const char* text) {
  Firmware firmware;
  firmware.texts = {{"main.c", text}};
  return firmware;
}

class Emulator : public testing::TestWithParam<Core> {
 protected:
  void SetUp() override { MOTE_NEED_TOOLS(GetParam()); }
};

// Adds up the bytes of the input, 64 at a time, and writes each sum.
constexpr const char* kSums = R"(
#include "firmware.h"
int main(void) {
  uint8_t block[64];
  uint32_t count, blocks = 0;
  while ((count = firmware_read(block, sizeof block)) > 0) {
    uint32_t sum = 0;
    firmware_region_begin();
    for (uint32_t i = 0; i < count; i++) sum += block[i];
    firmware_region_end();
    firmware_write(&sum, 4);
    blocks++;
  }
  firmware_report("blocks", blocks);
  return 42;
}
)";

TEST_P(Emulator, GivesStatusOutputAndReports) {
  RunOptions options;
  for (int i = 0; i < 150; ++i) options.input.push_back(static_cast<std::uint8_t>(i));
  const FirmwareResult result = run_firmware(program(kSums), GetParam(), options);
  EXPECT_EQ(result.exit_status, 42) << result.messages;
  EXPECT_EQ(result.reports.at("blocks"), 3);
  ASSERT_EQ(result.output.size(), 12U);
  const auto sum = [&](std::size_t at) { return result.output[4 * at] + 256 * result.output[4 * at + 1]; };
  EXPECT_EQ(sum(0), 63 * 64 / 2);
  EXPECT_EQ(sum(1), 64 * 64 + 63 * 64 / 2);
  EXPECT_EQ(sum(2), 22 * 128 + 21 * 22 / 2);
}

TEST_P(Emulator, CountsTheSameInstructionsInEveryRun) {
  if (GetParam() == Core::kHost) GTEST_SKIP() << "nothing is counted on the host";
  const Image image = build_image(program(kSums), GetParam());
  RunOptions options;
  options.input.assign(150, 1);
  options.counting = Counting::kClasses;
  const FirmwareResult first = run_image(image, options);
  const FirmwareResult second = run_image(image, options);
  ASSERT_EQ(first.regions.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(first.regions[i].instructions, second.regions[i].instructions);
  EXPECT_EQ(first.mnemonics, second.mnemonics);
  EXPECT_EQ(first.regions[0].instructions, first.regions[1].instructions);
  EXPECT_LT(first.regions[2].instructions, first.regions[0].instructions);
  EXPECT_GE(first.regions[0].instructions, 64 / 16);
  EXPECT_LE(first.regions[0].instructions, 64 * 8 + 40);
  EXPECT_GE(first.regions[0].loads, 4);
  std::int64_t all = 0;
  for (const auto& [name, count] : first.mnemonics) all += count;
  EXPECT_EQ(all, first.regions[0].instructions + first.regions[1].instructions + first.regions[2].instructions);
}

TEST_P(Emulator, MeasuresTheStackByPainting) {
  if (GetParam() == Core::kHost) GTEST_SKIP() << "the host's stack is not measured";
  const FirmwareResult result = run_firmware(program(R"(
#include "firmware.h"
static void deep(void* context) {
  volatile uint8_t pad[1024];
  for (uint32_t i = 0; i < sizeof pad; i++) pad[i] = (uint8_t)i;
  *(uint32_t*)context = pad[7];
}
int main(void) {
  uint32_t value = 0;
  firmware_measure_stack(deep, &value);
  return (int)value;
}
)"),
                                             GetParam());
  EXPECT_EQ(result.exit_status, 7) << result.messages;
  EXPECT_GE(result.stack_bytes.value(), 1024);
  EXPECT_LE(result.stack_bytes.value(), 1120);
}

TEST_P(Emulator, AProgramThatHangsIsStopped) {
  RunOptions options;
  options.time_limit_seconds = 1;
  const std::string text = test::error_text(
      [&] { run_firmware(program("int main(void) { for (;;) __asm__ volatile(\"\"); }"), GetParam(), options); });
  EXPECT_NE(text.find("wanted the program to end within 1 s"), std::string::npos) << text;
}

TEST_P(Emulator, CodeThatDoesNotCompileIsAnErrorWithTheCompilersWords) {
  const std::string text =
      test::error_text([&] { build_image(program("int main(void) { return nowhere; }"), GetParam()); });
  EXPECT_NE(text.find("wanted to compile 'main.c'"), std::string::npos) << text;
  EXPECT_NE(text.find("nowhere"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(Cores, Emulator, testing::ValuesIn(all_cores()), [](const auto& one) {
  std::string name(enum_name(one.param));
  std::erase(name, '-');
  return name;
});

TEST(EmulatorCores, AFaultEndsTheRunWithItsStatus) {
  MOTE_NEED_TOOLS(Core::kCortexM4);
  const FirmwareResult result =
      run_firmware(program("int main(void) { __asm__ volatile(\"udf #0\"); return 0; }"), Core::kCortexM4);
  EXPECT_EQ(result.exit_status, 125);
  EXPECT_NE(result.messages.find("FAULT"), std::string::npos);
}

TEST(EmulatorCores, M0CodeThatDoesNotFitTheMicrobitRunsOnTheM3MachineAndSaysSo) {
  MOTE_NEED_TOOLS(Core::kCortexM0);
  const Image small = build_image(program("int main(void) { return 3; }"), Core::kCortexM0);
  EXPECT_EQ(small.machine, "microbit");
  EXPECT_EQ(small.note, "");
  const Image large =
      build_image(program("static volatile char big[20000];\nint main(void) { big[19999] = 3; return big[19999]; }"),
                  Core::kCortexM0);
  EXPECT_EQ(large.machine, "mps2-an385");
  EXPECT_EQ(large.note, "too large for microbit, run on mps2-an385");
  EXPECT_EQ(run_image(large).exit_status, 3);
}

TEST(EmulatorCores, SizesTellConstantsVariablesAndSymbolsApart) {
  MOTE_NEED_TOOLS(Core::kCortexM4);
  const Image image =
      build_image(program("const int constants[100] = {1, 2};\nint variables[50] = {3};\nint zeros[30];\n"
                          "int main(void) { volatile int i = 1; zeros[i] = 1; variables[i] = "
                          "constants[i]; return zeros[i] + variables[i]; }"),
                  Core::kCortexM4);
  EXPECT_GE(image.sizes.rodata_bytes, 400);
  EXPECT_LT(image.sizes.rodata_bytes, 480);
  EXPECT_EQ(image.sizes.data_bytes, 200);
  EXPECT_GE(image.sizes.bss_bytes, 120);
  EXPECT_LT(image.sizes.bss_bytes, 160);
  EXPECT_EQ(image.symbols.at("constants"), 400);
  EXPECT_EQ(run_image(image).exit_status, 3);
}

}  // namespace
}  // namespace mote::device
