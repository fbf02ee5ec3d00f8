#include "mote/device/toolchain.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

#include "error_text.h"

namespace mote::device {
namespace {

// Programs are looked up in an empty folder.
class WithoutPrograms : public testing::Test {
 protected:
  void SetUp() override {
    const char* path = ::getenv("PATH");
    path_ = path != nullptr ? path : "";
    ::setenv("PATH", "/nowhere", 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }

 private:
  std::string path_;
};

TEST_F(WithoutPrograms, AMissingCompilerIsAnErrorThatNamesItsPackage) {
  EXPECT_EQ(test::error_text([] { find_toolchain(Core::kCortexM4); }),
            "not_found: [toolchain] cortex-m4 wanted the program 'arm-none-eabi-gcc', which is not installed: install "
            "the Debian package gcc-arm-none-eabi");
  EXPECT_EQ(test::error_text([] { find_toolchain(Core::kRv32imc); }),
            "not_found: [toolchain] rv32imc wanted the program 'riscv64-unknown-elf-gcc', which is not installed: "
            "install the Debian package gcc-riscv64-unknown-elf");
  EXPECT_EQ(test::error_text([] { find_toolchain(Core::kHost); }),
            "not_found: [toolchain] host wanted the program 'cc', which is not installed: install the Debian package "
            "gcc");
}

TEST_F(WithoutPrograms, AMissingEmulatorIsAnErrorThatNamesItsPackage) {
  EXPECT_EQ(test::error_text([] { find_emulator(Core::kCortexM55); }),
            "not_found: [toolchain] cortex-m55 wanted the program 'qemu-system-arm', which is not installed: install "
            "the Debian package qemu-system-arm");
  EXPECT_EQ(test::error_text([] { find_emulator(Core::kRv32imc); }),
            "not_found: [toolchain] rv32imc wanted the program 'qemu-system-riscv32', which is not installed: install "
            "the Debian package qemu-system-misc");
}

TEST_F(WithoutPrograms, WhatIsMissingCanBeAskedBeforehand) {
  EXPECT_EQ(missing_tools(Core::kCortexM0),
            "[toolchain] cortex-m0 wanted the program 'arm-none-eabi-gcc', which is not installed: install the Debian "
            "package gcc-arm-none-eabi");
}

}  // namespace
}  // namespace mote::device
